// What a single value has to do with its attribute's rule: may it be written, and when are two of them the same.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "retouch/base/text.hpp"
#include "retouch/core/attributes.hpp"
#include "value_words.hpp"

namespace retouch::core {
namespace {

bool has_type(ValueType type, const Value& value) {
  switch (type) {
    case ValueType::text:
      return std::holds_alternative<std::string>(value);
    case ValueType::integer:
      return std::holds_alternative<std::int64_t>(value);
    case ValueType::boolean:
      return std::holds_alternative<bool>(value);
    case ValueType::list:
      return std::holds_alternative<List>(value);
    case ValueType::map:
      return std::holds_alternative<Map>(value);
  }
  return false;
}

std::optional<std::int64_t> as_integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Clouds write the same value in several JSON types (IMS answers max_ram as "4096" and takes 4096).
Value converted(ValueType type, Value value) {
  if (has_type(type, value)) return value;
  if (type == ValueType::text) {
    if (const auto* flag = std::get_if<bool>(&value)) return std::string(*flag ? "true" : "false");
    if (const auto* number = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *number);
    return value;
  }
  const auto* text = std::get_if<std::string>(&value);
  if (!text) return value;
  if (type == ValueType::integer) {
    if (const auto number = as_integer(*text)) return *number;
  }
  if (type == ValueType::boolean) {
    if (iequals(*text, "true")) return true;
    if (iequals(*text, "false")) return false;
  }
  return value;
}

bool is_empty(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return text->empty();
  if (const auto* list = std::get_if<List>(&value)) return list->empty();
  if (const auto* map = std::get_if<Map>(&value)) return map->empty();
  return false;
}

bool is_allowed(const Attribute& attribute, std::string_view text) {
  if (attribute.allowed.empty()) return true;
  return std::ranges::any_of(attribute.allowed, [&](const auto& word) {
    return attribute.compare == Compare::flag ? iequals(word, text) : word == text;
  });
}

// "false" of a flag that the API knows only as "true" or absent: the way to say it is absence.
bool is_written_as_absence(const Attribute& attribute, const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text && attribute.absent_means && !attribute.allowed.empty() && !is_allowed(attribute, *text) &&
         (attribute.compare == Compare::flag ? iequals(*text, *attribute.absent_means)
                                             : *text == *attribute.absent_means);
}

// `what`: "", "item \"x\": ", "value of \"k\": ".
void check_text(const Attribute& attribute, std::string_view text, const std::string& what,
                std::vector<std::string>& out) {
  if (!is_valid_utf8(text)) {
    out.push_back(fmt::format("`{}`: {}is not valid UTF-8", attribute.name, what));
    return;
  }
  const auto length = utf8_length(text);
  if (length < attribute.min_length) {
    out.push_back(fmt::format("`{}`: {}needs at least {} character{}, has {}", attribute.name, what,
                              attribute.min_length, attribute.min_length == 1 ? "" : "s", length));
  }
  if (attribute.max_length > 0 && length > attribute.max_length) {
    out.push_back(fmt::format("`{}`: {}has {} characters, at most {} are allowed", attribute.name, what, length,
                              attribute.max_length));
  }
  if (attribute.valid_text && !attribute.valid_text(text)) {
    out.push_back(fmt::format("`{}`: {}may hold only {}", attribute.name, what, attribute.text_rule));
  }
}

void check_allowed(const Attribute& attribute, const std::string& text, std::vector<std::string>& out) {
  if (is_allowed(attribute, text) || is_written_as_absence(attribute, text)) return;
  const auto hint = did_you_mean(text, attribute.allowed);
  out.push_back(fmt::format("`{}`: expected {}, got {}{}", attribute.name, join(attribute.allowed, " or "),
                            to_text(text), hint.empty() ? "" : "; " + hint));
}

void check_count(const Attribute& attribute, std::size_t count, std::vector<std::string>& out) {
  if (attribute.max_items == 0 || count <= attribute.max_items) return;
  out.push_back(fmt::format("`{}`: has {} items, at most {} are allowed", attribute.name, count, attribute.max_items));
}

void check_map(const Attribute& attribute, const Map& map, std::vector<std::string>& out) {
  check_count(attribute, map.size(), out);
  for (const auto& [key, value] : map) {
    const auto length = utf8_length(key);
    if (length == 0) out.push_back(fmt::format("`{}`: a key is empty", attribute.name));
    if (attribute.max_key_length > 0 && length > attribute.max_key_length) {
      out.push_back(fmt::format("`{}`: key {} has {} characters, at most {} are allowed", attribute.name, to_text(key),
                                length, attribute.max_key_length));
    }
    if (const auto* text = std::get_if<std::string>(&value)) {
      check_text(attribute, *text, fmt::format("value of {} ", to_text(key)), out);
    } else if (!attribute.typed_values) {
      out.push_back(fmt::format("`{}`: value of {} must be a text", attribute.name, to_text(key)));
    }
  }
  if (attribute.max_bytes == 0) return;
  if (const auto bytes = to_json(Value{map}).dump().size(); bytes > attribute.max_bytes) {
    out.push_back(fmt::format("`{}`: takes {} bytes as JSON, at most {} are allowed", attribute.name, bytes,
                              attribute.max_bytes));
  }
}

}  // namespace

std::vector<std::string> violations(const Attribute& attribute, const Value& value) {
  std::vector<std::string> out;
  if (!attribute.writable) {
    if (!attribute.fixed.empty()) return {fmt::format("`{}` is read-only: {}", attribute.name, attribute.fixed)};
    return {fmt::format("`{}` is read-only here: take it out, or correct the table under `attributes` of this cloud",
                        attribute.name)};
  }
  if (is_absent(value)) {
    if (attribute.clear == Clear::impossible) {
      out.push_back(fmt::format("`{}` cannot be removed here: give it a value", attribute.name));
    }
    return out;
  }
  if (!has_type(attribute.type, value)) {
    return {fmt::format("`{}`: expected {}, got {}", attribute.name, expected(attribute.type), to_text(value))};
  }
  if (const auto* text = std::get_if<std::string>(&value)) {
    check_allowed(attribute, *text, out);
    check_text(attribute, *text, "", out);
  } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
    if (*number < attribute.min || *number > attribute.max) {
      out.push_back(fmt::format("`{}`: expected an integer from {} to {}, got {}", attribute.name, attribute.min,
                                attribute.max, *number));
    }
  } else if (const auto* list = std::get_if<List>(&value)) {
    check_count(attribute, list->size(), out);
    for (const auto& item : *list) check_text(attribute, item, fmt::format("item {} ", to_text(item)), out);
  } else if (const auto* map = std::get_if<Map>(&value)) {
    check_map(attribute, *map, out);
  }
  return out;
}

Value normalized(const Attribute& attribute, Value value) {
  value = converted(attribute.type, std::move(value));
  if (attribute.empty_is_absent && is_empty(value)) return Absent{};
  if (is_written_as_absence(attribute, value)) return Absent{};
  if (auto* text = std::get_if<std::string>(&value); text && attribute.compare == Compare::flag) {
    *text = to_lower(*text);
  }
  if (auto* list = std::get_if<List>(&value)) *list = make_list(std::move(*list));
  return value;
}

bool same(const Attribute& attribute, const Value& a, const Value& b) {
  auto left = normalized(attribute, a);
  auto right = normalized(attribute, b);
  if (attribute.absent_means && is_absent(left) != is_absent(right)) {
    auto& absent = is_absent(left) ? left : right;
    absent = converted(attribute.type, *attribute.absent_means);
  }
  return left == right;
}

}  // namespace retouch::core
