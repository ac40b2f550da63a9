#include <fmt/format.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "dial.hpp"

namespace retouch::http {

namespace {

using asio::ip::tcp;
using boost::system::error_code;
using Addresses = std::vector<asio::ip::address>;

std::unexpected<Error> cannot_resolve(const std::string& host, std::string_view why) {
  return fail(Errc::connect, fmt::format("cannot resolve {}: {}", host, why), Reaction::transient);
}

task<Result<Addresses>> ask_system(std::string host, std::shared_ptr<tcp::resolver> resolver) {
  auto [ec, found] = co_await resolver->async_resolve(host, "", tcp::resolver::flags{}, async::use_tuple);
  if (ec) co_return cannot_resolve(host, ec.message());
  Addresses addresses;
  for (const auto& entry : found) addresses.push_back(entry.endpoint().address());
  co_return addresses;
}

task<Result<Addresses>> ask(std::string host, Resolve resolve) {
  RETOUCH_CO_TRY(auto texts, co_await resolve(host));
  Addresses addresses;
  for (const auto& text : texts) {
    error_code ec;
    auto address = asio::ip::make_address(text, ec);
    if (!ec) addresses.push_back(address);
  }
  if (addresses.empty()) co_return cannot_resolve(host, "it has no address");
  co_return addresses;
}

}  // namespace

struct Lookup::Running {
  std::string host;
  std::shared_ptr<tcp::resolver> resolver{};
  asio::cancellation_signal cancel{};
  std::optional<Result<Addresses>> found{};
  async::Condition done{};
  int waiting = 0;

  void abandon() {
    if (resolver) resolver->cancel();
    cancel.emit(asio::cancellation_type::terminal);
  }
};

Lookup::~Lookup() {
  if (running_) running_->abandon();
}

std::shared_ptr<Lookup::Running> Lookup::begin(std::string host) {
  auto running = std::make_shared<Running>(std::move(host));
  if (!resolve_) running->resolver = std::make_shared<tcp::resolver>(executor_);
  auto ended = [running](std::exception_ptr failure, Result<Addresses> found) {
    running->found = failure ? cannot_resolve(running->host, "the lookup was given up") : std::move(found);
    running->done.notify_all();
  };
  auto work = resolve_ ? ask(running->host, resolve_) : ask_system(running->host, running->resolver);
  asio::co_spawn(executor_, std::move(work), asio::bind_cancellation_slot(running->cancel.slot(), std::move(ended)));
  return running;
}

task<Result<Addresses>> Lookup::find(std::string host, Deadline& deadline) {
  error_code ec;
  if (auto literal = asio::ip::make_address(host, ec); !ec) co_return Addresses{literal};
  if (!running_) running_ = begin(host);
  struct Waiting {  // also when the caller is cancelled
    Lookup& lookup;
    std::shared_ptr<Running> running;
    Deadline& deadline;
    ~Waiting() {
      deadline.waiting = nullptr;
      if (--running->waiting > 0 && !running->found) return;
      if (!running->found) running->abandon();
      if (lookup.running_ == running) lookup.running_ = nullptr;  // the next one asks afresh
    }
  } here{*this, running_, deadline};
  ++here.running->waiting;
  deadline.waiting = &here.running->done;
  while (!here.running->found && !deadline.passed) co_await here.running->done.wait();
  if (!here.running->found) co_return fail(Errc::timeout, "resolving " + host + " takes too long", Reaction::transient);
  co_return *here.running->found;
}

}  // namespace retouch::http
