// Reading typed values out of YAML, with complaints that say what was expected.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retouch/base/diagnostic.hpp"
#include "retouch/base/text.hpp"
#include "retouch/base/yaml.hpp"
#include "spec.hpp"

namespace retouch::core::manifest {

// "`match` must be one, newest or all, got the text `al`".
void unexpected(const yaml::Value& value, std::string_view key, std::string_view expected, Diagnostics& diagnostics,
                std::string hint = {});

bool expect_mapping(const yaml::Value& value, std::string_view key, Diagnostics& diagnostics);
// Complains about keys of `mapping` that are not `known`; `of` says what the mapping is.
void check_keys(const yaml::Value& mapping, std::span<const std::string_view> known, std::string_view of,
                Diagnostics& diagnostics);

std::optional<std::string> read_text(const yaml::Value& value, std::string_view key, Diagnostics& diagnostics);
// A text, or a list of at least one.
std::optional<std::vector<Given<std::string>>> read_texts(const yaml::Value& value, std::string_view key,
                                                          Diagnostics& diagnostics);
std::optional<bool> read_bool(const yaml::Value& value, std::string_view key, Diagnostics& diagnostics);
std::optional<std::int64_t> read_integer(const yaml::Value& value, std::string_view key, std::int64_t min,
                                         std::int64_t max, Diagnostics& diagnostics);

// One of a few words, each with its meaning.
template <class T>
struct Word {
  std::string_view text;
  T meaning;
};
std::string list_words(std::span<const std::string_view> words);

template <class T, std::size_t N>
std::optional<T> read_word(const yaml::Value& value, std::string_view key, const std::array<Word<T>, N>& words,
                           Diagnostics& diagnostics) {
  if (value.kind == yaml::Kind::scalar) {
    const auto found = std::ranges::find(words, value.text, &Word<T>::text);
    if (found != words.end()) return found->meaning;
  }
  std::array<std::string_view, N> known;
  std::ranges::transform(words, known.begin(), &Word<T>::text);
  unexpected(
      value, key, list_words(known), diagnostics,
      value.kind == yaml::Kind::scalar ? did_you_mean(value.text, std::span<const std::string_view>(known)) : "");
  return std::nullopt;
}

}  // namespace retouch::core::manifest
