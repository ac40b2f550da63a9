// Single values of a definition, as the tool reads them; every complaint says what it would have made of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "definition.hpp"

namespace retouch::core::image_manager {

// Of a text that a complaint quotes.
inline constexpr std::size_t longest_quote = 80;

class ValueReader {
 public:
  explicit ValueReader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  // What str() makes of it; nullopt = nothing that should be on an image, and it was said why.
  std::optional<Property> property(const yaml::Value& value, const yaml::Value& key);
  std::optional<Property> optional_property(const yaml::Value& mapping, std::string_view key);
  // The tool calls date.isoformat(), which leaves the time of day out.
  std::optional<Property> build_date(const yaml::Value& value);
  // Names and versions are put together to the names of images: 24.10 would be 24.1 there, or an error.
  std::optional<std::string> text(const yaml::Value& value, std::string_view key);
  // "" = it is not, and a complaint was made.
  std::string filled_text(const yaml::Value& value, std::string_view key);
  std::optional<bool> flag(const yaml::Value& value, std::string_view key);
  std::optional<std::int64_t> number(const yaml::Value& mapping, std::string_view key);

  const yaml::Value* required(const yaml::Value& mapping, std::string_view key);
  bool is_mapping(const yaml::Value& value, std::string_view what);
  void complain(const yaml::Value& value, std::string_view key, std::string_view expected);

 private:
  Diagnostics& diagnostics_;
};

}  // namespace retouch::core::image_manager
