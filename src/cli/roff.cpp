#include "roff.hpp"

#include <fmt/format.h>

#include "retouch/base/text.hpp"
#include "version.hpp"

namespace retouch::cli::roff {

namespace {

// The code point that begins at `at`, whose bytes are skipped. The texts are our own: they are valid.
unsigned long take(std::string_view text, std::size_t& at) {
  const auto first = static_cast<unsigned char>(text[at++]);
  if (first < 0x80) return first;
  const int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
  unsigned long point = first & (0x3fU >> more);
  for (int i = 0; i < more && at < text.size(); ++i)
    point = point << 6 | (static_cast<unsigned char>(text[at++]) & 0x3f);
  return point;
}

// A line that begins with a dot or an apostrophe would be a request.
std::string line(std::string_view plain) {
  const bool request = !plain.empty() && (plain.front() == '.' || plain.front() == '\'');
  return (request ? "\\&" : "") + text(plain);
}

// "--cloud <GLOB>" -> \-\-cloud in bold, GLOB in italics
std::string head_of(std::string_view head) {
  std::string result = "\\fB";
  while (!head.empty()) {
    const auto open = head.find('<'), close = head.find('>');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open) break;
    result += text(head.substr(0, open)) + "\\fI" + text(head.substr(open + 1, close - open - 1)) + "\\fB";
    head = head.substr(close + 1);
  }
  return result + text(head) + "\\fR";
}

}  // namespace

std::string text(std::string_view plain) {
  std::string result;
  for (std::size_t at = 0; at < plain.size();) {
    const auto point = take(plain, at);
    if (point == '\\') {
      result += "\\e";
    } else if (point == '-') {
      result += "\\-";
    } else if (point >= 0x80) {
      result += fmt::format("\\[u{:04X}]", point);
    } else {
      result += static_cast<char>(point);
    }
  }
  return result;
}

Page::Page(std::string_view name, int section, std::string_view about) {
  text_ = fmt::format(".TH {} {} \"\" \"retouch {}\" \"retouch\"\n", text(name), section, program_version);
  this->section("NAME");
  text_ += fmt::format("{} \\- {}\n", text(name), text(about));
}

Page& Page::section(std::string_view title) {
  text_ += fmt::format(".SH \"{}\"\n", text(title));
  return *this;
}

Page& Page::subsection(std::string_view title) {
  text_ += fmt::format(".SS \"{}\"\n", text(title));
  return *this;
}

Page& Page::paragraph(std::string_view plain) {
  text_ += ".PP\n";
  for (const std::string& part : split(plain, '\n')) text_ += line(part) + "\n";
  return *this;
}

Page& Page::item(std::string_view head, std::string_view plain) {
  text_ += ".TP\n" + head_of(head) + "\n";
  for (const std::string& part : split(plain, '\n')) text_ += line(part) + "\n";
  return *this;
}

Page& Page::example(std::string_view plain) {
  text_ += ".PP\n.nf\n.RS 4\n";
  while (plain.ends_with('\n')) plain.remove_suffix(1);
  for (const std::string& part : split(plain, '\n')) text_ += (part.empty() ? "\\&" : line(part)) + "\n";
  text_ += ".RE\n.fi\n";
  return *this;
}

Page& Page::see(std::initializer_list<std::string_view> pages) {
  section("SEE ALSO");
  std::string between;
  for (const std::string_view page : pages) {
    const auto dot = page.rfind('.');
    text_ += fmt::format("{}.BR {} ({})", between, text(page.substr(0, dot)), page.substr(dot + 1));
    between = ",\n";
  }
  text_ += "\n";
  return *this;
}

}  // namespace retouch::cli::roff
