#include "retouch/sandbox/keystone.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "retouch/base/text.hpp"

namespace retouch::sandbox {
namespace {

constexpr std::string_view unauthorized = "The request you have made requires authentication.";

// "2026-11-21T22:00:06.000000Z": Keystone's microseconds are always there.
std::string format_time(Wall value) {
  std::string text = format_rfc3339(value);
  text.pop_back();
  return text + ".000000Z";
}

std::string random_token(Random& random, bool iam) {
  // Fernet tokens have 183-244 characters; IAM's PKI tokens several KiB.
  const std::size_t length = iam ? 3200 : 200;
  static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string token = iam ? "MIIE" : "gAAAAAB";
  while (token.size() < length) {
    std::uint64_t bits = random.next();
    for (int i = 0; i < 10; ++i, bits >>= 6) token += alphabet[bits & 63];
  }
  return token;
}

const Json& empty_object() {
  static const Json empty = Json::object();
  return empty;
}

const Json& object_member(const Json& object, std::string_view key) {
  const Json* value = find_member(object, key);
  return value != nullptr && value->is_object() ? *value : empty_object();
}

bool asks_for_token_method(const Json& identity) {
  const Json* methods = find_member(identity, "methods");
  return methods != nullptr && *methods == Json::array({"token"});
}

}  // namespace

struct Keystone::Login {
  const User* user = nullptr;
  std::string method{};
  std::optional<std::string> fixed_project{};      // of an application credential
  std::optional<std::string> inherited_project{};  // of the token that is exchanged
  std::optional<Wall> inherited_expiry{};          // rescoping keeps the original end
};

ServerResponse Keystone::handle(const ServerRequest& request, Wall now, Random& random) {
  const std::vector<std::string> path = path_segments(request.path);
  const Json version = {{"id", "v3.14"},
                        {"status", "stable"},
                        {"updated", "2020-04-07T00:00:00Z"},
                        {"links", Json::array({{{"rel", "self"}, {"href", options_.identity_url + "/v3/"}}})}};
  if (path.empty()) return json_answer(300, Json{{"versions", {{"values", Json::array({version})}}}});
  if (path.front() != "v3") return keystone_error(404, "The resource could not be found.");
  if (path.size() == 1) return json_answer(200, Json{{"version", version}});
  if (path.size() == 3 && path[1] == "auth" && path[2] == "tokens") {
    return request.method == "POST" ? authenticate(request, now, random) : inspect(request, now);
  }
  if (path.size() == 3 && path[1] == "auth" && path[2] == "catalog" && request.method == "GET") {
    const auto caller = validate(request.headers.get("X-Auth-Token").value_or(""), now);
    if (!caller) return keystone_error(401, unauthorized);
    if (caller->project_id.empty()) return keystone_error(403, "The token has no scope, so there is no catalog.");
    return json_answer(200,
                       Json{{"catalog", catalogue()}, {"links", {{"self", options_.identity_url + request.path}}}});
  }
  return keystone_error(404, "The resource could not be found.");
}

ServerResponse Keystone::authenticate(const ServerRequest& request, Wall now, Random& random) {
  const Result<Json> body = parse_json(request.body, "the request");
  if (!body || !body->is_object()) {
    return keystone_error(400,
                          "The server could not comply with the request since it is either malformed or otherwise "
                          "incorrect. The client is assumed to be in error.");
  }
  const Json& auth = object_member(*body, "auth");
  if (find_member(auth, "identity") == nullptr) {
    return keystone_error(400, "'identity' is a required property");
  }
  const std::optional<Login> login = identify(object_member(auth, "identity"), now);
  if (!login && asks_for_token_method(object_member(auth, "identity"))) {
    return keystone_error(404, "Could not recognize Fernet token");  // unlike every other wrong credential
  }
  if (!login) return keystone_error(401, options_.iam ? "The username or password is wrong." : unauthorized);

  Token token{.user_id = login->user->id, .methods = {login->method}, .issued_at = now};
  token.expires_at = login->inherited_expiry.value_or(now + options_.token_lifetime);
  const Json* scope = find_member(auth, "scope");
  if (login->fixed_project) {
    if (scope != nullptr) return keystone_error(401, "Application credentials cannot request a scope.");
    token.project_id = *login->fixed_project;
  } else if (scope == nullptr) {
    token.project_id = login->inherited_project ? *login->inherited_project
                       : options_.iam           ? ""
                                                : login->user->default_project_id;
  } else if (!(scope->is_string() && *scope == "unscoped")) {
    const std::optional<std::string> project = project_of_scope(*scope, *login->user);
    if (!project) return keystone_error(401, unauthorized);
    token.project_id = *project;
  }
  token.value = random_token(random, options_.iam);
  ++issued_;
  const bool with_catalogue = !Query(request.query).get("nocatalog").has_value();
  ServerResponse response = json_answer(201, Json{{"token", describe(token, with_catalogue)}});
  response.headers.set("X-Subject-Token", token.value);
  response.headers.set("Vary", "X-Auth-Token");
  std::string value = token.value;
  tokens_.emplace(std::move(value), std::move(token));
  return response;
}

std::optional<Keystone::Login> Keystone::identify(const Json& identity, Wall now) const {
  const Json* methods = find_member(identity, "methods");
  if (methods == nullptr || !methods->is_array() || methods->size() != 1) return std::nullopt;
  const Json& method = methods->front();
  if (method == "password") return by_password(identity);
  if (method == "application_credential" && !options_.iam) return by_application_credential(identity);
  if (method == "token") return by_token(identity, now);
  return std::nullopt;
}

std::optional<Keystone::Login> Keystone::by_password(const Json& identity) const {
  const Json& given = object_member(object_member(identity, "password"), "user");
  const User* user = find_user(given);
  if (user == nullptr || string_member(given, "password") != user->password) return std::nullopt;
  return Login{.user = user, .method = "password"};
}

std::optional<Keystone::Login> Keystone::by_application_credential(const Json& identity) const {
  const Json& given = object_member(identity, "application_credential");
  const std::optional<std::string> id = string_member(given, "id");
  const std::optional<std::string> name = string_member(given, "name");
  const std::optional<std::string> secret = string_member(given, "secret");
  const User* owner = id ? nullptr : find_user(object_member(given, "user"));
  for (const ApplicationCredential& credential : directory_.application_credentials) {
    const bool named =
        id ? credential.id == *id : name == credential.name && owner != nullptr && owner->id == credential.user_id;
    if (!named || secret != credential.secret) continue;
    return Login{.user = directory_.user(credential.user_id),
                 .method = "application_credential",
                 .fixed_project = credential.project_id};
  }
  return std::nullopt;
}

std::optional<Keystone::Login> Keystone::by_token(const Json& identity, Wall now) const {
  const std::optional<std::string> id = string_member(object_member(identity, "token"), "id");
  if (!id || !validate(*id, now)) return std::nullopt;
  const Token& original = tokens_.find(*id)->second;
  return Login{.user = directory_.user(original.user_id),
               .method = "token",
               .inherited_project = original.project_id,
               .inherited_expiry = original.expires_at};
}

const Domain* Keystone::find_domain(const Json* reference) const {
  if (reference == nullptr || !reference->is_object()) return nullptr;
  if (const auto id = string_member(*reference, "id")) return directory_.domain(*id);
  if (const auto name = string_member(*reference, "name")) return directory_.domain_named(*name);
  return nullptr;
}

const User* Keystone::find_user(const Json& reference) const {
  if (const auto id = string_member(reference, "id")) return directory_.user(*id);
  const Domain* domain = find_domain(find_member(reference, "domain"));
  const auto name = string_member(reference, "name");
  return domain != nullptr && name ? directory_.user_named(*name, domain->id) : nullptr;
}

std::optional<std::string> Keystone::project_of_scope(const Json& scope, const User& user) const {
  const Json* wanted = find_member(scope, "project");
  // Domain scope: on IAM it is good for the global services only, so it has no project; Keystone's users have no role
  // there.
  if (wanted == nullptr) {
    return options_.iam && find_member(scope, "domain") != nullptr ? std::optional<std::string>("") : std::nullopt;
  }
  const Project* project = nullptr;
  if (const auto id = string_member(*wanted, "id")) {
    project = directory_.project(*id);
  } else if (const auto name = string_member(*wanted, "name")) {
    const Domain* domain = find_domain(find_member(*wanted, "domain"));
    if (domain == nullptr && options_.iam && find_member(*wanted, "domain") == nullptr) {
      domain = directory_.domain(user.domain_id);
    }
    if (domain != nullptr) project = directory_.project_named(*name, domain->id);
  }
  if (project == nullptr ||
      std::find(user.project_ids.begin(), user.project_ids.end(), project->id) == user.project_ids.end()) {
    return std::nullopt;
  }
  return project->id;
}

ServerResponse Keystone::inspect(const ServerRequest& request, Wall now) {
  if (!validate(request.headers.get("X-Auth-Token").value_or(""), now)) return keystone_error(401, unauthorized);
  const std::string subject(request.headers.get("X-Subject-Token").value_or(""));
  const auto found = tokens_.find(subject);
  if (found == tokens_.end() || !validate(subject, now)) return keystone_error(404, "Could not find token.");
  if (request.method == "DELETE") {
    tokens_.erase(found);
    return empty_answer(204);
  }
  if (request.method != "GET" && request.method != "HEAD") return keystone_error(405, "Method not allowed.");
  ServerResponse response = json_answer(200, Json{{"token", describe(found->second, true)}});
  response.headers.set("X-Subject-Token", subject);
  return response;
}

std::optional<Caller> Keystone::validate(std::string_view token, Wall now) const {
  const auto found = tokens_.find(token);
  if (found == tokens_.end() || now >= found->second.expires_at) return std::nullopt;
  const User* user = directory_.user(found->second.user_id);
  if (user == nullptr) return std::nullopt;
  return Caller{.user_id = user->id, .project_id = found->second.project_id, .admin = user->admin};
}

void Keystone::expire_all(Wall now) {
  for (auto& [value, token] : tokens_) token.expires_at = std::min(token.expires_at, now);
}

Json Keystone::describe(const Token& token, bool with_catalogue) const {
  const User& user = *directory_.user(token.user_id);
  const auto domain_of = [this](const std::string& id) {
    const Domain* domain = directory_.domain(id);
    return Json{{"id", id}, {"name", domain != nullptr ? domain->name : ""}};
  };
  Json out = {
      {"methods", token.methods},
      {"user",
       {{"id", user.id}, {"name", user.name}, {"domain", domain_of(user.domain_id)}, {"password_expires_at", nullptr}}},
      {"audit_ids", Json::array({token.value.substr(8, 22)})},
      {"expires_at", format_time(token.expires_at)},
      {"issued_at", format_time(token.issued_at)}};
  const Project* project = directory_.project(token.project_id);
  if (project == nullptr) return out;
  out["project"] = {{"id", project->id}, {"name", project->name}, {"domain", domain_of(project->domain_id)}};
  out["is_domain"] = false;
  out["roles"] = Json::array({{{"id", stable_id("role member")}, {"name", user.admin ? "admin" : "member"}}});
  if (with_catalogue) out["catalog"] = catalogue();
  return out;
}

Json Keystone::catalogue() const {
  const auto service = [&](std::string_view type, std::string_view name, const std::string& url) {
    Json endpoints = Json::array();
    for (const std::string_view interface : {"public", "internal", "admin"}) {
      endpoints.push_back({{"id", stable_id(fmt::format("endpoint {} {}", type, interface))},
                           {"interface", interface},
                           {"region", options_.region},
                           {"region_id", options_.region},
                           {"url", url}});
    }
    return Json{
        {"id", stable_id(fmt::format("service {}", type))}, {"type", type}, {"name", name}, {"endpoints", endpoints}};
  };
  return Json::array(
      {service("identity", "keystone", options_.identity_url + "/v3"), service("image", "glance", options_.image_url)});
}

}  // namespace retouch::sandbox
