// The files of page/, as they were built in (cmake/Embed.cmake).
#pragma once

#include <span>
#include <string_view>

namespace retouch::service {

struct PageFile {
  std::string_view name;  // "page.js"
  std::string_view content;
};
std::span<const PageFile> page_files();

}  // namespace retouch::service
