// What putting an account together came to.
#pragma once

#include <optional>
#include <vector>

#include "retouch/auth/resolve.hpp"

namespace retouch::auth {

struct Resolution {
  std::optional<ResolvedAccount> account{};  // when there are no problems
  std::vector<Error> problems{};
  bool elsewhere = false;  // what is missing need not be on this machine: files or variables of the credentials
};

Resolution resolve_triton(const AccountRequest& request, const AccountSources& sources);

}  // namespace retouch::auth
