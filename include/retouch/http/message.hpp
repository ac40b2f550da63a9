// One request and its answer, as values. (HTTP/1.1; no Beast type leaves this layer's .cpp files.)
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retouch/base/time.hpp"
#include "retouch/http/url.hpp"

namespace retouch::http {

// Which limit a request counts against.
enum class RequestClass { auth, read, write };
std::string_view to_string(RequestClass value);

// In order, duplicates allowed; names compare without case.
class Headers {
 public:
  void set(std::string_view name, std::string value);  // replaces all of that name
  void add(std::string name, std::string value);
  void remove(std::string_view name);
  std::optional<std::string_view> get(std::string_view name) const;  // the first
  const std::vector<std::pair<std::string, std::string>>& all() const { return items_; }

 private:
  std::vector<std::pair<std::string, std::string>> items_;
};

struct Request {
  std::string method = "GET";
  Url url{};
  Headers headers{};  // Host, Content-Length, Connection, User-Agent, Accept-Encoding are the transport's
  std::string body{};
  RequestClass cls = RequestClass::read;
  // GETs and other requests without effect: may be sent again after a failure in mid-air. Writes are resent by the
  // transport only if no byte was written; any other loss is Reaction::uncertain.
  bool repeatable = true;
  Duration timeout = std::chrono::seconds(30);  // whole request: from connecting to the last byte
  std::size_t max_body = 1u << 20;              // of the answer; a list sets 1 GiB and reads through the sink
  std::string label{};                          // for logs and errors: "list images", "update 3f0c…"
  int attempt = 1;                              // set by the retry decorator
  bool reauthorized = false;  // set by the retry decorator: credentials were renewed for this request, once is enough
  // Asked when the limiter lets it go; false: it does not leave any more (Errc::cancelled). Empty = always wanted.
  std::function<bool()> wanted{};
  // Part of a change that has begun, and would be left half-done: a stop does not hold it back.
  bool must_finish = false;
};

struct Response {
  int status = 0;
  Headers headers{};
  std::string body{};  // empty when a sink took it
  Duration elapsed{};  // what the transport took of the request's timeout: from its call to the last byte received
  int attempts = 1;    // that it took, set by the retry decorator
  bool ok() const { return status >= 200 && status < 300; }
};

}  // namespace retouch::http
