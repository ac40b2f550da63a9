// The one error type. Expected failures travel as Result<T> (result.hpp); a bug is an exception.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "retouch/base/place.hpp"
#include "retouch/base/time.hpp"

namespace retouch {

// What the caller should do. Callers branch on this, never on texts.
enum class Reaction {
  permanent,  // the same request fails again; report it
  transient,  // may work later: connection refused, 5xx, 401 on a fresh token
  throttled,  // the server asked for less; `retry_after` may say when
  auth,       // credentials, signature or permission were refused; never repeated by itself
  conflict,   // the live state is not what the plan assumed (409, IMG.0035): re-read and plan again
  uncertain,  // the request may or may not have been applied (answer lost): re-read before anything is repeated
};

enum class Errc {
  usage,          // the command line is wrong
  invalid_input,  // a manifest, configuration or other file is wrong
  not_found,      // a file, image or endpoint does not exist
  io,             // reading or writing a local file failed
  untrusted,      // refused for safety: file mode or owner, foreign origin, http where https is required
  connect,        // no connection: resolve, connect, proxy
  tls,            // the peer could not be verified, or the handshake failed
  timeout,        // a deadline passed
  closed,         // the connection ended before the answer was complete
  protocol,       // the answer is not what this API sends: bad JSON, missing token, foreign `next`
  too_large,      // a cap of design.md section 6 was met
  http_status,    // the server answered with an error status
  throttled,      // the server said: slower
  credentials,    // the token endpoint or the signature check refused the credentials
  permission,     // authenticated, but not allowed
  stale_plan,     // what was reviewed is not what would be done now
  guard,          // a guard refused
  locked,         // another process works on the account
  cancelled,      // a shutdown or a failed sibling ended it
  internal,       // a state that should not be possible
};

struct Error {
  Errc code = Errc::internal;
  Reaction reaction = Reaction::permanent;
  std::string message;       // one line: what was wanted, what came instead, what to do. Not yet printable-filtered.
  Place place{};             // of the word in a file that caused it, if any
  std::string where{};       // "lab", "lab: PATCH /v2/images/…": cloud, request
  int status = 0;            // HTTP status, 0 = none
  std::string cloud_code{};  // "IMG.0035", "APIGW.0308", "409 Conflict"
  std::string request_id{};  // the cloud's, for its support desk
  std::optional<Duration> retry_after{};  // how long the server asked us to wait, from the moment of the answer
  bool settled =
      false;  // whoever made it has tried again already as far as it makes sense: nobody above repeats it by itself
  std::string field{};  // the attribute that the server named as the reason, if any
};

std::string_view to_string(Errc code);
std::string_view to_string(Reaction reaction);
// One readable line: place or where, message, then status, cloud code and request id in brackets. Printable.
std::string describe(const Error& error);

}  // namespace retouch
