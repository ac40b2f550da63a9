#include "auth_settings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "check.hpp"
#include "retouch/auth/resolve.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"
#include "retouch/os/paths.hpp"

namespace retouch::config {
namespace {

using auth::AuthValue;
using auth::LoginMethod;

// The names of keystoneauth are taken for ours.
std::string canonical_type(const std::string& text) {
  if (text == "v3password") return "password";
  if (text == "v3token") return "token";
  if (text == "v3applicationcredential") return "application_credential";
  return text;
}

const LoginMethod* method_named(std::string_view type) {
  const auto& methods = auth::login_methods();
  const auto found = std::ranges::find(methods, type, &LoginMethod::type);
  return found == methods.end() ? nullptr : &*found;
}

bool contains(const std::vector<std::string_view>& keys, std::string_view key) {
  return std::ranges::find(keys, key) != keys.end();
}

bool is_secret(std::string_view key) {
  return std::ranges::any_of(auth::login_methods(), [&](const auto& m) { return contains(m.secret_keys, key); });
}

std::vector<std::string_view> known_keys() {
  std::vector<std::string_view> keys{"cloud", "type"};
  for (const auto& method : auth::login_methods()) {
    for (const auto key : method.keys) {
      if (!contains(keys, key)) keys.push_back(key);
    }
  }
  return keys;
}

std::string text_of(const yaml::Value& value, std::string_view name, Diagnostics& diagnostics) {
  if (value.kind == yaml::Kind::scalar && !value.text.empty()) return value.text;
  diagnostics.error(value.place, fmt::format("`{}` must be a text, not {}", name, yaml::describe(value)));
  return {};
}

std::string read_type(const yaml::Value& value, Diagnostics& diagnostics) {
  auto type = canonical_type(text_of(value, "type", diagnostics));
  if (type.empty() || method_named(type)) return type;
  std::vector<std::string_view> known;
  for (const auto& method : auth::login_methods()) known.push_back(method.type);
  diagnostics.error(
      value.place,
      fmt::format("`type` must be password, application_credential, token or aksk, not `{}`", printable(type, 100)),
      did_you_mean(type, known));
  return {};
}

// A key of another login method is a mistake that would go unnoticed.
void check_use(const auth::AuthSettings& settings, Diagnostics& diagnostics) {
  const auto* method = method_named(settings.type);
  if (!method) return;
  for (const auto& [key, value] : settings.values) {
    if (contains(method->keys, key)) continue;
    diagnostics.error(value.place, fmt::format("`{}` has no meaning for a login of type {}", key, method->type));
  }
}

}  // namespace

auth::AuthValue secret_value(const yaml::Value& value, const std::string& directory) {
  AuthValue result{.place = value.place};
  if (value.kind != yaml::Kind::mapping || value.members.size() != 1) return result;
  const auto& [key, text] = value.members.front();
  result.text = text.text;
  if (key.text == "env") result.from = AuthValue::From::env;
  if (key.text == "credential") result.from = AuthValue::From::credential;
  if (key.text == "file") {
    result.from = AuthValue::From::file;
    if (!text.text.starts_with("~/")) result.text = os::join_path(directory, text.text);
  }
  return result;
}

auth::AuthSettings read_auth(const yaml::Value& value, const std::string& directory, Diagnostics& diagnostics) {
  auth::AuthSettings settings{.place = value.place};
  if (value.is_null()) return settings;
  if (value.kind != yaml::Kind::mapping) {
    diagnostics.error(value.place, fmt::format("`auth` must be a mapping, not {}", yaml::describe(value)));
    return settings;
  }
  const auto known = known_keys();
  for (const auto& [key, member] : value.members) {
    if (!contains(known, key.text)) {
      unknown_key(key, "`auth`", known, diagnostics);
    } else if (key.text == "cloud") {
      settings.cloud = text_of(member, key.text, diagnostics);
    } else if (key.text == "type") {
      settings.type = read_type(member, diagnostics);
    } else if (is_secret(key.text)) {
      check_secret(member, key.text, diagnostics);
      settings.values[key.text] = secret_value(member, directory);
    } else {
      settings.values[key.text] = AuthValue{.text = text_of(member, key.text, diagnostics), .place = member.place};
    }
  }
  check_use(settings, diagnostics);
  return settings;
}

}  // namespace retouch::config
