#include "retouch/os/users.hpp"

#include <unistd.h>

#include "accounts.hpp"

namespace retouch::os {

namespace {

class SystemUsers final : public Users {
 public:
  Result<std::optional<std::uint32_t>> user(const std::string& name) override {
    RETOUCH_TRY(const auto account, account_of(name));
    if (!account) return std::nullopt;
    return account->id;
  }
  Result<std::optional<std::uint32_t>> group(const std::string& name) override { return id_of_group(name); }
};

}  // namespace

std::unique_ptr<Users> make_system_users() { return std::make_unique<SystemUsers>(); }

std::uint32_t own_user() { return ::geteuid(); }

}  // namespace retouch::os
