#include "retouch/state/account_lock.hpp"

#include "retouch/base/digest.hpp"
#include "retouch/base/printable.hpp"

namespace retouch::state {

namespace {

constexpr Duration poll_interval = std::chrono::milliseconds(250);

struct Attempt {
  Result<std::unique_ptr<os::Files::Lock>> lock;
  std::string holder;
};

Error held_by(const LockRequest& request, const std::string& holder) {
  return Error{.code = Errc::locked,
               .reaction = Reaction::transient,
               .message = "the account " + request.account_key + " is being worked on by " +
                          (holder.empty() ? "another process" : printable(holder, 200)) +
                          "; wait for it with --wait-lock 5m"};
}

}  // namespace

task<Result<std::unique_ptr<os::Files::Lock>>> lock_account(LockRequest request, os::Files& files,
                                                            async::Blocking& blocking, async::Clock& clock,
                                                            const async::Stop& stop) {
  // The key itself may hold characters that no file name should.
  const std::string path = request.directory + "/" + sha256_hex(request.account_key).substr(0, 32) + ".lock";
  const Mono give_up = clock.now() + request.wait;
  for (;;) {
    auto attempt_once = [&files, path, holder = request.holder] {
      Attempt attempt;
      attempt.lock = files.try_lock(path, holder, &attempt.holder);
      return attempt;
    };
    Attempt attempt = co_await blocking.run(attempt_once);
    if (!attempt.lock) co_return fail(std::move(attempt.lock).error());
    if (*attempt.lock) co_return std::move(*attempt.lock);
    if (stop.requested()) co_return fail(Errc::cancelled, "stopped while waiting for the account's lock");
    if (clock.now() >= give_up) co_return fail(held_by(request, attempt.holder));
    co_await clock.sleep_for(poll_interval);
  }
}

}  // namespace retouch::state
