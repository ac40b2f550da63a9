// HTTP Signatures (draft-cavage) as Joyent/Triton CloudAPI verifies them (protocols/triton.md 4.1), as pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "retouch/http/message.hpp"

namespace retouch::auth {

// "(request-target): post /alice/images/…?action=update\ndate: …\nhost: …": the method in lower case, the target with
// its query exactly as sent, then the headers named. `host` is what the transport will write unless the request has
// one. A header that the request lacks is empty.
std::string signing_string(const http::Request& request, std::span<const std::string_view> names);

// The Authorization header. No blank after the commas: servers refuse one (400 "bad param format").
std::string signature_header(std::string_view key_id, std::string_view algorithm,
                             std::span<const std::string_view> names, std::string_view signature);

// "/alice/keys/19:a7:…", or "/alice/users/bob/keys/…" of a sub-user. As they are: servers
// decode logins in paths, and only there.
std::string signature_key_id(std::string_view account, std::string_view user, std::string_view md5_fingerprint);

// `target` with the roles appended the way the stock client sends them: "…&as-role=ops,dev". They are part of what is
// signed. Once: a query that has them already stays.
void add_roles(http::Url& url, std::span<const std::string> roles);

}  // namespace retouch::auth
