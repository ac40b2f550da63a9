#include "yaml_bytes.hpp"

#include <fmt/format.h>

#include "utf8.hpp"

namespace retouch::yaml {
namespace {

// YAML's printable set without C1 controls; NEL (U+0085) ended lines in YAML 1.1, so two readers would disagree about
// the line.
bool is_refused_control(char32_t code) {
  if (code < 0x20) return code != U'\t' && code != U'\n' && code != U'\r';
  return code >= 0x7F && code < 0xA0;
}

std::optional<std::string> foreign_encoding(std::string_view text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    return "is UTF-16 or UTF-32; save it as UTF-8";
  }
  return std::nullopt;
}

std::string name_control(char32_t code) {
  if (code == 0) return "holds a NUL byte (is it UTF-16, or not a text?); YAML files are UTF-8 text";
  const auto number = static_cast<unsigned>(code);
  return fmt::format("holds the control character U+{:04X}; write it as \"\\x{:02X}\" in double quotes, or take it out",
                     number, number);
}

// From the properties of a scalar (&anchor, !tag, comments between them) to its first character.
std::size_t skip_properties(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    if (text[at] == '&' || text[at] == '!') {
      at = text.find_first_of(" \t\r\n", at);
    } else if (text[at] == '#') {
      at = text.find('\n', at);
    } else if (std::string_view(" \t\r\n").find(text[at]) != std::string_view::npos) {
      ++at;
    } else {
      return at;
    }
  }
  return text.size();
}

}  // namespace

std::optional<ByteFault> find_byte_fault(std::string_view text) {
  if (auto message = foreign_encoding(text)) return ByteFault{.message = *std::move(message)};
  int line = 1;
  std::size_t line_start = 0;
  const auto fault = [&](std::size_t at, std::string message) {
    return ByteFault{.line = line, .column = static_cast<int>(at - line_start) + 1, .message = std::move(message)};
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto decoded = utf8::decode(text.substr(at));
    if (!decoded) {
      return fault(at, fmt::format("is not valid UTF-8 here (byte 0x{:02X})", static_cast<unsigned char>(text[at])));
    }
    if (is_refused_control(decoded->code_point)) return fault(at, name_control(decoded->code_point));
    if (text[at] == '\n') {
      ++line;
      line_start = at + 1;
    }
    at += decoded->length;
  }
  return std::nullopt;
}

bool is_unclosed_quote(std::string_view text, std::size_t at) {
  at = skip_properties(text, at);
  if (at >= text.size() || (text[at] != '"' && text[at] != '\'')) return false;
  const char quote = text[at];
  for (++at; at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      const bool doubled = quote == '\'' && at + 1 < text.size() && text[at + 1] == quote;
      if (!doubled) return false;
      ++at;
    }
  }
  return true;
}

}  // namespace retouch::yaml
