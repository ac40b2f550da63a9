// Text as roff: what man(7) pages are written in.
#pragma once

#include <string>
#include <string_view>

namespace retouch::cli::roff {

// Plain text: nothing in it is a request or an escape, "-" stays a hyphen that can be copied.
std::string text(std::string_view plain);

// A page, put together piece by piece.
class Page {
 public:
  // NAME(SECTION) - about
  Page(std::string_view name, int section, std::string_view about);
  Page& section(std::string_view title);
  Page& subsection(std::string_view title);
  Page& paragraph(std::string_view plain);
  // An indented item: `**head**` in bold, its explanation below. Words of `head` in <…> are shown as placeholders.
  Page& item(std::string_view head, std::string_view plain);
  Page& example(std::string_view plain);  // as it is, line by line
  // "retouch (1), retouch.yaml (5)"
  Page& see(std::initializer_list<std::string_view> pages);
  std::string str() const { return text_; }

 private:
  std::string text_;
};

}  // namespace retouch::cli::roff
