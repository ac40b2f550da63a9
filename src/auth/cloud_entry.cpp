// One cloud out of the files and the environment, in today's names. (Second half of clouds_yaml.hpp.)
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "clouds_files.hpp"
#include "retouch/base/text.hpp"

namespace retouch::auth {
namespace {

struct Profile {
  std::string_view name, auth_url;
  std::vector<std::string> regions;
};

// The vendor defaults that openstacksdk ships for these clouds (its otc-swiss lacks the https://).
const Profile* vendor_profile(std::string_view name) {
  static const std::array profiles{
      Profile{"otc", "https://iam.{region_name}.otc.t-systems.com/v3", {"eu-de", "eu-nl"}},
      Profile{"otc-swiss", "https://iam-pub.eu-ch2.sc.otc.t-systems.com/v3", {"eu-ch2"}},
  };
  const auto found = std::ranges::find(profiles, name, &Profile::name);
  return found == profiles.end() ? nullptr : &*found;
}

std::optional<std::string> text_of(const Json& object, std::string_view key) {
  auto text = string_member(object, key);
  if (text && text->empty()) return std::nullopt;
  return text;
}

Json with_underscores(const Json& object) {
  Json result = Json::object();
  for (const auto& [key, value] : object.items()) {
    std::string name = key;
    std::ranges::replace(name, '-', '_');
    result[name] = value.is_object() ? with_underscores(value) : value;
  }
  return result;
}

// OS_* as an entry; variables that only select or belong to test tools make none.
std::optional<Json> environment_cloud(const os::Environment& environment) {
  constexpr std::array selectors{"OS_CLOUD", "OS_REGION_NAME", "OS_CLIENT_CONFIG_FILE", "OS_CLIENT_SECURE_FILE",
                                 "OS_CLOUD_NAME"};
  Json entry = Json::object();
  bool more_than_selectors = false;
  for (const auto& [name, value] : environment.all()) {
    const bool ours = name.starts_with("OS_") && !name.starts_with("OS_TEST") && !name.starts_with("OS_STD") &&
                      !name.starts_with("OS_LOG");
    if (!ours || value.empty()) continue;
    entry[to_lower(name.substr(3))] = value;
    if (std::ranges::find(selectors, name) == selectors.end()) more_than_selectors = true;
  }
  entry.erase("cloud");  // the selector, not a profile
  if (!more_than_selectors) return std::nullopt;
  return entry;
}

// Old names and places -> today's. Values beside `auth` win over those in it, as openstacksdk has it.
void modernise(Json& cloud) {
  struct Move {
    const char* to;
    std::array<const char*, 3> from;
  };
  constexpr std::array moves{
      Move{"project_id", {"tenant_id", "project_id", nullptr}},
      Move{"project_name", {"tenant_name", "project_name", nullptr}},
      Move{"token", {"auth_token", "token", nullptr}},
      Move{"domain_id", {"domain_id", nullptr, nullptr}},
      Move{"domain_name", {"domain_name", nullptr, nullptr}},
      Move{"user_domain_id", {"user_domain_id", nullptr, nullptr}},
      Move{"user_domain_name", {"user_domain_name", nullptr, nullptr}},
      Move{"project_domain_id", {"project_domain_id", nullptr, nullptr}},
      Move{"project_domain_name", {"project_domain_name", nullptr, nullptr}},
      Move{"access_key", {"ak", "access_key", nullptr}},
      Move{"secret_key", {"sk", "secret_key", nullptr}},
  };
  Json& auth = cloud["auth"];
  if (!auth.is_object()) auth = Json::object();
  for (const auto& move : moves) {
    std::optional<std::string> value;
    for (const auto* name : move.from) {
      if (!name) continue;
      if (auto inside = text_of(auth, name)) value = inside;
      if (auto beside = text_of(cloud, name)) value = beside;
      auth.erase(name);
    }
    if (value) auth[move.to] = *value;
  }
  // The rest of a login may stand beside `auth`, but what is in it wins.
  for (const auto* name : {"auth_url", "username", "user_id", "password", "application_credential_id",
                           "application_credential_name", "application_credential_secret", "security_token",
                           "default_domain_id", "default_domain_name", "default_domain"}) {
    if (!text_of(auth, name)) {
      if (auto beside = text_of(cloud, name)) auth[name] = *beside;
    }
  }
  for (const auto& [old, current] : {std::pair{"endpoint_type", "interface"},
                                     {"image_endpoint_type", "image_interface"},
                                     {"image_endpoint", "image_endpoint_override"},
                                     {"auth_plugin", "auth_type"}}) {
    if (auto value = text_of(cloud, old); value && !text_of(cloud, current)) cloud[current] = *value;
  }
}

void fill_domains(Json& auth) {
  const auto fill = [&](const char* from, std::initializer_list<std::pair<const char*, const char*>> targets) {
    const auto value = text_of(auth, from);
    if (!value) return;
    for (const auto& [target, other] : targets) {
      if (!text_of(auth, target) && !text_of(auth, other)) auth[target] = *value;
    }
  };
  for (const auto* source : {"domain_id", "default_domain_id", "default_domain"}) {
    fill(source, {{"user_domain_id", "user_domain_name"}, {"project_domain_id", "project_domain_name"}});
  }
  for (const auto* source : {"domain_name", "default_domain_name"}) {
    fill(source, {{"user_domain_name", "user_domain_id"}, {"project_domain_name", "project_domain_id"}});
  }
}

// {region_name} and the like in addresses. Secrets are never templates.
std::string expand(std::string text, const Json& cloud) {
  for (std::size_t at = 0; (at = text.find('{', at)) != std::string::npos; ++at) {
    const auto end = text.find('}', at);
    if (end == std::string::npos) break;
    const auto value = text_of(cloud, text.substr(at + 1, end - at - 1));
    if (value) text.replace(at, end - at + 1, *value);
  }
  return text;
}

std::vector<Json> known_regions(const Json& cloud) {
  if (const Json* regions = find_member(cloud, "regions"); regions && regions->is_array()) {
    return regions->get<std::vector<Json>>();
  }
  return {};
}

Result<void> choose_region(Json& cloud, const std::string& wanted, const std::string& origin) {
  const auto name_of = [](const Json& region) {
    return region.is_string() ? region.get<std::string>() : string_member(region, "name").value_or("");
  };
  const auto regions = known_regions(cloud);
  auto name = wanted.empty() ? text_of(cloud, "region_name").value_or("") : wanted;
  if (name.empty() && !regions.empty()) name = name_of(regions.front());
  cloud["region_name"] = name;
  if (regions.empty()) return {};
  std::vector<std::string> names;
  for (const auto& region : regions) {
    names.push_back(name_of(region));
    if (names.back() != name) continue;
    if (const Json* values = find_member(region, "values"); values && values->is_object()) merge_over(cloud, *values);
    return {};
  }
  return fail(Errc::invalid_input, fmt::format("{} has no region `{}`, but {}", origin, name, join(names, ", ")));
}

Result<Json> with_profile(const Json& own, CloudEntry& entry) {
  Json cloud = Json::object();
  const auto name = text_of(own, "profile") ? text_of(own, "profile") : text_of(own, "cloud");
  if (name) {
    const auto* profile = vendor_profile(*name);
    if (!profile) {
      return fail(Errc::invalid_input,
                  fmt::format("{} uses the profile `{}`; known are otc and otc-swiss: write its values "
                              "(auth_url, region_name) into the entry instead",
                              entry.origin, *name));
    }
    cloud["auth"]["auth_url"] = profile->auth_url;
    if (!own.contains("region_name")) cloud["regions"] = profile->regions;
    cloud["interface"] = "public";
  }
  merge_over(cloud, own);
  return cloud;
}

Result<std::string> choose_name(const std::string& wanted, const Json& clouds, const AccountSources& sources,
                                const std::string& environment_name) {
  if (!wanted.empty()) return wanted;
  if (auto name = sources.environment.get("OS_CLOUD")) return *name;
  if (clouds.contains(environment_name)) return environment_name;
  if (clouds.size() == 1) return clouds.begin().key();
  return fail(Errc::not_found, clouds.empty() ? "no clouds.yaml was found and no OS_AUTH_URL is set"
                                              : "several clouds are configured; name one with `cloud` or OS_CLOUD");
}

std::string known_names(const Json& clouds) {
  std::vector<std::string> names;
  for (const auto& [name, entry] : clouds.items()) names.push_back(name);
  return names.empty() ? "it has none" : "there are: " + join(names, ", ");
}

}  // namespace

std::string CloudEntry::text(std::string_view key) const { return text_of(values, key).value_or(""); }

std::string CloudEntry::auth_text(std::string_view key) const {
  const Json* auth = find_member(values, "auth");
  return auth ? text_of(*auth, key).value_or("") : "";
}

Result<CloudEntry> find_cloud(const std::string& wanted, const std::string& region, const AccountSources& sources) {
  RETOUCH_TRY(auto document, load_clouds(sources));
  const auto environment_name = sources.environment.get("OS_CLOUD_NAME").value_or("envvars");
  const auto from_environment = environment_cloud(sources.environment);
  if (from_environment && document.clouds.contains(environment_name)) {
    return fail(Errc::invalid_input,
                fmt::format("{} defines a cloud `{}`, and OS_* variables define another one of that "
                            "name; rename one (OS_CLOUD_NAME) or unset the variables",
                            document.path, environment_name));
  }
  if (from_environment) document.clouds[environment_name] = *from_environment;
  RETOUCH_TRY(const auto name, choose_name(wanted, document.clouds, sources, environment_name));
  const Json* own = find_member(document.clouds, name);
  if (!own || !own->is_object()) {
    if (document.path.empty()) {
      return fail(
          Errc::not_found,
          fmt::format("no clouds.yaml was found that says what `{}` is (looked for in OS_CLIENT_CONFIG_FILE, the "
                      "working directory, ~/.config/openstack and /etc/openstack)",
                      name));
    }
    return fail(Errc::not_found,
                fmt::format("{} has no cloud `{}`; {}", document.path, name, known_names(document.clouds)));
  }
  CloudEntry entry;
  entry.from_environment = from_environment && name == environment_name;
  entry.origin =
      entry.from_environment ? "the environment (OS_*)" : fmt::format("cloud `{}` of {}", name, document.path);
  entry.notices = std::move(document.notices);
  RETOUCH_TRY(entry.values, with_profile(with_underscores(*own), entry));
  RETOUCH_CHECK(choose_region(entry.values, region, entry.origin));
  modernise(entry.values);
  fill_domains(entry.values["auth"]);
  Json& auth = entry.values["auth"];
  if (auto url = text_of(auth, "auth_url")) auth["auth_url"] = expand(*url, entry.values);
  if (auto url = text_of(entry.values, "image_endpoint_override")) {
    entry.values["image_endpoint_override"] = expand(*url, entry.values);
  }
  return entry;
}

}  // namespace retouch::auth
