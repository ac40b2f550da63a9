// What is known of these credentials, in this process (for all clouds that have them) and on disk: a refused key is not
// tried again by itself, and one that nothing is known of is tried by one request at a time.
#pragma once

#include <optional>

#include "retouch/auth/authorizer.hpp"

namespace retouch::auth {

class RefusalMemory {
 public:
  // The references outlive it; `context` has a credential.
  RefusalMemory(const Account& account, const AuthContext& context) : account_(account), context_(context) {
    if (context_.options.by_hand) asked_at_ = context_.clock.now();
  }

  // What stands against a request now. The disk is looked at once, and not for a verb that somebody runs by hand.
  task<std::optional<Error>> standing();
  task<void> remember(Error refusal);

  // For the authorizer's functions of these names, where every request tries the key: ready() waits for the answer to
  // somebody else's first request.
  task<Result<void>> ready();
  bool prepared() const;

 private:
  const Account& account_;
  const AuthContext& context_;
  bool looked_ = false;
  std::optional<Mono> asked_at_{};  // by hand
};

}  // namespace retouch::auth
