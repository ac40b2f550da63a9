// Whose work this is: root that works on another user's state does it as that user; and which users can be told apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "retouch/base/result.hpp"
#include "retouch/os/environment.hpp"

namespace retouch::os {

struct User {
  unsigned id = 0;
  unsigned group = 0;
  std::string name{};  // "uid 977" where there is no such entry in the passwd database
  std::string home{};  // empty = unknown
  bool known = false;  // is in the passwd database: has supplementary groups
  std::string owns{};  // the directory that makes this work the user's; for messages
};

// The owner of `directory`, when this process is root's and the directory is not: what root wrote there would be out of
// its owner's reach. nullopt: nothing to do, also when there is no such directory yet. Errc::io: the
// name service does not answer.
Result<std::optional<User>> other_owner(const std::string& directory);

// For good, in all threads: real, effective and saved ids, and groups. The process stays not dumpable if it was.
// Errc::permission when the kernel refuses, as in containers without CAP_SETUID.
Result<void> become(const User& user);

// HOME, USER and LOGNAME are the user's; XDG directories that were root's are gone.
Environment environment_of(const User& user, const Environment& environment);

// Within a user namespace (PrivateUsers= of systemd) all foreign users are 65534: a peer on a unix socket cannot be
// known as this one then. `map`: the text of /proc/self/uid_map or gid_map.
bool is_mapped(unsigned id, std::string_view map);
bool sees_user(unsigned id);
bool sees_group(unsigned id);

}  // namespace retouch::os
