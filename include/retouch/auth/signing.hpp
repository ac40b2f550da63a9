// SDK-HMAC-SHA256 request signatures of Huawei-style gateways, both variants, as pure functions
// (protocols/openstack-ims.md 5.4, with its vectors).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "retouch/auth/account.hpp"
#include "retouch/http/message.hpp"

namespace retouch::auth {

// Decoded name=value pairs, encoded again and sorted the way the gateway does before it hashes.
std::string canonical_query(std::string_view query);
// Each segment percent-encoded, always ending in "/": only what is hashed, the request goes out as it is.
std::string canonical_path(std::string_view path);
// METHOD, path, query, the headers named (lower case, in the given order), their names, the body's hash.
std::string canonical_request(const http::Request& request, const std::vector<std::string>& signed_headers);

// Replaces X-Sdk-Date, X-Project-Id, X-Security-Token and Authorization of `request` (Host is signed as
// the transport will write it). Signed are
// * Variant::access (Huawei's documented one): content-type if present, host, x-project-id, x-sdk-date and the
//   security token;
// * Variant::credential (as the OTC clients do it): content-type, host, x-sdk-date; the rest is added unsigned.
void sign(http::Request& request, const AkskLogin& login, const std::string& project_id, Wall now);

}  // namespace retouch::auth
