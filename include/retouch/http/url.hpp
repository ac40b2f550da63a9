// An http(s) URL, taken apart and checked.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "retouch/base/result.hpp"

namespace retouch::http {

// What connections, limits and trust are keyed by.
struct Origin {
  bool tls = true;
  std::string host;  // lower case; an IPv6 address without brackets
  std::uint16_t port = 443;
  auto operator<=>(const Origin&) const = default;
};
std::string to_string(const Origin& origin);  // "https://ims.eu-de.example:443", default ports left out
bool is_loopback(const Origin& origin);       // localhost, 127.0.0.0/8, ::1 (as text: no name is resolved)
bool is_link_local(const Origin& origin);     // 169.254.0.0/16, fe80::/10, and the metadata names of clouds
// "host", "host:8443", "[::1]:8080": the Host header, also for whoever signs it.
std::string host_header(const Origin& origin);

struct Url {
  Origin origin;
  std::string path = "/";  // as given, percent-encoded
  std::string query{};     // without "?", as given
  std::string target() const { return query.empty() ? path : path + "?" + query; }
};
std::string to_string(const Url& url);

// Only http and https; userinfo, fragments, blanks and control characters are refused; an empty path becomes "/".
// Numbers that resolvers take for an address although they are not written as one (0x7f.1, 2130706433) are refused,
// too.
Result<Url> parse_url(std::string_view text);
// A reference as found in `next` or Location: absolute, or root-relative against `base`. A different origin is
// Errc::untrusted: credentials never go there.
Result<Url> resolve_same_origin(const Url& base, std::string_view reference);
// `base` path + "/" + path, exactly one slash between. `path` may bring its own "?query"; the base's is not taken over.
Url append_path(const Url& base, std::string_view path);

}  // namespace retouch::http
