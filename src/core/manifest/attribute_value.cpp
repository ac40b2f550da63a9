// The value of one attribute: YAML -> core::Value, by the type that the cloud's table gives it.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "../value_words.hpp"
#include "resolve.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"

namespace retouch::core::manifest {
namespace {

// true, 12 and 1.5 unquoted are what they look like; everything else is its source text.
Scalar typed(const yaml::Value& value) {
  if (const auto flag = value.as_bool()) return *flag;
  if (const auto number = value.as_integer()) return std::int64_t{*number};
  const auto& text = value.text;
  static constexpr std::string_view starts = "0123456789-.";
  if (!value.plain || text.empty() || starts.find(text.front()) == std::string_view::npos) return text;
  double real = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), real);
  if (error != std::errc{} || end != text.data() + text.size()) return text;
  return to_scalar(Json(real));  // 2.0 is 2 to every JSON server
}

Value scalar(const Attribute& attribute, const yaml::Value& value) {
  if (attribute.type == ValueType::integer) {
    if (const auto number = value.as_integer()) return std::int64_t{*number};
  }
  if (attribute.type == ValueType::boolean) {
    if (const auto flag = value.as_bool()) return *flag;
  }
  return value.text;  // the source text: 24.04 stays "24.04"
}

List list(const yaml::Value& value) {
  std::vector<std::string> items;
  for (const auto& item : value.items) items.push_back(item.text);
  return make_list(std::move(items));
}

// A server that keeps numbers as doubles would hand back another one, again and again.
bool is_inexact(const Scalar& value) {
  constexpr std::int64_t largest = std::int64_t{1} << 53;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number > largest || *number < -largest;
  const auto* real = std::get_if<double>(&value);
  return real && std::fabs(*real) > static_cast<double>(largest);
}

Map map(const Attribute& attribute, const yaml::Value& value, std::vector<std::string>& absent,
        Complaints& complaints) {
  Map out;
  for (const auto& [key, item] : value.members) {
    if (item.is_null()) {
      absent.push_back(key.text);
    } else {
      auto scalar = attribute.typed_values ? typed(item) : Scalar{item.text};
      if (is_inexact(scalar)) {
        complaints.error(item.place,
                         fmt::format("`{}` is beyond 2^53, where numbers are no longer exact there",
                                     printable(item.text, longest_quote)),
                         fmt::format("write \"{}\" if a text will do", printable(item.text, longest_quote)));
      }
      out[key.text] = std::move(scalar);
    }
  }
  std::ranges::sort(absent);
  return out;
}

// Where values have types, 24.10 is a number and the cloud keeps 24.1 of it.
void warn_of_number(const yaml::Value& item, Complaints& complaints) {
  if (item.kind != yaml::Kind::scalar || !item.plain) return;
  const auto other = rewritten(item.text);
  if (!other) return;
  const auto value = typed(item);
  const bool is_number = std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
  const auto kept = is_number ? to_json(value).dump() : *other;
  if (is_number && kept.find_first_of("eE") != std::string::npos) return;  // 1e-7 stays what it is
  const auto meaning = is_number ? "the number " + kept + " here"
                       : std::holds_alternative<bool>(value)
                           ? "the flag " + to_json(value).dump() + " here"
                           : "a text here, and " + *other + " to tools that read YAML as JSON or YAML 1.1";
  complaints.warning(item.place, fmt::format("`{}` unquoted is {}", printable(item.text, longest_quote), meaning),
                     fmt::format("write \"{}\" if you mean the text", printable(item.text, longest_quote)));
}

}  // namespace

bool read_value(const Attribute& attribute, const yaml::Value& value, DesiredField& field, Complaints& complaints) {
  switch (value.kind) {
    case yaml::Kind::null:
      field.value = Absent{};
      return true;
    case yaml::Kind::scalar:
      field.value = scalar(attribute, value);
      return true;
    case yaml::Kind::sequence:
      if (attribute.type != ValueType::list) break;
      field.value = list(value);
      return true;
    case yaml::Kind::mapping:
      if (attribute.type != ValueType::map) break;
      field.value = map(attribute, value, field.absent_items, complaints);
      return true;
  }
  complaints.error(value.place, fmt::format("`{}` must be {} here, got {}", printable(attribute.name, longest_quote),
                                            expected(attribute.type), yaml::describe(value)));
  return false;
}

void warn_of_rewriting(const Attribute& attribute, const yaml::Value& value, Complaints& complaints) {
  if (attribute.type == ValueType::integer || attribute.type == ValueType::boolean) return;
  if (attribute.typed_values) {
    for (const auto& member : value.members) warn_of_number(member.second, complaints);
    return;
  }
  const auto check = [&](const yaml::Value& item) {
    if (item.kind != yaml::Kind::scalar || !item.plain) return;
    const auto other = rewritten(item.text);
    // True and true are one value of a flag.
    if (!other || (attribute.compare == Compare::flag && iequals(*other, item.text))) return;
    complaints.warning(item.place,
                       fmt::format("`{}` unquoted is {} to tools that read YAML as JSON or YAML 1.1",
                                   printable(item.text, longest_quote), *other),
                       fmt::format("write \"{}\"", printable(item.text, longest_quote)));
  };
  check(value);
  for (const auto& item : value.items) check(item);
  for (const auto& member : value.members) check(member.second);
}

}  // namespace retouch::core::manifest
