#include "retouch/base/yaml_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"
#include "utf8.hpp"

namespace retouch::yaml {
namespace {

constexpr std::size_t line_width = 120;
// A key and its colon stand in one line of at most 1024 characters (YAML 1.2, 7.4.2); longer ones need `? key`.
constexpr std::size_t longest_simple_key = 1000;
constexpr std::size_t step = 2;

void append_escape(std::string& out, char32_t code) {
  const auto number = static_cast<std::uint32_t>(code);
  if (code <= 0xffff) {
    fmt::format_to(std::back_inserter(out), "\\u{:04X}", number);
  } else {
    fmt::format_to(std::back_inserter(out), "\\U{:08X}", number);
  }
}

// Words that some version of YAML takes for something else than a text.
bool is_word_of_yaml(std::string_view text) {
  static constexpr std::array<std::string_view, 9> words{"y", "n", "yes", "no", "on", "off", "true", "false", "null"};
  return std::ranges::any_of(words, [&](std::string_view word) { return iequals(word, text); });
}

std::string key_text(const std::string& key) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto is_plain = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
  const bool plain = !key.empty() && is_letter(key.front()) && std::ranges::all_of(key, is_plain);
  return plain && !is_word_of_yaml(key) ? key : quote(key);
}

// The value in one line, or nullopt: it is a block, or holds a key that needs lines of its own.
std::optional<std::string> in_line(const Out& value) {
  if (value.kind == Out::Kind::bare) return value.scalar;
  if (value.kind == Out::Kind::text) return quote(value.scalar);
  if (value.kind == Out::Kind::list && value.items.empty()) return "[]";
  if (value.kind == Out::Kind::mapping && value.members.empty()) return "{}";
  if (!value.compact) return std::nullopt;
  std::vector<std::string> parts;
  for (const Out& item : value.items) {
    auto part = in_line(item);
    if (!part) return std::nullopt;
    parts.push_back(*std::move(part));
  }
  for (const auto& [name, member] : value.members) {
    const std::string key = key_text(name);
    const auto part = in_line(member);
    if (!part || key.size() > longest_simple_key) return std::nullopt;
    parts.push_back(key + ": " + *part);
  }
  const bool is_list = value.kind == Out::Kind::list;
  return (is_list ? "[" : "{") + join(parts, ", ") + (is_list ? "]" : "}");
}

// That has lines of its own: an empty collection has none, and below its key nothing would be null.
bool has_lines(const Out& value) { return !value.items.empty() || !value.members.empty(); }

std::string lines_of(const Out& value, std::size_t indent);

// What stands behind `before`, which ends in ":" or "-": in the same line, or as a block below it.
std::string behind(std::string before, const Out& value, std::size_t indent) {
  const auto line = in_line(value);
  const bool fits = line && (!has_lines(value) || before.size() + 1 + line->size() <= line_width);
  if (fits) return std::move(before) + " " + *line + "\n";
  return std::move(before) + "\n" + lines_of(value, indent + step);
}

std::string lines_of(const Out& value, std::size_t indent) {
  const std::string margin(indent, ' ');
  std::string out;
  for (const Out& item : value.items) {
    if (item.kind == Out::Kind::mapping && !item.members.empty() && !item.compact) {
      out += margin + "- " + lines_of(item, indent + step).substr(indent + step);  // its first key beside the dash
    } else {
      out += behind(margin + "-", item, indent);
    }
  }
  for (const auto& [name, member] : value.members) {
    std::string key = key_text(name);
    if (key.size() > longest_simple_key) {
      out += margin + "? " + key + "\n";
      key.clear();
    }
    out += behind(margin + key + ":", member, indent);
  }
  return out;
}

}  // namespace

bool is_writable(std::string_view text) { return text.find('\0') == std::string_view::npos && is_valid_utf8(text); }

std::string quote(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const auto decoded = utf8::decode(text);
    const auto character = text.substr(0, decoded ? decoded->length : 1);
    text.remove_prefix(character.size());
    const char c = character.front();
    if (c == '"' || c == '\\') {
      out.append("\\").append(character);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c >= ' ' && c <= '~') {
      out += c;
    } else if (decoded && printable(character) != character) {
      append_escape(out, decoded->code_point);
    } else {
      out += character;
    }
  }
  return out + '"';
}

Out text(std::string value) { return {.kind = Out::Kind::text, .scalar = std::move(value)}; }

Out bare(std::string word) { return {.kind = Out::Kind::bare, .scalar = std::move(word)}; }

Out list(std::vector<Out> items) { return {.kind = Out::Kind::list, .compact = true, .items = std::move(items)}; }

Out texts(const std::vector<std::string>& values) {
  std::vector<Out> items;
  for (const std::string& value : values) items.push_back(text(value));
  return list(std::move(items));
}

Out block(std::vector<OutMember> members) { return {.kind = Out::Kind::mapping, .members = std::move(members)}; }

Out compact(std::vector<OutMember> members) {
  return {.kind = Out::Kind::mapping, .compact = true, .members = std::move(members)};
}

std::string to_yaml(const Out& root) { return lines_of(root, 0); }

}  // namespace retouch::yaml
