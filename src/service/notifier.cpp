#include "retouch/service/notifier.hpp"

#include <fmt/format.h>

#include <array>

#include "retouch/async/first_of.hpp"
#include "retouch/base/digest.hpp"
#include "retouch/base/printable.hpp"

namespace retouch::service {

namespace {

// Before the second and the third attempt.
constexpr std::array<Duration, 2> pauses{std::chrono::seconds(1), std::chrono::seconds(5)};

// Why an attempt was none; "" = it was accepted.
std::string why_not(const Result<http::Response>& answer) {
  if (!answer) return answer.error().message;
  if (answer->ok()) return "";
  if (answer->status / 100 == 3) return fmt::format("HTTP {}: redirects are not followed", answer->status);
  return fmt::format("HTTP {}: {}", answer->status, printable(answer->body, 200));
}

// A message that arrived twice is told from two by its X-Retouch-Delivery, so uncertain ones are sent again, too.
bool worth_another_attempt(const Result<http::Response>& answer) {
  if (!answer) return answer.error().reaction == Reaction::transient || answer.error().reaction == Reaction::uncertain;
  return answer->status >= 500 || answer->status == 408 || answer->status == 429;
}

}  // namespace

http::Request notification_request(const NotificationTarget& target, const std::string& body,
                                   const std::string& delivery, Wall now) {
  http::Request request{.method = "POST",
                        .url = target.url,
                        .body = body,
                        .cls = http::RequestClass::write,
                        .timeout = Notifier::timeout,
                        .max_body = std::size_t{64} << 10,
                        .label = "notify"};
  const auto timestamp =
      std::to_string(std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count());
  request.headers.set("Content-Type", "application/json");
  request.headers.set("X-Retouch-Delivery", delivery);
  request.headers.set("X-Retouch-Timestamp", timestamp);
  if (target.secret) {
    request.headers.set("X-Retouch-Signature-256",
                        "sha256=" + hex(hmac_sha256(target.secret->reveal(), timestamp + "." + body)));
  }
  return request;
}

Notifier::Notifier(asio::any_io_executor executor, std::vector<NotificationTarget> targets,
                   http::TransportPtr transport, std::shared_ptr<NewsFilter> filter, async::Clock& clock,
                   Random& random, Log log)
    : executor_(std::move(executor)),
      transport_(std::move(transport)),
      filter_(std::move(filter)),
      clock_(clock),
      random_(random),
      log_(std::move(log)) {
  for (auto& to : targets) {
    auto name = to_string(to.url.origin);
    targets_.push_back(std::make_shared<Target>(std::move(to), std::move(name)));
  }
  for (const auto& target : targets_) {
    gate_.spawn(executor_, [this, target] { return work(target); });
  }
}

Notifier::~Notifier() = default;

void Notifier::offer(RunNotice notice) {
  const auto news = filter_->filter(std::move(notice));
  if (!news || closing_) return;
  const std::string body = compact_json(to_document(*news));
  for (const auto& target : targets_) {
    if (target->waiting.size() >= queue) {
      log_.warning(fmt::format("notification of run {} dropped: {} wait for {} already",
                               printable(target->waiting.front().run), queue, target->name));
      target->waiting.pop_front();
      ++counts_.dropped;
    }
    target->waiting.push_back({.delivery = random_.uuid(), .run = news->run, .body = body});
    target->changed.notify_all();
  }
}

task<void> Notifier::work(std::shared_ptr<Target> target) {
  try {
    for (;;) {
      while (target->waiting.empty() && !closing_) co_await target->changed.wait();
      if (target->waiting.empty()) co_return;
      Message message = std::move(target->waiting.front());
      target->waiting.pop_front();
      target->busy = true;
      co_await deliver(target, std::move(message));
      target->busy = false;
    }
  } catch (const boost::system::system_error& error) {
    if (error.code() != asio::error::operation_aborted) throw;  // close() has waited long enough
  }
}

task<void> Notifier::deliver(std::shared_ptr<Target> target, Message message) {
  for (int attempt = 1;; ++attempt) {
    auto request = notification_request(target->to, message.body, message.delivery, clock_.wall());
    const auto answer = co_await transport_->send(std::move(request));
    const std::string why = why_not(answer);
    if (why.empty()) {
      ++counts_.sent;
      co_return;
    }
    if (attempt == attempts || !worth_another_attempt(answer)) {
      ++counts_.failed;
      log_.warning(fmt::format("{} was not told about run {}: {}", target->name, printable(message.run), why),
                   {{"attempt", attempt}});
      co_return;
    }
    const auto pause =
        std::chrono::duration_cast<Duration>(pauses.at(static_cast<std::size_t>(attempt - 1)) * (0.5 + random_.unit()));
    co_await clock_.sleep_for(pause);
  }
}

task<void> Notifier::close() {
  closing_ = true;
  for (const auto& target : targets_) target->changed.notify_all();
  auto patience = clock_.sleep_for(drain);
  auto end = gate_.close();
  co_await async::first_of(std::move(patience), std::move(end));
  if (gate_.running() > 0) {
    for (const auto& target : targets_) {
      const std::size_t left = target->waiting.size() + (target->busy ? 1 : 0);
      if (left == 0) continue;
      log_.warning(fmt::format("{} was not told about {} runs: the daemon ends", target->name, left));
      counts_.dropped += static_cast<std::int64_t>(left);
      target->waiting.clear();
    }
  }
  gate_.cancel();
  co_await gate_.close();
}

}  // namespace retouch::service
