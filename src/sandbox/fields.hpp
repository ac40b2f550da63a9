// Reading one mapping of the seed file: typed members, and a complaint about every key nobody asked for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "retouch/base/diagnostic.hpp"
#include "retouch/base/time.hpp"
#include "retouch/base/yaml.hpp"

namespace retouch::sandbox {

class Fields {
 public:
  // `value` may be nullptr: then everything has its default.
  Fields(const yaml::Value* value, std::string what, Diagnostics& diagnostics);

  std::string text(std::string_view key, std::string otherwise = {});
  std::string required(std::string_view key);
  long long integer(std::string_view key, long long otherwise);
  bool boolean(std::string_view key, bool otherwise);
  Duration duration(std::string_view key, Duration otherwise);  // "-3s" is fine
  std::vector<std::string> texts(std::string_view key);
  const yaml::Value* child(std::string_view key);
  std::vector<const yaml::Value*> children(std::string_view key);

  void complain(std::string_view key, std::string message);
  void finish();  // the unknown keys

 private:
  const yaml::Value* value_;
  std::string what_;
  Diagnostics& diagnostics_;
  std::vector<std::string> asked_;
};

}  // namespace retouch::sandbox
