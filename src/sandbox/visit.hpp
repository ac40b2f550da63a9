// What the parts of Cloud share about one request.
#pragma once

#include "retouch/sandbox/cloud.hpp"

namespace retouch::sandbox {

inline bool is_write(const std::string& method) { return method != "GET" && method != "HEAD"; }

// One request on its way through the cloud.
struct Cloud::Visit {
  ServerRequest request;
  std::string service;
  std::uint64_t number = 0;
  std::optional<Fault> fault{};
  std::optional<Duration> retry_after{};
  bool throttled = false;
  bool applied = false;
  bool bare = false;  // see Outcome

  bool struck_by(FaultKind kind) const { return fault && fault->kind == kind; }
};

}  // namespace retouch::sandbox
