// Pushes that a forge announces. An announcement only says "look at that source now": what is in it is never used.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "retouch/async/clock.hpp"
#include "retouch/base/log.hpp"
#include "retouch/base/secret.hpp"
#include "retouch/config/settings.hpp"
#include "retouch/http/server.hpp"

namespace retouch::service {

// What was seen in the last 24 hours, and at most so many; the oldest are forgotten first.
class Recently {
 public:
  static constexpr std::size_t most = 10'000;
  static constexpr Duration memory = std::chrono::hours(24);
  bool contains(const std::string& key, Mono now);
  void add(std::string key, Mono now);
  std::size_t size() const { return known_.size(); }

 private:
  void forget(Mono now);
  std::deque<std::pair<Mono, std::string>> in_order_;
  std::unordered_set<std::string> known_;
};

struct WebhookVerdict {
  enum class What {
    fetch,      // at `at`: now, or when a second has passed since the last one
    coalesced,  // a fetch that has not begun yet is this push's, too
    ping,       // the forge tries its setting
    ignored,    // authentic, and no push
    replay,     // seen before
    refused,
  } what = What::refused;
  int status = 401;
  std::string reason{};  // for the forge's log of deliveries and for ours; of whoever has no secret it says little
  Mono at{};
};

// Decides without I/O. GitHub, Gitea, Forgejo and `generic`: HMAC-SHA256 of the raw body, all signatures that came must
// be right; GitLab: its token. Both in constant time, and before anything else of the request is looked at. The body is
// not parsed at all: what kind of event it is stands in a header.
// More than one push a second is answered 202 like the first one, and shares a fetch: forges take a 429 for an outage
// and switch a webhook off that has too many.
class WebhookGuard {
 public:
  using Type = config::Webhook::Type;
  static constexpr std::size_t max_body = std::size_t{1} << 20;
  static constexpr Duration pace = std::chrono::seconds(1);

  // An empty secret is refused (Errc::invalid_input): anybody could sign with it.
  static Result<WebhookGuard> make(Type type, Secret secret);

  WebhookVerdict judge(std::string_view method, const http::Headers& headers, std::string_view body, Mono now);

 private:
  WebhookGuard(Type type, Secret secret) : type_(type), secret_(std::move(secret)) {}
  std::string why_not_authentic(const http::Headers& headers, std::string_view body) const;
  bool seen_before(const http::Headers& headers, std::string_view body, Mono now);
  WebhookVerdict push(Mono now);

  Type type_;
  Secret secret_;
  Recently deliveries_;
  Recently bodies_;
  Mono next_fetch_ = Mono::min();  // the last one that was promised, and a second
};

// What a listener for webhooks is opened with, besides its address: bodies of at most 1 MiB, whole within 10 seconds.
http::ListenOptions webhook_listen_options(const config::ListenAddress& address);

// `trigger` is called for each fetch that is due; also when the server is being closed while one waits for its second,
// so it must be callable until close() has returned. `clock` outlives the handler. Refusals are logged as warnings,
// once a minute with their number.
http::Handler make_webhook_handler(WebhookGuard guard, std::function<void()> trigger, async::Clock& clock, Log log);

}  // namespace retouch::service
