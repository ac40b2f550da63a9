// Whether credentials may go to an endpoint. Asked wherever one is accepted: configuration, clouds.yaml, catalogue.
#pragma once

#include <optional>

#include "retouch/http/url.hpp"

namespace retouch::http {

struct Trust {
  // Where the endpoint was learned: the origin of the auth URL. Null for what the user wrote himself (the auth URL, an
  // `endpoint:` of the configuration).
  std::optional<Origin> learned_from{};
  bool insecure = false;  // the cloud's `insecure: true`: http is allowed away from loopback, too
};

// https, or loopback, or `insecure`. What was learned from an https origin is never http; neither a link-local nor a
// metadata address is ever accepted; loopback only from loopback. Errc::untrusted says what to do.
Result<void> check_endpoint(const Url& endpoint, const Trust& trust);

}  // namespace retouch::http
