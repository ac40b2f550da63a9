// The token endpoint of Keystone v3 and of IAM, as pure functions: request from account, answer to token, refusal to
// one readable line. (protocols/openstack-ims.md 5; answers as observed on Keystone 22.)
#pragma once

#include <string>
#include <vector>

#include "retouch/auth/account.hpp"
#include "retouch/base/json.hpp"
#include "retouch/http/message.hpp"

namespace retouch::auth {

// One endpoint of type `image` in the catalogue.
struct CatalogEndpoint {
  std::string interface, region, region_id, url;
};

struct TokenAnswer {
  Secret token;
  Wall expires_at{};  // by the server's clock, as is `date`: their difference is the life
  Wall date{};        // of the answer; its issued_at when there was no Date
  bool has_date = false;
  std::string project_id, project_name, user_name;
  std::vector<CatalogEndpoint> image_endpoints;
};

// `auth_url` with or without a trailing /v3; below it comes /auth/tokens.
Result<http::Url> token_url(const std::string& auth_url);
// POST /v3/auth/tokens. Errc::invalid_input when the account's URL is no URL, or the account signs instead (aksk).
Result<http::Request> token_request(const Account& account);

// 201 with a token of a project. Errc::protocol when something that every Keystone sends is missing; a token without a
// project is Errc::credentials (permanent), because with it one would see and make images without an owner.
Result<TokenAnswer> parse_token_answer(const http::Response& answer);

// What any other answer of the token endpoint means. 401 and 403: Errc::credentials, Reaction::auth. Throttling and 5xx
// keep the reactions of http::to_error(). `now`: our own clock, for answers without Date.
Error token_refusal(const http::Response& answer, const Account& account, Wall now);

// How the cloud's image service is chosen and what of a catalogue is believed.
struct EndpointRules {
  std::string interface = "public";
  std::string region{};    // "" = the only one there is
  std::string override{};  // configured; "" = from the catalogue
  std::string auth_url{};
  bool insecure = false;  // http beyond loopback is accepted
};
// Without a trailing /v2 or /v2.0 (the caller appends it). Errc::untrusted: http although the token came over https,
// user info, a link-local or metadata address, loopback although the auth URL is not.
Result<http::Url> image_endpoint(const std::vector<CatalogEndpoint>& catalog, const EndpointRules& rules);

// https, or http on loopback, or `insecure`; otherwise Errc::untrusted. `what` names it: "auth_url".
Result<http::Url> trusted_url(const std::string& text, std::string_view what, bool insecure);

}  // namespace retouch::auth
