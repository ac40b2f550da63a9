#include <fmt/format.h>

#include <memory>

#include "retouch/base/printable.hpp"
#include "retouch/service/webhook.hpp"

namespace retouch::service {

namespace {

using What = WebhookVerdict::What;

// One warning a minute, whatever knocks: the listener may stand in the internet.
class RefusalLog {
 public:
  explicit RefusalLog(Log log) : log_(std::move(log)) {}
  void add(const WebhookVerdict& verdict, Mono now) {
    ++refused_;
    if (last_ && now - *last_ < std::chrono::minutes(1)) return;
    last_ = now;
    log_.warning(fmt::format("webhook: {} refused, the last one because: {}", refused_, verdict.reason),
                 {{"code", verdict.status}});
    refused_ = 0;
  }

 private:
  Log log_;
  std::optional<Mono> last_;
  int refused_ = 0;
};

struct Receiver {
  WebhookGuard guard;
  std::function<void()> trigger;
  async::Clock& clock;
  Log log;
  RefusalLog refusals;

  task<http::ServerResponse> receive(http::ServerRequest request) {
    const auto verdict = guard.judge(request.method, request.headers, request.body, clock.now());
    if (verdict.what == What::refused) {
      refusals.add(verdict, clock.now());
    } else {
      log.debug(fmt::format("webhook: {}", verdict.reason));
    }
    if (verdict.what == What::fetch) {
      // Less than a second; the push that shares this fetch has been told so.
      if (verdict.at > clock.now()) co_await clock.sleep_until(verdict.at);
      trigger();
    }
    http::ServerResponse response{.status = verdict.status, .body = verdict.reason + "\n"};
    response.headers.add("Content-Type", "text/plain; charset=utf-8");
    if (verdict.status == 405) response.headers.add("Allow", "POST");
    co_return response;
  }
};

}  // namespace

http::ListenOptions webhook_listen_options(const config::ListenAddress& address) {
  return {.address = address.address,
          .port = address.port,
          .max_header = 16u << 10,
          .max_body = WebhookGuard::max_body,
          .request_timeout = std::chrono::seconds(10),
          .idle_timeout = std::chrono::seconds(15)};
}

http::Handler make_webhook_handler(WebhookGuard guard, std::function<void()> trigger, async::Clock& clock, Log log) {
  auto receiver = std::make_shared<Receiver>(std::move(guard), std::move(trigger), clock, log, RefusalLog(log));
  return [receiver](http::ServerRequest request) { return receiver->receive(std::move(request)); };
}

}  // namespace retouch::service
