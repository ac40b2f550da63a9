// Accounts and answers that several tests of this layer use.
#pragma once

#include <string>

#include "retouch/auth/account.hpp"
#include "retouch/base/json.hpp"
#include "retouch/http/message.hpp"

namespace retouch::test {

inline auth::Account password_account() {
  auth::Account account;
  account.login =
      auth::PasswordLogin{.username = "imgbot", .user_domain_name = "Default", .password = Secret("pw-canary")};
  account.auth_url = "https://keystone.example/v3";
  account.project_name = "images";
  account.project_domain_name = "Default";
  account.region = "eu";
  return account;
}

inline auth::Account aksk_account() {
  auth::Account account;
  account.login = auth::AkskLogin{
      .access_key = "AccessKey", .secret_key = Secret("SecretKey"), .project_id = "0123456789abcdef0123456789abcdef"};
  account.endpoint = "https://ims.eu-de.otc.t-systems.com";
  return account;
}

inline Json token_body(Wall issued, Duration life) {
  const auto endpoint = [](const char* interface, const char* url) {
    return Json{{"id", "e"}, {"interface", interface}, {"region", "eu"}, {"region_id", "eu"}, {"url", url}};
  };
  return Json{{"token",
               {{"methods", {"password"}},
                {"user", {{"id", "u1"}, {"name", "imgbot"}}},
                {"issued_at", format_rfc3339_ms(issued)},
                {"expires_at", format_rfc3339_ms(issued + life)},
                {"project", {{"id", "p1"}, {"name", "images"}}},
                {"catalog",
                 {{{"type", "identity"}, {"endpoints", Json::array()}},
                  {{"type", "image"},
                   {"name", "glance"},
                   {"endpoints",
                    {endpoint("internal", "https://inside.example/v2"),
                     endpoint("public", "https://glance.example/v2/")}}}}}}}};
}

inline http::Response token_response(const std::string& token, Wall date, Duration life) {
  http::Response response{.status = 201, .body = token_body(date, life).dump()};
  response.headers.set("X-Subject-Token", token);
  response.headers.set("Date", format_http_date(date));
  return response;
}

}  // namespace retouch::test
