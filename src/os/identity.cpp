#include "retouch/os/identity.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

#include "accounts.hpp"
#include "descriptor.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/os/process.hpp"

namespace retouch::os {
namespace {

// A name service that is down must not pass for "no such user": the work would be done without the user's groups.
Result<User> user_of(const struct stat& status, const std::string& directory) {
  RETOUCH_TRY(auto account, account_of(status.st_uid));
  if (account) {
    return User{.id = account->id,
                .group = account->group,
                .name = std::move(account->name),
                .home = std::move(account->home),
                .known = true,
                .owns = directory};
  }
  return User{
      .id = status.st_uid, .group = status.st_gid, .name = fmt::format("uid {}", status.st_uid), .owns = directory};
}

// The groups first: afterwards nobody may change them any more.
bool change_to(const User& user) {
  const gid_t group = user.group;
  const int groups = user.known ? ::initgroups(user.name.c_str(), group) : ::setgroups(1, &group);
  return groups == 0 && ::setresgid(group, group, group) == 0 && ::setresuid(user.id, user.id, user.id) == 0;
}

bool maps(const char* file, unsigned id) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  return !stream || is_mapped(id, text.str());  // a kernel without user namespaces maps all
}

}  // namespace

Result<std::optional<User>> other_owner(const std::string& directory) {
  if (!is_root()) return std::nullopt;
  struct stat status{};
  if (::stat(directory.c_str(), &status) != 0) {
    if (errno == ENOENT) return std::nullopt;
    return fail(file_error("look at", directory, errno));
  }
  if (status.st_uid == 0) return std::nullopt;
  RETOUCH_TRY(User owner, user_of(status, directory));
  return owner;
}

Result<void> become(const User& user) {
  const bool dumpable = is_dumpable();
  if (!change_to(user)) {
    const std::string why = std::generic_category().message(errno);
    return fail(Errc::permission,
                fmt::format("cannot work as user {}{}: {}. Run the verb as that user, or let root become one (a "
                            "container needs CAP_SETUID and CAP_SETGID for it)",
                            user.name, user.owns.empty() ? "" : ", who owns " + printable(user.owns), why));
  }
  if (!dumpable) make_not_dumpable();  // the kernel may have forgotten it
  return {};
}

Environment environment_of(const User& user, const Environment& environment) {
  auto variables = environment.all();
  for (const char* name : {"XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR",
                           "HOME", "USER", "LOGNAME"}) {
    variables.erase(name);
  }
  if (!user.home.empty()) variables["HOME"] = user.home;
  if (user.known) variables["USER"] = variables["LOGNAME"] = user.name;
  return Environment(std::move(variables));
}

bool is_mapped(unsigned id, std::string_view map) {
  std::istringstream lines{std::string(map)};
  unsigned long long inside = 0, outside = 0, count = 0;
  while (lines >> inside >> outside >> count) {
    if (id >= inside && id - inside < count) return true;
  }
  return false;
}

bool sees_user(unsigned id) { return maps("/proc/self/uid_map", id); }
bool sees_group(unsigned id) { return maps("/proc/self/gid_map", id); }

}  // namespace retouch::os
