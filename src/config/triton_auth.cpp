// `auth:` of a cloud of provider triton: one way to log in, so no `type`.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "auth_settings.hpp"
#include "check.hpp"
#include "retouch/auth/resolve.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"

namespace retouch::config {
namespace {

using auth::AuthValue;

constexpr std::array<std::string_view, 5> algorithms{"rsa-sha256", "rsa-sha512", "ecdsa-sha256", "ecdsa-sha512",
                                                     "ed25519-sha512"};

// A list of texts, kept as the stock client writes it: ops,dev.
std::string roles(const yaml::Value& value, Diagnostics& diagnostics) {
  std::vector<std::string> names;
  bool fine = value.kind == yaml::Kind::sequence;
  for (const auto& item : value.items) {
    fine = fine && item.kind == yaml::Kind::scalar && !item.text.empty() && item.text.find(',') == std::string::npos;
    names.push_back(item.text);
  }
  if (!fine) diagnostics.error(value.place, fmt::format("`roles` must be a list of texts, not {}", describe(value)));
  return fine ? join(names, ",") : std::string();
}

std::string scalar(const yaml::Value& value, std::string_view name, Diagnostics& diagnostics) {
  if (value.kind != yaml::Kind::scalar || value.text.empty()) {
    diagnostics.error(value.place, fmt::format("`{}` must be a text, not {}", name, describe(value)));
    return {};
  }
  if (name == "agent" && !value.as_bool()) {
    diagnostics.error(value.place, fmt::format("`agent` must be true or false, not {}", describe(value)));
  }
  if (name == "algorithm" && std::ranges::find(algorithms, value.text) == algorithms.end()) {
    diagnostics.error(value.place,
                      fmt::format("`algorithm` cannot be `{}`; as a rule the key decides", printable(value.text, 100)),
                      did_you_mean(value.text, algorithms));
  }
  return value.text;
}

}  // namespace

auth::AuthSettings read_triton_auth(const yaml::Value& value, const std::string& directory, Diagnostics& diagnostics) {
  auth::AuthSettings settings{.place = value.place};
  if (value.is_null()) return settings;
  if (value.kind != yaml::Kind::mapping) {
    diagnostics.error(value.place, fmt::format("`auth` must be a mapping, not {}", describe(value)));
    return settings;
  }
  const auto& known = auth::triton_login().keys;
  for (const auto& [key, member] : value.members) {
    if (std::ranges::find(known, key.text) == known.end()) {
      unknown_key(key, "`auth` of provider triton", known, diagnostics);
    } else if (key.text == "key") {
      check_secret(member, key.text, diagnostics);
      settings.values[key.text] = secret_value(member, directory);
    } else if (key.text == "roles") {
      settings.values[key.text] = AuthValue{.text = roles(member, diagnostics), .place = member.place};
    } else {
      settings.values[key.text] = AuthValue{.text = scalar(member, key.text, diagnostics), .place = member.place};
    }
  }
  return settings;
}

}  // namespace retouch::config
