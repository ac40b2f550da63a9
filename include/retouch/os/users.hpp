// Users and groups of this machine by name.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "retouch/base/result.hpp"

namespace retouch::os {

// Asks the name service, which may be a directory server far away: blocks, call it through async::Blocking.
class Users {
 public:
  virtual ~Users() = default;
  // nullopt = nobody has this name. Errc::io: the name service does not answer.
  virtual Result<std::optional<std::uint32_t>> user(const std::string& name) = 0;
  virtual Result<std::optional<std::uint32_t>> group(const std::string& name) = 0;
};

std::unique_ptr<Users> make_system_users();
// The effective user of this process.
std::uint32_t own_user();

}  // namespace retouch::os
