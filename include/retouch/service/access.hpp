// Who may do what over the control socket: `service.readers` and `service.operators` of the configuration.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "retouch/http/server.hpp"
#include "retouch/os/users.hpp"

namespace retouch::service {

enum class Access { none, reader, operates };  // whoever operates may read, too

// The names of the configuration as the kernel knows them.
struct AccessRules {
  std::uint32_t own_user = 0;  // the daemon's; it and root always operate
  std::set<std::uint32_t> reader_users{}, reader_groups{};
  std::set<std::uint32_t> operator_users{}, operator_groups{};
};

// By the groups that the asking process has, as for a file: who was added to a group just now has to log in afresh.
// Null (nobody knows who asks) may do nothing.
Access access_of(const std::optional<http::Peer>& peer, const AccessRules& rules);

// "alice", "%admins"; a number stands for itself where no such name exists. Blocks. A name that nobody has, or that
// cannot be looked up now, lets nobody in and is told in `notices`: the daemon must come up without its directory
// server. Look again at a reload.
AccessRules resolve_access(const std::vector<std::string>& readers, const std::vector<std::string>& operators,
                           std::uint32_t own_user, os::Users& users, std::vector<std::string>& notices);

// For the 403, and for the one who gets it: what is missing, and where it is given.
std::string refusal(const std::optional<http::Peer>& peer, Access wanted);

}  // namespace retouch::service
