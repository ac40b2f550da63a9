#include "values.hpp"

#include <fmt/format.h>

#include "python.hpp"
#include "retouch/base/printable.hpp"

namespace retouch::core::image_manager {

std::optional<Property> ValueReader::property(const yaml::Value& value, const yaml::Value& key) {
  const std::string name = printable(key.text, longest_quote);
  const PythonValue seen = python_value(value);
  switch (seen.kind) {
    case PythonKind::text:
    case PythonKind::boolean:
    case PythonKind::integer:
    case PythonKind::date:
      return Property{seen.text, key.place};
    case PythonKind::none:
      diagnostics_.warning(key.place, fmt::format("`{}` without a value is left out; openstack-image-manager writes "
                                                  "the text None for it",
                                                  name));
      return std::nullopt;
    case PythonKind::timestamp:
    case PythonKind::number:
      diagnostics_.error(
          value.place,
          fmt::format("`{}`: openstack-image-manager takes `{}` for a {}, and writes another text", name,
                      printable(seen.text, longest_quote),
                      seen.kind == PythonKind::number ? "number" : "point in time"),
          fmt::format("write \"{}\" in both, or what it should be", printable(seen.text, longest_quote)));
      return std::nullopt;
    case PythonKind::collection:
      break;
  }
  complain(value, name, "a text");
  return std::nullopt;
}

std::optional<Property> ValueReader::optional_property(const yaml::Value& mapping, std::string_view key) {
  const auto* value = mapping.find(key);
  return value ? property(*value, *mapping.find_key(key)) : std::nullopt;
}

std::optional<Property> ValueReader::build_date(const yaml::Value& value) {
  constexpr std::size_t length = std::string_view("2026-11-22").size();
  const PythonValue seen = python_value(value);
  const std::string day = seen.text.substr(0, length);
  const bool known = seen.kind == PythonKind::date || seen.kind == PythonKind::timestamp ||
                     (seen.kind == PythonKind::text && seen.text.size() == length);
  if (known && python_value({.kind = yaml::Kind::scalar, .text = day}).kind == PythonKind::date) {
    return Property{day, value.place};
  }
  complain(value, "build_date", "a date such as 2026-11-22");
  return std::nullopt;
}

std::optional<std::string> ValueReader::text(const yaml::Value& value, std::string_view key) {
  PythonValue seen = python_value(value);
  if (seen.kind == PythonKind::text) return std::move(seen.text);
  if (value.kind == yaml::Kind::scalar) {
    diagnostics_.error(value.place,
                       fmt::format("`{}` must be a text, which `{}` is not to openstack-image-manager", key,
                                   printable(value.text, longest_quote)),
                       fmt::format("write \"{}\"", printable(value.text, longest_quote)));
  } else {
    complain(value, key, "a text");
  }
  return std::nullopt;
}

std::string ValueReader::filled_text(const yaml::Value& value, std::string_view key) {
  auto found = text(value, key);
  if (found && found->empty()) complain(value, key, "a text of at least one character");
  return std::move(found).value_or("");
}

std::optional<bool> ValueReader::flag(const yaml::Value& value, std::string_view key) {
  const PythonValue seen = python_value(value);
  if (seen.kind == PythonKind::boolean) return seen.text == "True";
  complain(value, key, "true or false");
  return std::nullopt;
}

std::optional<std::int64_t> ValueReader::number(const yaml::Value& mapping, std::string_view key) {
  const auto* value = mapping.find(key);
  if (!value) return std::nullopt;
  const auto found = value->as_integer();
  if (found && *found >= 0) return *found;
  complain(*value, key, "a whole number, at least 0");
  return std::nullopt;
}

const yaml::Value* ValueReader::required(const yaml::Value& mapping, std::string_view key) {
  const auto* value = mapping.find(key);
  if (!value) diagnostics_.error(mapping.place, fmt::format("`{}` is missing", key));
  return value;
}

bool ValueReader::is_mapping(const yaml::Value& value, std::string_view what) {
  if (value.kind == yaml::Kind::mapping) return true;
  diagnostics_.error(value.place, fmt::format("{} must be a mapping, got {}", what, yaml::describe(value)));
  return false;
}

void ValueReader::complain(const yaml::Value& value, std::string_view key, std::string_view expected) {
  diagnostics_.error(value.place, fmt::format("`{}` must be {}, got {}", key, expected, yaml::describe(value)));
}

}  // namespace retouch::core::image_manager
