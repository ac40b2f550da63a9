// Where manifests that were made go to. What goes wrong is printed; the result is the exit code.
#pragma once

#include <string>
#include <vector>

#include "retouch/base/yaml.hpp"
#include "verbs.hpp"

namespace retouch::cli {

// All documents as one file. Errc::too_large: it is more than would be read of one file.
Result<std::string> one_file(const std::vector<std::string>& documents, const yaml::Limits& limits = {});
// On stdout.
int print_documents(Context context, const std::vector<std::string>& documents);

struct NewFile {
  std::string path;
  std::string text;
};
// Into `directory`, for the message. While one of them exists, none is written, and all that do are named.
task<int> write_new_files(Context context, std::string directory, std::vector<NewFile> files);

}  // namespace retouch::cli
