#include "triton_profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "retouch/base/json.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"
#include "retouch/os/paths.hpp"

namespace retouch::auth {
namespace {

constexpr std::size_t max_profile = 64 * 1024;

// Name in a profile, ours, and the end of the variable's.
struct Field {
  std::string_view profile, ours, variable;
};
constexpr std::array texts{Field{"url", "url", "URL"}, Field{"account", "account", "ACCOUNT"},
                           Field{"keyId", "key_id", "KEY_ID"}, Field{"user", "user", "USER"},
                           Field{"actAsAccount", "act_as", "ACT_AS"}};
constexpr std::array<std::string_view, 7> known{"url", "account", "keyId", "user", "actAsAccount", "roles", "insecure"};

std::optional<std::string> variable(const AccountSources& sources, std::string_view name) {
  const auto ours = sources.environment.get("TRITON_" + std::string(name));
  return ours ? ours : sources.environment.get("SDC_" + std::string(name));
}

bool says_yes(const std::optional<std::string>& text) {
  return text && (iequals(*text, "true") || iequals(*text, "yes") || *text == "1");
}

TritonProfile from_environment(const AccountSources& sources) {
  TritonProfile profile{.from_environment = true, .origin = "the variables TRITON_* and SDC_*"};
  for (const auto& field : texts) {
    if (auto text = variable(sources, field.variable)) profile.values[std::string(field.ours)].text = *text;
  }
  if (auto roles = variable(sources, "ROLE")) profile.values["roles"].text = *roles;
  profile.insecure = says_yes(variable(sources, "TLS_INSECURE")) || sources.environment.get("SDC_TESTING") ||
                     says_yes(variable(sources, "SKIP_TLS_VERIFY"));
  for (const auto* name : {"TRITON_KEY_MATERIAL", "SDC_KEY_MATERIAL"}) {
    const auto key = sources.environment.get(name);
    if (!key || profile.values.contains("key")) continue;
    // The key itself or its path, as the clients that know this variable have it.
    const bool text = key->starts_with("-----BEGIN");
    profile.values["key"] = {.from = text ? AuthValue::From::env : AuthValue::From::file,
                             .text = text ? name : os::expand_home(*key, sources.environment)};
  }
  return profile;
}

std::optional<std::string> directory(const AccountSources& sources) {
  if (auto config = sources.environment.get("XDG_CONFIG_HOME")) return os::join_path(*config, "triton");
  auto home = os::home_directory(sources.environment);
  if (home) home = os::join_path(*home, ".triton");
  return home;
}

Result<Json> read_object(const std::string& path, const AccountSources& sources) {
  RETOUCH_TRY(const auto info, sources.files.info(path));
  if (!info) return fail(Errc::not_found, fmt::format("there is no file {}", path));
  if (info->writable_by_others || (!info->owned_by_user && !info->owned_by_root)) {
    return fail(Errc::untrusted,
                fmt::format("{} can be written by others, who could send signatures elsewhere; it must be yours or "
                            "root's, and chmod go-w",
                            path));
  }
  RETOUCH_TRY(const auto text, sources.files.read(path, max_profile));
  auto document = parse_json(text, path);
  if (document && !document->is_object()) return fail(Errc::invalid_input, path + " is not a JSON object");
  return document;
}

Result<std::string> roles_of(const Json& value) {
  std::vector<std::string> roles;
  bool fine = value.is_array();
  for (const auto& role : fine ? value : Json::array()) {
    fine = fine && role.is_string();
    if (role.is_string()) roles.push_back(role.get<std::string>());
  }
  if (!fine) return fail(Errc::invalid_input, "`roles` must be a list of texts");
  return join(roles, ",");
}

void read_member(const std::string& key, const Json& value, TritonProfile& profile,
                 std::vector<std::string>& complaints) {
  if (key == "name") {
    complaints.emplace_back("`name` must not stand in a profile, whose name is that of its file");
  } else if (std::ranges::find(known, key) == known.end()) {
    const auto hint = did_you_mean(key, known);
    complaints.push_back(
        fmt::format("unknown key `{}`{}", printable(key, 100), hint.empty() ? "" : fmt::format(" ({})", hint)));
  } else if (key == "insecure") {
    if (!value.is_boolean()) complaints.emplace_back("`insecure` must be true or false");
    profile.insecure = value == true;
  } else if (key == "roles") {
    if (auto roles = roles_of(value)) {
      profile.values["roles"].text = *roles;
    } else {
      complaints.push_back(roles.error().message);
    }
  } else if (!value.is_string()) {
    complaints.push_back(fmt::format("`{}` must be a text", key));
  } else {
    const auto field = std::ranges::find(texts, key, &Field::profile);
    profile.values[std::string(field->ours)].text = value.get<std::string>();
  }
}

Result<TritonProfile> from_file(const std::string& name, const std::string& path, const AccountSources& sources) {
  auto document = read_object(path, sources);
  if (!document) {
    if (document.error().code == Errc::not_found) {
      document.error().message = fmt::format("there is no profile `{}`: {} does not exist", printable(name, 100), path);
    }
    return fail(std::move(document).error());
  }
  TritonProfile profile{.origin = fmt::format("profile `{}` of {}", name, path)};
  std::vector<std::string> complaints;
  for (const auto& [key, value] : document->items()) read_member(key, value, profile, complaints);
  if (!complaints.empty()) return fail(Errc::invalid_input, fmt::format("{}: {}", path, join(complaints, "; ")));
  return profile;
}

// Which profile is meant when none is named; "env" = the variables.
Result<std::string> default_name(const std::optional<std::string>& root, const AccountSources& sources) {
  if (auto name = variable(sources, "PROFILE")) return *name;
  if (!root) return "env";
  const auto document = read_object(os::join_path(*root, "config.json"), sources);
  if (!document && document.error().code != Errc::not_found) return fail(document.error());
  const auto name = document ? string_member(*document, "profile") : std::nullopt;
  return name && !name->empty() ? *name : "env";
}

}  // namespace

Result<TritonProfile> find_triton_profile(const std::string& name, const AccountSources& sources) {
  const auto root = directory(sources);
  std::string chosen = name;
  if (chosen.empty()) {
    RETOUCH_TRY(chosen, default_name(root, sources));
  }
  if (chosen == "env") return from_environment(sources);
  if (chosen.starts_with('.') || chosen.find('/') != std::string::npos) {
    return fail(Errc::invalid_input, fmt::format("`{}` is no name of a profile", printable(chosen, 100)));
  }
  if (!root) return fail(Errc::not_found, fmt::format("without HOME there is no profile `{}`", printable(chosen, 100)));
  RETOUCH_TRY(auto profile,
              from_file(chosen, os::join_path(os::join_path(*root, "profiles.d"), chosen + ".json"), sources));
  profile.by_variable = name.empty() && variable(sources, "PROFILE");
  return profile;
}

}  // namespace retouch::auth
