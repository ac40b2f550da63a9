// The manual pages, as roff for man(7). The command's and the configuration's are made of what the program itself goes
// by.
#pragma once

#include <string>
#include <vector>

#include "command_words.hpp"

namespace retouch::cli {

const std::vector<std::string>& manual_pages();  // "retouch.1", "retouch.yaml.5", "retouch-manifest.5"
std::string manual_page(const std::string& page);

std::string command_manual(const CommandWords& words);  // retouch(1)
std::string settings_manual();                          // retouch.yaml(5)
std::string manifest_manual();                          // retouch-manifest(5)

}  // namespace retouch::cli
