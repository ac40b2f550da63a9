// Faults that can be switched on: rules that match requests and say what goes wrong. Pure; randomness is a parameter.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "retouch/base/random.hpp"
#include "retouch/base/result.hpp"
#include "retouch/base/time.hpp"
#include "retouch/sandbox/answer.hpp"

namespace retouch::sandbox {

enum class FaultKind {
  status,           // answers `status` with the service's own error body (or `body`), nothing is done
  drop,             // closes the connection without doing anything
  lost,             // does it, then closes without an answer
  hang,             // nothing is done, no answer, the connection stays open
  lost_hang,        // does it, no answer, the connection stays open
  close,            // answers, announces Connection: close
  close_silently,   // answers, closes without announcing it (uwsgi)
  slow,             // waits `delay` before the answer; a write reads its image before and saves after
  ignore_property,  // accepts the write but does not keep `property`; `shown` = the answer pretends it did
  garbage,          // answers 200 with `body` (default: an HTML page), nothing is done
};
std::string_view to_string(FaultKind kind);

struct Fault {
  std::uint64_t id = 0;
  FaultKind kind = FaultKind::status;
  // Which requests: globs; `property` = a write that touches this attribute.
  std::string service = "image";  // image | identity | *
  std::string method = "*", path = "*", image = "*", property{};
  double probability = 1;
  std::uint64_t skip = 0;   // the first matching requests are spared
  std::uint64_t times = 0;  // strikes that often; 0 = until removed
  // What happens.
  int status = 503;
  std::string code{};  // IMS: IMG.xxxx or APIGW.xxxx of the error; CloudAPI: its `code`
  std::string message{};
  std::string body{};         // instead of the service's error body
  std::string retry_after{};  // value of the header, verbatim
  Duration delay{};           // before the answer, with every kind
  bool shown = false;
  std::uint64_t struck = 0;  // how often so far
};

// The members of Fault by name: {"kind":"status","status":503,"method":"PATCH","times":3,"delay":"2s"}. Unknown keys
// are errors.
Result<Fault> fault_from_json(const Json& json);
Json to_json(const Fault& fault);

class Faults {
 public:
  std::uint64_t add(Fault fault);  // returns its id
  bool remove(std::uint64_t id);
  void clear() { faults_.clear(); }
  const std::list<Fault>& all() const { return faults_; }

  // The first rule that strikes this request; counts it. `service`: image | identity.
  std::optional<Fault> strike(const ServerRequest& request, std::string_view service, Random& random);

 private:
  std::list<Fault> faults_;
  std::uint64_t next_ = 1;
};

// The attributes that a JSON patch body touches, or an object's names, read leniently (any of the four APIs' forms).
std::vector<std::string> touched_properties(std::string_view body);

}  // namespace retouch::sandbox
