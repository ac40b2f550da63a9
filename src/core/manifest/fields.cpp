#include "fields.hpp"

#include <fmt/format.h>

#include "retouch/base/printable.hpp"

namespace retouch::core::manifest {

void unexpected(const yaml::Value& value, std::string_view key, std::string_view expected, Diagnostics& diagnostics,
                std::string hint) {
  diagnostics.error(value.place, fmt::format("`{}` must be {}, got {}", key, expected, yaml::describe(value)),
                    std::move(hint));
}

bool expect_mapping(const yaml::Value& value, std::string_view key, Diagnostics& diagnostics) {
  if (value.kind == yaml::Kind::mapping) return true;
  unexpected(value, key, "a mapping", diagnostics);
  return false;
}

void check_keys(const yaml::Value& mapping, std::span<const std::string_view> known, std::string_view of,
                Diagnostics& diagnostics) {
  for (const auto& [key, value] : mapping.members) {
    if (std::ranges::find(known, key.text) != known.end()) continue;
    auto hint = did_you_mean(key.text, known);
    if (hint.empty()) hint = fmt::format("known here: {}", fmt::join(known, ", "));
    diagnostics.error(key.place, fmt::format("unknown key `{}` in {}", printable(key.text, 80), of), std::move(hint));
  }
}

std::optional<std::string> read_text(const yaml::Value& value, std::string_view key, Diagnostics& diagnostics) {
  if (value.kind == yaml::Kind::scalar && !value.text.empty()) return value.text;
  unexpected(value, key, "a text", diagnostics);
  return std::nullopt;
}

std::optional<std::vector<Given<std::string>>> read_texts(const yaml::Value& value, std::string_view key,
                                                          Diagnostics& diagnostics) {
  std::vector<Given<std::string>> out;
  if (value.kind == yaml::Kind::sequence && !value.items.empty()) {
    for (const auto& item : value.items) {
      if (auto text = read_text(item, key, diagnostics)) out.push_back({*std::move(text), item.place});
    }
    if (out.size() < value.items.size()) return std::nullopt;
    return out;
  }
  if (value.kind == yaml::Kind::scalar && !value.text.empty()) return std::vector{Given{value.text, value.place}};
  if (value.kind == yaml::Kind::sequence) {
    diagnostics.error(value.place, fmt::format("`{}` is an empty list; name at least one", key));
  } else {
    unexpected(value, key, "a text or a list of texts", diagnostics);
  }
  return std::nullopt;
}

std::optional<bool> read_bool(const yaml::Value& value, std::string_view key, Diagnostics& diagnostics) {
  if (const auto flag = value.as_bool()) return flag;
  unexpected(value, key, "true or false", diagnostics);
  return std::nullopt;
}

std::optional<std::int64_t> read_integer(const yaml::Value& value, std::string_view key, std::int64_t min,
                                         std::int64_t max, Diagnostics& diagnostics) {
  if (const auto number = value.as_integer(); number && *number >= min && *number <= max) return *number;
  unexpected(value, key, fmt::format("an integer from {} to {}", min, max), diagnostics);
  return std::nullopt;
}

std::string list_words(std::span<const std::string_view> words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    out += i == 0 ? "" : i + 1 == words.size() ? " or " : ", ";
    out += words[i];
  }
  return out;
}

}  // namespace retouch::core::manifest
