// Every key of the configuration file as a flat list, for readers: from the tables that parse_settings checks with.
#pragma once

#include <string>
#include <vector>

namespace retouch::config {

struct SettingKey {
  std::string path;         // "clouds.<NAME>.limits.requests", "sources[].git.url"
  std::string kind;         // "rate, such as 10/s"; empty for mappings
  std::string description;  // may be empty
  bool required = false;    // within its mapping
};

// In the order of the tables: each mapping before what is in it.
std::vector<SettingKey> setting_keys();

}  // namespace retouch::config
