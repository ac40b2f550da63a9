#include "retouch/config/setting_keys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "keys.hpp"
#include "retouch/auth/resolve.hpp"
#include "retouch/base/text.hpp"

namespace retouch::config {
namespace {

constexpr std::string_view secret = "secret: {file: PATH}, {env: NAME} or {credential: NAME}";

std::string range(const Key& key) {
  if (key.max < 1e9) return fmt::format(" from {} to {}", key.min, key.max);
  return key.min > 0 ? fmt::format(" from {}", key.min) : "";
}

std::string kind_of(const Key& key) {
  switch (key.type) {
    case Type::text:
      return "text";
    case Type::number:
      return "number" + range(key);
    case Type::integer:
      return "whole number" + range(key);
    case Type::boolean:
      return "true or false";
    case Type::duration:
      return "duration, such as 30s or 1h30m";
    case Type::rate:
      return "rate, such as 10/s or 600/m";
    case Type::choice:
      return fmt::format("{}", fmt::join(key.choices, " | "));
    case Type::texts:
      return "list of texts";
    case Type::listen:
      return "address, such as 127.0.0.1:9469";
    case Type::secret:
      return std::string(secret);
    case Type::special:
      return key.name == "state" ? "{path: DIRECTORY}, or none" : "";
    case Type::object:
    case Type::list:
    case Type::map:
      break;
  }
  return "";
}

// The keys of all ways to log in, each once.
void add_auth(std::vector<SettingKey>& keys, const std::string& path) {
  keys.push_back({.path = path + ".cloud", .kind = "text", .description = "an entry of clouds.yaml"});
  std::vector<std::string> types;
  std::vector<std::string_view> known;
  auto methods = auth::login_methods();
  for (const auto& method : methods) types.emplace_back(method.type);
  keys.push_back({.path = path + ".type", .kind = join(types, " | ")});
  methods.push_back(auth::triton_login());
  for (const auto& method : methods) {
    for (const std::string_view name : method.keys) {
      if (std::ranges::find(known, name) != known.end()) continue;
      known.push_back(name);
      const bool hidden = std::ranges::find(method.secret_keys, name) != method.secret_keys.end();
      keys.push_back({.path = fmt::format("{}.{}", path, name),
                      .kind = hidden ? std::string(secret) : "text",
                      .description = fmt::format("with {}", method.type)});
    }
  }
}

void add(std::vector<SettingKey>& keys, const Table& table, const std::string& before) {
  for (const Key& key : table.keys) {
    std::string path = before + std::string(key.name);
    keys.push_back(
        {.path = path, .kind = kind_of(key), .description = std::string(key.description), .required = key.required});
    if (key.type == Type::map) path += ".<NAME>";
    if (key.type == Type::list) path += "[]";
    if (key.table != nullptr) add(keys, *key.table, path + ".");
    if (key.type == Type::special && key.name == "auth") add_auth(keys, path);
  }
}

}  // namespace

std::vector<SettingKey> setting_keys() {
  std::vector<SettingKey> keys;
  add(keys, settings_table(), "");
  return keys;
}

}  // namespace retouch::config
