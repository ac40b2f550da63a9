#include "retouch/config/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "auth_settings.hpp"
#include "check.hpp"
#include "reader.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/os/paths.hpp"
#include "service_settings.hpp"

namespace retouch::config {
namespace {

using yaml::Value;

void read_guards(const Reader& from, Guards& guards) {
  from.number("changed_percent", guards.changed_percent);
  from.integer("percent_from_images", guards.percent_from_images);
  from.integer("changed_images", guards.changed_images);
  from.integer("removed_fields", guards.removed_fields);
  from.number("shrink_percent", guards.shrink_percent);
  from.boolean("exposure", guards.exposure);
  from.number("selection_grew_percent", guards.selection_grew_percent);
  from.at("failures").integer("consecutive", guards.failures_consecutive);
  from.at("failures").number("percent", guards.failures_percent);
}

// Only what is given is changed: a cloud's policy starts as the general one.
void read_policy(const Reader& from, Policy& policy) {
  std::string word;
  from.text("mode", word);
  if (word == "enforce") policy.mode = Mode::enforce;
  if (word == "report") policy.mode = Mode::report;
  from.text("verify", word);
  if (word == "listing") policy.verify = Verify::listing;
  if (word == "response") policy.verify = Verify::response;
  from.duration("interval", policy.interval);
  from.duration("deadline", policy.deadline);
  read_guards(from.at("guards"), policy.guards);
  from.at("contention").integer("corrections", policy.contention.corrections);
  from.at("contention").duration("within", policy.contention.within);
  from.at("contention").duration("hold", policy.contention.hold);
}

Limits read_limits(const Reader& from, std::string_view provider, Diagnostics& diagnostics) {
  auto limits = default_limits(provider);
  from.rate("requests", limits.requests);
  limits.reads = limits.requests;
  if (provider == "triton") limits.writes = limits.requests;  // one bucket for both
  from.rate("reads", limits.reads);
  from.rate("writes", limits.writes);
  from.number("burst", limits.burst);
  from.integer("concurrency", limits.concurrency);
  for (const auto& [name, value] :
       {std::pair<const char*, double&>{"reads", limits.reads}, {"writes", limits.writes}}) {
    if (value <= limits.requests) continue;
    if (const auto* given = from.find(name)) {
      diagnostics.warning(given->place, fmt::format("`{}` is more than `requests`, which caps the sum of all", name));
    }
    value = limits.requests;
  }
  return limits;
}

core::AttributeCorrection read_correction(const std::string& name, const Value& value) {
  core::AttributeCorrection correction{.name = name};
  const Reader from(&value);
  const auto* writable = value.find("writable");
  if (writable) correction.writable = writable->as_bool();
  const auto* empty = value.find("empty_is_absent");
  if (empty) correction.empty_is_absent = empty->as_bool();
  std::string type;
  from.text("type", type);
  for (const auto known : {core::ValueType::text, core::ValueType::integer, core::ValueType::boolean,
                           core::ValueType::list, core::ValueType::map}) {
    if (type == core::to_string(known)) correction.type = known;
  }
  if (value.find("allowed")) correction.allowed = from.texts("allowed");
  std::size_t length = 0;
  from.integer("max_length", length);
  if (length > 0) correction.max_length = length;
  return correction;
}

// Names stand in globs, file names and metrics.
bool valid_name(std::string_view name, bool upper_case) {
  const auto allowed = [&](char c) {
    return (c >= 'a' && c <= 'z') || (upper_case && c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= 64 && name.front() != '.' && name.front() != '-' &&
         std::ranges::all_of(name, allowed);
}

class Parser {
 public:
  Parser(const Value& root, const std::string& file, Diagnostics& diagnostics)
      : root_(&root), directory_(os::parent_path(file)), diagnostics_(diagnostics) {
    settings_.file = file;
  }

  Settings parse() {
    read_policy(root_.at("policy"), settings_.policy);
    if (const auto* clouds = root_.find("clouds")) {
      for (const auto& [name, value] : clouds->members) read_cloud(name, value);
    }
    if (const auto* sources = root_.find("sources")) {
      for (const auto& item : sources->items) read_source(item);
    }
    settings_.other_clouds = root_.texts("other_clouds");
    if (const auto* state = root_.find("state")) read_state(*state);
    if (const auto* service = root_.find("service")) {
      settings_.service = read_service(*service, directory_, settings_.sources, diagnostics_);
    }
    if (const auto* notifications = root_.find("notifications")) {
      settings_.notifications = read_notifications(*notifications, directory_, diagnostics_);
    }
    return std::move(settings_);
  }

 private:
  void read_cloud(const Value& name, const Value& value);
  void read_login(const Value& value, Cloud& cloud);
  void read_source(const Value& value);
  void read_state(const Value& value);

  Reader root_;
  std::string directory_;
  Diagnostics& diagnostics_;
  Settings settings_;
};

void Parser::read_login(const Value& value, Cloud& cloud) {
  const bool triton = cloud.provider == "triton";
  // What chooses from a catalogue; CloudAPI has none.
  for (const auto* key : {"region", "interface"}) {
    const auto* given = triton ? value.find(key) : nullptr;
    if (given) diagnostics_.error(given->place, fmt::format("`{}` has no meaning for provider triton", key));
  }
  const auto* auth = value.find("auth");
  if (!auth) {
    cloud.auth.place = cloud.place;
  } else {
    cloud.auth =
        triton ? read_triton_auth(*auth, directory_, diagnostics_) : read_auth(*auth, directory_, diagnostics_);
  }
}

void Parser::read_cloud(const Value& name, const Value& value) {
  Cloud cloud{.name = name.text, .policy = settings_.policy, .place = name.place};
  if (!valid_name(cloud.name, true)) {
    diagnostics_.error(name.place,
                       fmt::format("`{}` cannot be the name of a cloud: letters, digits, `.`, `_` and `-`, at most 64",
                                   printable(cloud.name, 100)));
  }
  const Reader from(&value);
  from.text("provider", cloud.provider);
  from.text("region", cloud.region);
  from.text("interface", cloud.interface);
  from.text("endpoint", cloud.endpoint);
  from.boolean("insecure", cloud.insecure);
  read_login(value, cloud);
  from.at("tls").path("ca_file", directory_, cloud.tls.ca_file);
  from.at("tls").path("client_certificate", directory_, cloud.tls.client_certificate);
  from.at("tls").path("client_key", directory_, cloud.tls.client_key);
  cloud.limits = read_limits(from.at("limits"), cloud.provider, diagnostics_);
  from.at("timeouts").duration("connect", cloud.connect_timeout);
  from.at("timeouts").duration("request", cloud.request_timeout);
  read_policy(from.at("policy"), cloud.policy);
  if (const auto* attributes = value.find("attributes")) {
    for (const auto& [attribute, correction] : attributes->members) {
      cloud.attributes.push_back(read_correction(attribute.text, correction));
    }
  }
  settings_.clouds.push_back(std::move(cloud));
}

void Parser::read_source(const Value& value) {
  Source source{.place = value.place};
  const Reader from(&value);
  from.text("name", source.name);
  from.at("directory").path("path", directory_, source.directory.path);
  if (const auto* git = value.find("git")) source.git = read_git(*git, directory_, diagnostics_);
  if (!source.name.empty() && !valid_name(source.name, false)) {
    diagnostics_.error(
        value.find("name")->place,
        fmt::format("`{}` cannot be the name of a source: [a-z0-9._-], at most 64", printable(source.name, 100)));
  }
  const bool taken = std::ranges::any_of(settings_.sources, [&](const auto& s) { return s.name == source.name; });
  if (taken && !source.name.empty()) {
    diagnostics_.error(value.find("name")->place,
                       fmt::format("there are two sources named `{}`", printable(source.name, 100)));
  }
  settings_.sources.push_back(std::move(source));
}

void Parser::read_state(const Value& value) {
  if (value.is_null()) return;
  const auto* path = value.kind == yaml::Kind::mapping && value.members.size() == 1 ? value.find("path") : &value;
  if (!path || path->kind != yaml::Kind::scalar || path->text.empty() || (path == &value && value.text != "none")) {
    diagnostics_.error(value.place,
                       fmt::format("`state` must be {{path: DIRECTORY}} or none, not {}", yaml::describe(value)));
    return;
  }
  settings_.state_path = path->text == "none" ? "none" : os::join_path(directory_, path->text);
}

}  // namespace

Limits default_limits(std::string_view provider) {
  if (provider == "glance") return {.requests = 20, .reads = 20, .writes = 10, .burst = 10, .concurrency = 4};
  // The server's own default is 10/s and a burst of 30 for all image calls of an account together
  // (protocols/triton.md 5).
  if (provider == "triton") return {.requests = 8, .reads = 8, .writes = 8, .burst = 20, .concurrency = 4};
  return {.requests = 10, .reads = 10, .writes = 5, .burst = 10, .concurrency = 8};
}

Settings parse_settings(std::string_view text, const std::string& file, Diagnostics& diagnostics) {
  const auto documents = yaml::load(text, file, diagnostics);
  if (documents.size() > 1) diagnostics.error(documents[1].place, "a configuration is one document, not several");
  if (documents.empty() || documents.front().is_null()) return Settings{.file = file};
  check_object(documents.front(), settings_table(), "the configuration", diagnostics);
  return Parser(documents.front(), file, diagnostics).parse();
}

auth::AccountRequest account_request(const Cloud& cloud) {
  return {.cloud = cloud.name,
          .provider = cloud.provider,
          .auth = cloud.auth,
          .region = cloud.region,
          .interface = cloud.interface,
          .endpoint = cloud.endpoint,
          .tls = cloud.tls,
          .insecure = cloud.insecure};
}

}  // namespace retouch::config
