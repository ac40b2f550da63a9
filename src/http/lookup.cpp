#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>

#include "dial.hpp"

namespace retouch::http {

namespace {

using boost::system::error_code;
using Addresses = std::vector<asio::ip::address>;
using Found = std::optional<Result<std::vector<std::string>>>;

std::unexpected<Error> cannot_resolve(const std::string& host, std::string_view why) {
  return fail(Errc::connect, fmt::format("cannot resolve {}: {}", host, why), Reaction::transient);
}

std::string text_of(const addrinfo& entry) {
  std::array<char, NI_MAXHOST> text{};  // with the scope of a link-local address
  const int failure =
      ::getnameinfo(entry.ai_addr, entry.ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
  return failure == 0 ? std::string(text.data()) : std::string();
}

// Blocks, for half a minute if no name server answers.
Result<std::vector<std::string>> ask_system(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int failure = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
  if (failure != 0) return cannot_resolve(host, ::gai_strerror(failure));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(list, ::freeaddrinfo);
  std::vector<std::string> addresses;
  for (const auto* entry = list; entry; entry = entry->ai_next) addresses.push_back(text_of(*entry));
  return addresses;
}

Result<Addresses> addresses_of(const std::string& host, const Found& found) {
  if (!found) return cannot_resolve(host, "the lookup failed");
  if (!*found) return std::unexpected(found->error());
  Addresses addresses;
  for (const auto& text : **found) {
    error_code ec;
    auto address = asio::ip::make_address(text, ec);
    if (!ec) addresses.push_back(address);
  }
  if (addresses.empty()) return cannot_resolve(host, "it has no address");
  return addresses;
}

}  // namespace

struct Lookup::Running {
  std::shared_ptr<Found> found;  // written by the thread, read once it has finished
  std::shared_ptr<async::LoneThread> thread;
};

Lookup::~Lookup() = default;

Result<std::shared_ptr<Lookup::Running>> Lookup::begin(const std::string& host) const {
  auto found = std::make_shared<Found>();
  auto work = [found, host, resolve = resolve_] { found->emplace(resolve ? resolve(host) : ask_system(host)); };
  RETOUCH_TRY(auto thread, async::LoneThread::start(std::move(work)));
  return std::make_shared<Running>(std::move(found), std::move(thread));
}

task<Result<Addresses>> Lookup::find(std::string host, Deadline& deadline) {
  error_code ec;
  if (auto literal = asio::ip::make_address(host, ec); !ec) co_return Addresses{literal};
  // One that others have given up may still answer; a second beside it would only hang, too.
  if (!running_ || running_->thread->finished()) {
    RETOUCH_CO_TRY(running_, begin(host));
  }
  const auto running = running_;
  const async::LoneThread::Attention attention(*running->thread, executor_);
  struct Waiting {  // also when the caller is cancelled
    Deadline& deadline;
    ~Waiting() { deadline.waiting = nullptr; }
  } waiting{deadline};
  deadline.waiting = &running->thread->changed();
  while (!running->thread->finished() && !deadline.passed) co_await running->thread->changed().wait();
  if (!running->thread->finished()) {
    co_return fail(Errc::timeout, "resolving " + host + " takes too long", Reaction::transient);
  }
  co_return addresses_of(host, *running->found);
}

}  // namespace retouch::http
