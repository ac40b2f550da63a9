#include <fmt/format.h>

#include "retouch/auth/keystone.hpp"
#include "retouch/base/printable.hpp"

namespace retouch::auth {
namespace {

// {"id": …} or {"name": …, "domain": {…}}: an id is unique by itself, and Keystone refuses a domain beside it.
Json named(const std::string& id, const std::string& name, const std::string& domain_id,
           const std::string& domain_name) {
  if (!id.empty()) return Json{{"id", id}};
  Json object{{"name", name}};
  if (!domain_id.empty()) {
    object["domain"]["id"] = domain_id;
  } else if (!domain_name.empty()) {
    object["domain"]["name"] = domain_name;
  }
  return object;
}

Json identity(const PasswordLogin& login) {
  Json user = named(login.user_id, login.username, login.user_domain_id, login.user_domain_name);
  user["password"] = login.password.reveal();
  return Json{{"methods", {"password"}}, {"password", {{"user", std::move(user)}}}};
}

Json identity(const ApplicationCredentialLogin& login) {
  Json credential{{"secret", login.secret.reveal()}};
  if (!login.id.empty()) {
    credential["id"] = login.id;
  } else {
    credential["name"] = login.name;
    credential["user"] = named(login.user_id, login.username, login.user_domain_id, login.user_domain_name);
  }
  return Json{{"methods", {"application_credential"}}, {"application_credential", std::move(credential)}};
}

Json identity(const TokenLogin& login) {
  return Json{{"methods", {"token"}}, {"token", {{"id", login.token.reveal()}}}};
}

Json identity(const AkskLogin&) { return {}; }
Json identity(const HttpSignatureLogin&) { return {}; }

}  // namespace

Result<http::Url> token_url(const std::string& auth_url) {
  RETOUCH_TRY(auto url, http::parse_url(auth_url));
  while (url.path.ends_with('/')) url.path.pop_back();
  if (url.path.ends_with("/v2.0")) url.path.erase(url.path.size() - 5);  // the old API's address of the same service
  if (!url.path.ends_with("/v3")) url.path += "/v3";
  return http::append_path(url, "auth/tokens");
}

Result<http::Request> token_request(const Account& account) {
  if (std::holds_alternative<AkskLogin>(account.login) || std::holds_alternative<HttpSignatureLogin>(account.login)) {
    return fail(Errc::invalid_input, "a key signs every request; it asks for no token");
  }
  http::Request request{.method = "POST", .cls = http::RequestClass::auth, .label = "token"};
  RETOUCH_TRY(request.url, token_url(account.auth_url));
  Json auth;
  auth["identity"] = std::visit([](const auto& login) { return identity(login); }, account.login);
  // An application credential is bound to its project: a scope beside it is answered with 401.
  if (!std::holds_alternative<ApplicationCredentialLogin>(account.login)) {
    auth["scope"]["project"] =
        named(account.project_id, account.project_name, account.project_domain_id, account.project_domain_name);
  }
  request.headers.set("Content-Type", "application/json");
  request.headers.set("Accept", "application/json");
  // Bytes that are no UTF-8 can only come from a password file; the server shall say no, not the JSON library throw.
  request.body = compact_json(Json{{"auth", std::move(auth)}});
  return request;
}

}  // namespace retouch::auth
