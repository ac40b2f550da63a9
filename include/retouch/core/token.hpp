// How long a token is used, when it is renewed, and what a refusal means: decisions only, the clock is a parameter.
//
// * A token's life is `expires_at` minus the answer's own Date, counted on the monotonic clock; never assumed.
// * It is renewed ahead, at 70-80 % of its life (jittered), by one caller, while the others go on with the old one; but
//   not before it is 60 s old, so that tokens of a few seconds are used up instead of renewed all the time.
// * With less than 120 s left (a tenth of the life of short-lived ones, at least a second) it is not sent any more.
// * A 401 on a token that is 60 s old or older means that it is dead: renew once, send once more. On a younger one it
// is the
//   cloud that is ill (Glance answers 401 when Keystone is down): everybody pauses.
#pragma once

#include <optional>

#include "retouch/base/time.hpp"

namespace retouch::core {

inline constexpr Duration token_floor = std::chrono::seconds(120);
inline constexpr Duration token_min_age = std::chrono::seconds(60);  // between two renewals of a valid token

class TokenFreshness {
 public:
  enum class Next {
    use,        // send with the current token
    use_ahead,  // send with the current token, but renew it first; if that fails, send all the same
    renew,      // there is no token to send with: obtain one, then ask again
    wait,       // another caller is obtaining one: wait until it has ended, then ask again
    pause,      // nothing may be sent before pause_end(): suspended, or the last attempt failed
  };
  Next next(Mono now) const;
  Mono pause_end() const;

  // Exactly one of obtained, failed and abandoned follows each started.
  void started();
  // `issued`: when its life of `life` began, on our clock (not later than in truth). `jitter` in [0, 1).
  void obtained(Mono issued, Duration life, double jitter);
  // The attempt had no answer, or not the wanted one. Backs off: 1 s doubling to 60 s, at least what the server asked
  // for. A token that is still good stays in use.
  void failed(Mono now, std::optional<Duration> retry_after = {});
  void abandoned();  // cancelled before it ended

  enum class Rejection {
    resend,   // another token is, or will be, current: authorize once more and send once more
    suspend,  // not the token's fault: report a transient error; the account pauses until pause_end()
  };
  // A service answered 401. `current`: it had been sent with the current token.
  Rejection rejected(Mono now, bool current);

  bool renewing() const { return renewing_; }
  bool suspended(Mono now) const { return now < suspended_until_; }
  // What is left of the current token.
  std::optional<Duration> left(Mono now) const;

 private:
  struct Token {
    Mono issued, ahead, last_use, end;
    bool dead = false;  // refused by a service
  };
  bool usable(Mono now) const { return token_ && !token_->dead && now < token_->last_use; }

  std::optional<Token> token_;
  bool renewing_ = false;
  int failures_ = 0;
  Mono not_before_ = Mono::min();
  int suspensions_ = 0;
  Mono suspended_until_ = Mono::min();
};

}  // namespace retouch::core
