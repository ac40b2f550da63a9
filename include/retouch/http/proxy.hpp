// Which origins are reached through a proxy. Pure: HTTPS_PROXY and NO_PROXY are values given by the caller.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retouch/base/result.hpp"
#include "retouch/base/secret.hpp"
#include "retouch/http/url.hpp"

namespace retouch::http {

struct Proxy {
  std::string host;  // lower case; an IPv6 address without brackets
  std::uint16_t port = 3128;
  Secret credentials{};  // "user:password", percent-decoded; empty = none. Go to the proxy, never further.
};

// "http://user:password@proxy.example:3128", or without "http://". A proxy spoken to over TLS is not supported. The
// message of a refusal never shows the credentials.
Result<Proxy> parse_proxy(std::string_view text);

struct ProxySettings {
  std::optional<Proxy> https{};       // for https origins; http ones are never proxied
  std::vector<std::string> bypass{};  // NO_PROXY's words
};

// `https_proxy` empty = no proxy. `no_proxy` as other tools read it: comma-separated host names (with their subdomains,
// with or without a leading dot), IP addresses, networks as 10.0.0.0/8, each with an optional :port; `*` = everything.
Result<ProxySettings> parse_proxy_settings(std::string_view https_proxy, std::string_view no_proxy);

// The proxy for this origin, or null. Loopback is never proxied.
const Proxy* proxy_for(const ProxySettings& settings, const Origin& origin);

}  // namespace retouch::http
