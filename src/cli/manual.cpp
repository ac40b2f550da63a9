#include "manual.hpp"

namespace retouch::cli {

const std::vector<std::string>& manual_pages() {
  static const std::vector<std::string> pages{"retouch.1", "retouch.yaml.5", "retouch-manifest.5"};
  return pages;
}

std::string manual_page(const std::string& page) {
  if (page == "retouch.1") return command_manual(command_words());
  return page == "retouch.yaml.5" ? settings_manual() : manifest_manual();
}

}  // namespace retouch::cli
