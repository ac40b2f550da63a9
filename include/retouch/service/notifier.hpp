// Tells others about runs, by POSTing a signed JSON document to each webhook of `notifications`.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "retouch/async/clock.hpp"
#include "retouch/async/gate.hpp"
#include "retouch/base/log.hpp"
#include "retouch/base/random.hpp"
#include "retouch/base/secret.hpp"
#include "retouch/http/transport.hpp"
#include "retouch/service/notification.hpp"

namespace retouch::service {

struct NotificationTarget {
  http::Url url;
  std::optional<Secret> secret{};  // null = unsigned
};

// One attempt. With a secret `X-Retouch-Signature-256: sha256=HEX` is the HMAC-SHA256 over "TIMESTAMP.BODY", where
// TIMESTAMP is the X-Retouch-Timestamp (Unix seconds of this attempt): a receiver can refuse what is old. All attempts
// of one message carry the same X-Retouch-Delivery.
http::Request notification_request(const NotificationTarget& target, const std::string& body,
                                   const std::string& delivery, Wall now);

class Notifier {
 public:
  static constexpr std::size_t queue = 100;  // messages that wait for one target; then the oldest is dropped
  static constexpr int attempts = 3;
  static constexpr Duration timeout = std::chrono::seconds(10);  // of one attempt
  static constexpr Duration drain = std::chrono::seconds(5);     // of close()

  // `transport` is one of its own, with neither a cloud's certificates nor its limits. `filter` is shared so that a
  // notifier made at a reload goes on where the last one was. `clock` and `random` outlive it.
  Notifier(asio::any_io_executor executor, std::vector<NotificationTarget> targets, http::TransportPtr transport,
           std::shared_ptr<NewsFilter> filter, async::Clock& clock, Random& random, Log log);
  ~Notifier();
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;

  // Queues it for each target if it is news. Never waits.
  void offer(RunNotice notice);
  // Sends what is queued, for at most `drain`; what is left is counted as dropped. Must have returned before the end.
  task<void> close();

  struct Counts {
    std::int64_t sent = 0;     // accepted with a 2xx
    std::int64_t failed = 0;   // given up
    std::int64_t dropped = 0;  // never tried: the queue was full, or the daemon ended
  };
  const Counts& counts() const { return counts_; }

 private:
  struct Message {
    std::string delivery;
    std::string run;
    std::string body;
  };
  struct Target {
    NotificationTarget to;
    std::string name;  // its origin: a path may hold a secret (chats' incoming webhooks do)
    std::deque<Message> waiting{};
    bool busy = false;  // with one that is no longer among them
    async::Condition changed{};
  };
  task<void> work(std::shared_ptr<Target> target);
  task<void> deliver(std::shared_ptr<Target> target, Message message);

  asio::any_io_executor executor_;
  http::TransportPtr transport_;
  std::shared_ptr<NewsFilter> filter_;
  async::Clock& clock_;
  Random& random_;
  Log log_;
  std::vector<std::shared_ptr<Target>> targets_;
  bool closing_ = false;
  async::Gate gate_;
  Counts counts_;
};

}  // namespace retouch::service
