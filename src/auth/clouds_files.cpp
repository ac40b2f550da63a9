#include "clouds_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "retouch/base/yaml.hpp"
#include "retouch/os/paths.hpp"

namespace retouch::auth {
namespace {

constexpr std::size_t max_clouds_file = 1u << 20;

enum class Trust { working_directory, user, system };

struct Candidate {
  std::string path;
  Trust trust;
  bool named_explicitly = false;
};

struct Loaded {
  Json document;
  Candidate file;
};

std::vector<std::pair<std::string, Trust>> directories(const AccountSources& sources) {
  std::vector<std::pair<std::string, Trust>> result;
  if (sources.working_directory) result.emplace_back(".", Trust::working_directory);
  if (auto user = os::user_config_directory(sources.environment)) {
    result.emplace_back(os::join_path(*user, "openstack"), Trust::user);
  }
  if (auto home = os::home_directory(sources.environment)) {
    result.emplace_back(os::join_path(*home, ".config/openstack"), Trust::user);
  }
  result.emplace_back("/etc/xdg/openstack", Trust::system);
  result.emplace_back("/etc/openstack", Trust::system);
  return result;
}

std::vector<Candidate> candidates(std::string_view stem, const char* variable, const AccountSources& sources) {
  std::vector<Candidate> result;
  if (auto path = sources.environment.get(variable)) result.push_back({*path, Trust::user, true});
  for (const auto& [directory, trust] : directories(sources)) {
    for (const auto* suffix : {".yaml", ".yml", ".json"}) {
      result.push_back({os::join_path(directory, std::string(stem) + suffix), trust});
    }
  }
  return result;
}

bool only_ours(const os::FileInfo& info) { return info.owned_by_user && !info.writable_by_others; }

// Scalars stay texts: a project may be called 0012 or true.
Json to_json(const yaml::Value& value) {
  if (value.is_null()) return nullptr;
  if (value.kind == yaml::Kind::scalar) return value.text;
  if (value.kind == yaml::Kind::sequence) {
    Json list = Json::array();
    for (const auto& item : value.items) list.push_back(to_json(item));
    return list;
  }
  Json object = Json::object();
  for (const auto& [key, member] : value.members) object[key.text] = to_json(member);
  return object;
}

Result<Json> parse(const std::string& text, const std::string& path) {
  Diagnostics diagnostics;
  const auto documents = yaml::load(text, path, diagnostics);
  if (diagnostics.has_errors()) {
    const auto first = diagnostics.sorted().front();
    return fail(Error{.code = Errc::invalid_input, .message = first.message, .place = first.place});
  }
  if (documents.empty() || documents.front().is_null()) return Json::object();
  if (documents.front().kind != yaml::Kind::mapping) {
    return fail(Error{.code = Errc::invalid_input,
                      .message = "expected a mapping with the key `clouds`, found " + yaml::describe(documents.front()),
                      .place = documents.front().place});
  }
  return to_json(documents.front());
}

// The first candidate that exists and may be used.
Result<std::optional<Loaded>> first_of(std::vector<Candidate> files, const AccountSources& sources,
                                       std::vector<std::string>& notices) {
  for (auto& file : files) {
    RETOUCH_TRY(const auto info, sources.files.info(file.path));
    if (!info || info->directory) {
      if (file.named_explicitly)
        notices.push_back(fmt::format("{} does not exist; looking in the usual places", file.path));
      continue;
    }
    // Named by a variable: as good as the user's own, unless somebody else could have written it.
    const bool safe = only_ours(*info) || (info->owned_by_root && !info->writable_by_others);
    if (file.named_explicitly && !safe) file.trust = Trust::working_directory;
    if (!file.named_explicitly && file.trust == Trust::working_directory) {
      if (!only_ours(*info)) {
        notices.push_back(
            fmt::format("{} of the working directory is ignored: it must be owned by you and writable by "
                        "nobody else",
                        file.path));
        continue;
      }
      notices.push_back(fmt::format("using {} of the working directory", file.path));
    }
    RETOUCH_TRY(const auto text, sources.files.read(file.path, max_clouds_file));
    RETOUCH_TRY(auto document, parse(text, file.path));
    return Loaded{.document = std::move(document), .file = file};
  }
  return std::nullopt;
}

bool is_secret(std::string_view key) {
  constexpr std::array secrets{"password", "secret",     "token", "application_credential_secret",
                               "passcode", "secret_key", "sk",    "security_token"};
  return std::ranges::find(secrets, key) != secrets.end();
}

// What a less trusted file may say: secrets, nothing that decides where they go.
Json secrets_of(const Json& object) {
  Json result = Json::object();
  for (const auto& [key, value] : object.items()) {
    if (value.is_object()) {
      if (auto inner = secrets_of(value); !inner.empty()) result[key] = std::move(inner);
    } else if (is_secret(key)) {
      result[key] = value;
    }
  }
  return result;
}

void merge_secure(CloudsDocument& result, Trust trust, const Loaded& secure) {
  const Json* clouds = find_member(secure.document, "clouds");
  if (!clouds || !clouds->is_object()) return;
  if (!result.path.empty() && trust < secure.file.trust) {
    result.notices.push_back(
        fmt::format("{} is not merged into {}, which stands in a less trusted directory and could send "
                    "its secrets anywhere",
                    secure.file.path, result.path));
    return;
  }
  const bool less_trusted = !result.path.empty() && secure.file.trust < trust;
  merge_over(result.clouds, less_trusted ? secrets_of(*clouds) : *clouds);
  if (result.path.empty()) result.path = secure.file.path;
}

}  // namespace

void merge_over(Json& base, const Json& over) {
  for (const auto& [key, value] : over.items()) {
    if (value.is_object() && base.contains(key) && base[key].is_object()) {
      merge_over(base[key], value);
    } else {
      base[key] = value;
    }
  }
}

Result<CloudsDocument> load_clouds(const AccountSources& sources) {
  CloudsDocument result;
  Trust trust = Trust::system;
  RETOUCH_TRY(auto found, first_of(candidates("clouds", "OS_CLIENT_CONFIG_FILE", sources), sources, result.notices));
  if (found) {
    trust = found->file.trust;
    result.path = found->file.path;
    if (const Json* clouds = find_member(found->document, "clouds"); clouds && clouds->is_object())
      result.clouds = *clouds;
  }
  if (!sources.open_secrets) return result;
  RETOUCH_TRY(auto secure, first_of(candidates("secure", "OS_CLIENT_SECURE_FILE", sources), sources, result.notices));
  if (secure) merge_secure(result, trust, *secure);
  return result;
}

}  // namespace retouch::auth
