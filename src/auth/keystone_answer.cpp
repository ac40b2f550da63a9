#include <fmt/format.h>

#include <array>

#include "retouch/auth/keystone.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"
#include "retouch/http/answer.hpp"

namespace retouch::auth {
namespace {

std::vector<CatalogEndpoint> image_endpoints(const Json& token) {
  std::vector<CatalogEndpoint> found;
  const Json* catalog = find_member(token, "catalog");
  if (!catalog || !catalog->is_array()) return found;
  for (const auto& service : *catalog) {
    if (string_member(service, "type") != "image") continue;
    const Json* endpoints = find_member(service, "endpoints");
    if (!endpoints || !endpoints->is_array()) continue;
    for (const auto& endpoint : *endpoints) {
      found.push_back({.interface = string_member(endpoint, "interface").value_or(""),
                       .region = string_member(endpoint, "region").value_or(""),
                       .region_id = string_member(endpoint, "region_id").value_or(""),
                       .url = string_member(endpoint, "url").value_or("")});
    }
  }
  return found;
}

std::unexpected<Error> malformed(std::string_view what) {
  return fail(Errc::protocol, fmt::format("the answer of the token endpoint {}; is auth_url a Keystone v3?", what));
}

std::string who(const Account& account) {
  struct Name {
    std::string operator()(const PasswordLogin& login) const {
      return fmt::format("user `{}`", login.user_id.empty() ? login.username : login.user_id);
    }
    std::string operator()(const ApplicationCredentialLogin& login) const {
      return fmt::format("application credential `{}`", login.id.empty() ? login.name : login.id);
    }
    std::string operator()(const TokenLogin&) const { return "the given token"; }
    std::string operator()(const AkskLogin& login) const { return fmt::format("access key `{}`", login.access_key); }
    std::string operator()(const HttpSignatureLogin& login) const { return fmt::format("account `{}`", login.account); }
  };
  return std::visit(Name{}, account.login);
}

// What a 401 can mean. Keystone answers a wrong user, password, project and domain with the same bytes on purpose.
std::string_view usual_causes(const Account& account) {
  if (std::holds_alternative<ApplicationCredentialLogin>(account.login)) {
    return "wrong id or secret, expired, deleted, or its user lost the project; the server does not say which";
  }
  if (std::holds_alternative<TokenLogin>(account.login)) return "it is expired or revoked, or may not use the project";
  return "wrong user, password, project or domain, or no role in the project; the server does not say which";
}

struct KnownCode {
  std::string_view code, text;
};
constexpr std::array iam_codes{
    KnownCode{"IAM.0061",
              "the account is locked after too many failed logins; wait for the lock to end, then check the "
              "password before the next try"},
    KnownCode{"IAM.0062", "wrong user name or password"},
    KnownCode{"IAM.0080", "the access key is disabled"},
    KnownCode{"IAM.0081", "this user may only use the console; enable programmatic access for it in IAM"},
    KnownCode{"IAM.0082", "the user is disabled"},
};

std::string_view explain(std::string_view code) {
  for (const auto& known : iam_codes) {
    if (known.code == code) return known.text;
  }
  return {};
}

}  // namespace

Result<TokenAnswer> parse_token_answer(const http::Response& answer) {
  TokenAnswer result;
  const auto header = answer.headers.get("X-Subject-Token");
  if (!header || header->empty()) return malformed("has no X-Subject-Token");
  result.token = Secret(std::string(*header));
  RETOUCH_TRY(const auto document, parse_json(answer.body, "the token answer"));
  const Json* token = find_member(document, "token");
  if (!token) return malformed("has no `token`");
  const auto expires = parse_rfc3339(string_member(*token, "expires_at").value_or(""), true);
  if (!expires) return malformed("has no usable `expires_at`");
  result.expires_at = *expires;
  const auto date = parse_http_date(answer.headers.get("Date").value_or(""));
  const auto issued = parse_rfc3339(string_member(*token, "issued_at").value_or(""), true);
  if (!date && !issued) return malformed("has neither a Date nor an `issued_at`, so that the token's life is unknown");
  result.date = date.value_or(issued.value_or(Wall{}));
  result.has_date = date.has_value();
  if (const Json* user = find_member(*token, "user")) result.user_name = string_member(*user, "name").value_or("");
  const Json* project = find_member(*token, "project");
  result.project_id = project ? string_member(*project, "id").value_or("") : "";
  if (result.project_id.empty()) {
    return fail(Errc::credentials,
                "the token endpoint issued a token without a project; name one with project_name or "
                "project_id (an image service takes such a token, but shows only public images)");
  }
  result.project_name = string_member(*project, "name").value_or("");
  result.image_endpoints = image_endpoints(*token);
  return result;
}

namespace {

// A server may quote what it was sent.
void hide(const Secret& secret, std::string& text) {
  if (secret.empty()) return;
  for (auto at = text.find(secret.reveal()); at != std::string::npos; at = text.find(secret.reveal(), at)) {
    text.replace(at, secret.reveal().size(), "***");
  }
}

}  // namespace

Error token_refusal(const http::Response& answer, const Account& account, Wall now) {
  // A token that is asked for twice does no harm, so the request counts as repeatable.
  const http::Request request{.method = "POST", .cls = http::RequestClass::auth};
  auto error = http::to_error(request, answer, now);
  error.where = "token endpoint";
  auto complaint = http::read_complaint(answer).message;
  for (auto* text : {&complaint, &error.cloud_code, &error.request_id}) hide(secret_of(account.login), *text);
  const auto said = complaint.empty() ? std::string() : fmt::format(" (it says: {})", printable(complaint, 300));
  const auto known = explain(error.cloud_code);
  if (error.reaction == Reaction::throttled) {
    error.message = "the token endpoint asks for fewer requests" + said;
  } else if (answer.status >= 500 || answer.status == 408 || answer.status == 410) {
    error.reaction = Reaction::transient;  // 410 IAM.0020: a fail-over is going on
    error.message = "the token endpoint failed" + said;
  } else if (answer.status == 401 || answer.status == 403) {
    error.code = Errc::credentials;
    error.message = fmt::format("the token endpoint refused {}: {}{}", who(account),
                                known.empty() ? usual_causes(account) : known, said);
  } else if (answer.status == 400) {
    error.code = Errc::credentials;
    error.message = "the token endpoint does not understand the login; check the names of domain and project" + said;
  } else if (answer.status == 404 || answer.status == 300 || answer.status == 405) {
    error.code = Errc::not_found;
    error.message =
        fmt::format("there is no Keystone v3 at {}; check auth_url{}", printable(account.auth_url, 200), said);
  } else {
    error.message = "the token endpoint gave an unexpected answer" + said;
  }
  return error;
}

}  // namespace retouch::auth
