// That the cloud refused these credentials, in this process and on disk: a refused key is not tried again by itself.
#pragma once

#include <optional>

#include "retouch/auth/authorizer.hpp"

namespace retouch::auth {

class RefusalMemory {
 public:
  // The references outlive it.
  RefusalMemory(const Account& account, const AuthContext& context) : account_(account), context_(context) {}

  // What stands against a request now. The disk is looked at once, and not for a verb that somebody runs by hand.
  task<std::optional<Error>> standing();
  task<void> remember(Error refusal);

 private:
  const Account& account_;
  const AuthContext& context_;
  bool looked_ = false;
  std::optional<Error> refusal_;
  Mono refused_at_{};
};

}  // namespace retouch::auth
