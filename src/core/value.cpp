#include "retouch/core/value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "retouch/base/printable.hpp"

namespace retouch::core {
namespace {

std::string quoted(const std::string& text) { return '"' + printable(text) + '"'; }

// A key or value inside a collection: bare when nothing in it could be mistaken for the collection's own signs.
std::string bare(const std::string& text) {
  bool plain = !text.empty() && text.find_first_of(",:[]{}\" \t\r\n") == std::string::npos;
  return plain ? printable(text) : quoted(text);
}

std::string scalar_text(const Scalar& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *number);
  if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real);
  if (const auto* json = std::get_if<JsonText>(&value)) return printable(json->text);
  return bare(std::get<std::string>(value));
}

}  // namespace

List make_list(std::vector<std::string> items) {
  std::ranges::sort(items);
  const auto doubles = std::ranges::unique(items);
  items.erase(doubles.begin(), doubles.end());
  return items;
}

Json to_json(const Scalar& value) {
  if (const auto* json = std::get_if<JsonText>(&value)) return Json::parse(json->text);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return std::get<std::string>(value);
}

Scalar to_scalar(const Json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_string()) return value.get<std::string>();
  constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const bool too_large = value.is_number_unsigned() && value.get<std::uint64_t>() > largest;  // stays as it was written
  if (value.is_number_integer() && !too_large) return value.get<std::int64_t>();
  if (value.is_number_float()) {
    const auto real = value.get<double>();
    if (std::nearbyint(real) == real && std::abs(real) < 9.2e18) return static_cast<std::int64_t>(real);
    return real;
  }
  return JsonText{compact_json(value)};
}

Json to_json(const Value& value) {
  if (is_absent(value)) return nullptr;
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* list = std::get_if<List>(&value)) return *list;
  Json object = Json::object();
  for (const auto& [key, item] : std::get<Map>(value)) object[key] = to_json(item);
  return object;
}

void append_json(std::string& out, const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    retouch::append_json(out, *text);
  } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
    out += fmt::format_int(*number).c_str();
  } else {
    out += compact_json(to_json(value));
  }
}

std::string to_text(const Value& value) {
  if (is_absent(value)) return "(absent)";
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *number);
  if (const auto* text = std::get_if<std::string>(&value)) return quoted(*text);
  std::string out;
  if (const auto* list = std::get_if<List>(&value)) {
    for (const auto& item : *list) out += (out.empty() ? "" : ", ") + bare(item);
    return "[" + out + "]";
  }
  for (const auto& [key, item] : std::get<Map>(value)) {
    out += (out.empty() ? "" : ", ") + bare(key) + ": " + scalar_text(item);
  }
  return "{" + out + "}";
}

}  // namespace retouch::core
