#include "retouch/os/notify.hpp"

#include <fmt/format.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <utility>

#include "retouch/base/printable.hpp"
#include "unix_address.hpp"

namespace retouch::os {

namespace {

constexpr std::size_t status_cap = 512;
constexpr auto patience = std::chrono::seconds(1);

enum class Patience { none, some };

bool tell(int socket, std::string_view message, Patience patience_wanted) {
  if (socket < 0) return false;
  const int flags = MSG_NOSIGNAL | (patience_wanted == Patience::none ? MSG_DONTWAIT : 0);
  for (;;) {
    const auto sent = ::send(socket, message.data(), message.size(), flags);
    if (sent >= 0 || errno != EINTR) return sent == static_cast<ssize_t>(message.size());
  }
}

std::string status_line(std::string_view text) { return "STATUS=" + printable(text, status_cap); }

template <typename Number>
std::optional<Number> number(const Environment& environment, const std::string& name) {
  const auto text = environment.get(name);
  Number value{};
  if (!text) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return value;
}

std::int64_t microseconds(Duration time) { return std::chrono::duration_cast<std::chrono::microseconds>(time).count(); }

}  // namespace

Notifier::Notifier(const Environment& environment) {
  const auto address = unix_address(environment.get("NOTIFY_SOCKET").value_or(""));
  if (!address) return;
  socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket_ < 0) return;
  const timeval limit{.tv_sec = patience.count()};
  if (::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0 &&
      ::connect(socket_, address->get(), address->size) == 0) {
    return;
  }
  ::close(std::exchange(socket_, -1));
}

Notifier::Notifier(Notifier&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
Notifier& Notifier::operator=(Notifier&& other) noexcept {
  std::swap(socket_, other.socket_);
  return *this;
}
Notifier::~Notifier() {
  if (socket_ >= 0) ::close(socket_);
}

bool Notifier::ready(std::string_view status) const {
  return tell(socket_, "READY=1\n" + status_line(status), Patience::some);
}

bool Notifier::reloading(Mono now) const {
  const auto usec = microseconds(now.time_since_epoch());
  return tell(socket_, fmt::format("RELOADING=1\nMONOTONIC_USEC={}\n{}", usec, status_line("reloading")),
              Patience::some);
}

bool Notifier::status(std::string_view text) const { return tell(socket_, status_line(text), Patience::none); }

bool Notifier::watchdog() const { return tell(socket_, "WATCHDOG=1", Patience::none); }

bool Notifier::stopping(std::string_view status) const {
  return tell(socket_, "STOPPING=1\n" + status_line(status), Patience::some);
}

bool Notifier::extend_timeout(Duration time) const {
  return tell(socket_, fmt::format("EXTEND_TIMEOUT_USEC={}", microseconds(time)), Patience::some);
}

std::optional<Duration> watchdog_interval(const Environment& environment, int process) {
  const auto limit = number<std::int64_t>(environment, "WATCHDOG_USEC");
  if (!limit || *limit <= 0 || *limit > microseconds(Duration::max())) return std::nullopt;
  if (environment.get("WATCHDOG_PID") && number<int>(environment, "WATCHDOG_PID") != process) return std::nullopt;
  return Duration(std::chrono::microseconds(*limit)) / 2;
}

}  // namespace retouch::os
