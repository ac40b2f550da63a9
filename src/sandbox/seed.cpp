#include "retouch/sandbox/seed.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "fields.hpp"
#include "seed_parts.hpp"

namespace retouch::sandbox {
namespace {

std::string domain_id(const std::string& name) { return name == "Default" ? "default" : stable_id("domain " + name); }

void add_domain(Directory& directory, const std::string& name) {
  if (directory.domain_named(name) == nullptr) directory.domains.push_back({domain_id(name), name});
}

// Projects are named without their domain in users and images: names are unique in a seed's cloud.
std::string project_id(const Directory& directory, Fields& fields, std::string_view key, const std::string& name) {
  for (const Project& project : directory.projects) {
    if (project.name == name) return project.id;
  }
  fields.complain(key, fmt::format("names the project `{}`, which is not under `projects`", name));
  return "";
}

void load_projects(Fields& cloud, CloudSeed& seed, Diagnostics& diagnostics) {
  for (const yaml::Value* item : cloud.children("projects")) {
    Fields fields(item, "project", diagnostics);
    const std::string name = fields.required("name");
    const std::string domain = fields.text("domain", "Default");
    add_domain(seed.directory, domain);
    const std::string id = fields.text("id", stable_id(fmt::format("project {} {}", domain, name)));
    seed.directory.projects.push_back({id, name, domain_id(domain)});
    fields.finish();
  }
}

void load_users(Fields& cloud, CloudSeed& seed, Diagnostics& diagnostics) {
  Directory& directory = seed.directory;
  for (const yaml::Value* item : cloud.children("users")) {
    Fields fields(item, "user", diagnostics);
    const std::string domain = fields.text("domain", "Default");
    add_domain(directory, domain);
    User user{.name = fields.required("name"), .domain_id = domain_id(domain), .password = fields.required("password")};
    user.id = stable_id(fmt::format("user {} {}", domain, user.name));
    for (const std::string& name : fields.texts("projects")) {
      user.project_ids.push_back(project_id(directory, fields, "projects", name));
    }
    const std::string first = fields.text("default_project");
    if (!first.empty()) user.default_project_id = project_id(directory, fields, "default_project", first);
    user.admin = fields.boolean("admin", false);
    directory.users.push_back(std::move(user));
    fields.finish();
  }
}

void load_credentials(Fields& cloud, CloudSeed& seed, Diagnostics& diagnostics) {
  Directory& directory = seed.directory;
  for (const yaml::Value* item : cloud.children("application_credentials")) {
    Fields fields(item, "application credential", diagnostics);
    ApplicationCredential credential{.name = fields.required("name"), .secret = fields.required("secret")};
    const std::string user_name = fields.required("user");
    for (const User& user : directory.users) {
      if (user.name == user_name) credential.user_id = user.id;
    }
    if (credential.user_id.empty())
      fields.complain("user", fmt::format("names `{}`, which is not under `users`", user_name));
    credential.project_id = project_id(directory, fields, "project", fields.required("project"));
    credential.id = stable_id("credential " + credential.name);
    directory.application_credentials.push_back(std::move(credential));
    fields.finish();
  }
  for (const yaml::Value* item : cloud.children("access_keys")) {
    Fields fields(item, "access key", diagnostics);
    AccessKey key{.access_key = fields.required("access_key"), .secret_key = fields.required("secret_key")};
    key.project_id = project_id(directory, fields, "project", fields.required("project"));
    key.security_token = fields.text("security_token");
    directory.access_keys.push_back(std::move(key));
    fields.finish();
  }
}

void load_services(Fields& cloud, CloudSeed& seed, Diagnostics& diagnostics) {
  Fields identity(cloud.child("identity"), "identity", diagnostics);
  seed.identity_port = static_cast<std::uint16_t>(identity.integer("port", 0));
  seed.identity.token_lifetime = identity.duration("token_lifetime", std::chrono::hours(seed.identity.iam ? 24 : 1));
  identity.finish();
  Fields image(cloud.child("image"), "image", diagnostics);
  seed.image_port = static_cast<std::uint16_t>(image.integer("port", 0));
  seed.catalogue_suffix = image.text("catalogue_suffix");
  seed.glance_limits.default_page = static_cast<std::size_t>(image.integer("page", 25));
  seed.glance_limits.max_page = static_cast<std::size_t>(image.integer("max_page", 1000));
  seed.glance_limits.properties = static_cast<std::size_t>(image.integer("properties", 128));
  seed.glance_limits.tags = static_cast<std::size_t>(image.integer("tags", 128));
  seed.cloudapi.list_limit = static_cast<std::size_t>(image.integer("list_limit", 0));
  seed.close_every_connection = image.boolean("close_every_connection", false);
  image.finish();
  Fields latency(cloud.child("latency"), "latency", diagnostics);
  seed.latency = {latency.duration("fixed", {}), latency.duration("jitter", {})};
  latency.finish();
}

void load_trouble(Fields& cloud, CloudSeed& seed) {
  // CloudAPI has a limit as it is shipped, and its refusal says nothing of a wait (protocols/triton.md 5).
  const bool shipped = seed.type == CloudType::triton;
  if (shipped) seed.throttle = ThrottleSettings{.rate = 10, .burst = 30, .form = ThrottleForm::plain_429};
  if (const yaml::Value* throttle = cloud.child("throttle")) {
    Json wanted = json_of(*throttle);
    if (shipped && wanted.is_object() && !wanted.contains("form")) wanted["form"] = to_string(seed.throttle->form);
    Result<ThrottleSettings> settings = throttle_from_json(wanted);
    if (settings) {
      seed.throttle = *settings;
    } else {
      cloud.complain("throttle", settings.error().message);
    }
  }
  for (const yaml::Value* item : cloud.children("faults")) {
    Result<Fault> fault = fault_from_json(json_of(*item));
    if (fault) {
      seed.faults.push_back(*std::move(fault));
    } else {
      cloud.complain("faults", fault.error().message);
    }
  }
}

CloudSeed load_cloud(const yaml::Value& value, Diagnostics& diagnostics) {
  Fields fields(&value, "cloud", diagnostics);
  CloudSeed seed{.name = fields.required("name")};
  const std::string type = fields.text("type", "glance");
  if (type != "glance" && type != "ims" && type != "triton")
    fields.complain("type", fmt::format("expected glance, ims or triton, found `{}`", type));
  seed.type = type == "ims" ? CloudType::ims : type == "triton" ? CloudType::triton : CloudType::glance;
  seed.identity.iam = seed.type == CloudType::ims;
  seed.identity.region = fields.text("region", seed.identity.iam ? "eu-de" : "RegionOne");
  seed.random_seed = static_cast<std::uint64_t>(fields.integer("random_seed", 0));
  seed.clock_skew = fields.duration("clock_skew", {});
  load_services(fields, seed, diagnostics);
  load_trouble(fields, seed);
  load_projects(fields, seed, diagnostics);
  load_users(fields, seed, diagnostics);
  load_credentials(fields, seed, diagnostics);
  load_accounts(fields, seed, diagnostics);
  if (const yaml::Value* limits = fields.child("limits")) seed.client_limits = json_of(*limits).dump();
  seed.images = load_seed_images(fields.child("images"), seed, diagnostics);
  fields.finish();
  return seed;
}

}  // namespace

Json json_of(const yaml::Value& value) {
  switch (value.kind) {
    case yaml::Kind::null:
      return nullptr;
    case yaml::Kind::sequence: {
      Json list = Json::array();
      for (const yaml::Value& item : value.items) list.push_back(json_of(item));
      return list;
    }
    case yaml::Kind::mapping: {
      Json object = Json::object();
      for (const auto& [key, member] : value.members) object[key.text] = json_of(member);
      return object;
    }
    case yaml::Kind::scalar:
      break;
  }
  if (const auto boolean = value.as_bool()) return *boolean;
  if (const auto integer = value.as_integer()) {
    return *integer >= 0 ? Json(static_cast<std::uint64_t>(*integer)) : Json(*integer);
  }
  if (value.plain && !value.text.empty()) {
    char* end = nullptr;
    const double number = std::strtod(value.text.c_str(), &end);
    if (*end == '\0') return number;
  }
  return value.text;
}

std::vector<CloudSeed> load_seed(std::string_view text, const std::string& file, Diagnostics& diagnostics) {
  std::vector<CloudSeed> clouds;
  for (const yaml::Value& document : yaml::load(text, file, diagnostics)) {
    Fields fields(&document, "seed file", diagnostics);
    for (const yaml::Value* cloud : fields.children("clouds")) clouds.push_back(load_cloud(*cloud, diagnostics));
    fields.finish();
  }
  if (clouds.empty() && !diagnostics.has_errors()) diagnostics.error({.file = file}, "the seed file has no `clouds`");
  return clouds;
}

}  // namespace retouch::sandbox
