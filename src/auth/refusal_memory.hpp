// That the cloud refused these credentials, in this process (for all clouds that have them) and on disk: a refused key
// is not tried again by itself.
#pragma once

#include <optional>

#include "retouch/auth/authorizer.hpp"

namespace retouch::auth {

class RefusalMemory {
 public:
  // The references outlive it; `context` has a credential.
  RefusalMemory(const Account& account, const AuthContext& context) : account_(account), context_(context) {}

  // What stands against a request now. The disk is looked at once, and not for a verb that somebody runs by hand.
  task<std::optional<Error>> standing();
  // From then on standing() does not wait.
  bool looked() const { return looked_; }
  task<void> remember(Error refusal);

 private:
  const Account& account_;
  const AuthContext& context_;
  bool looked_ = false;
};

}  // namespace retouch::auth
