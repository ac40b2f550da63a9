// Where manifests that were made go to. What goes wrong is printed; the result is the exit code.
#pragma once

#include <string>
#include <vector>

#include "verbs.hpp"

namespace retouch::cli {

// All documents as one file on stdout, unless they are more than retouch would read of one file.
int print_documents(Context context, const std::vector<std::string>& documents);

struct NewFile {
  std::string path;
  std::string text;
};
// Into `directory`, for the message. While one of them exists, none is written, and all that do are named.
task<int> write_new_files(Context context, std::string directory, std::vector<NewFile> files);

}  // namespace retouch::cli
