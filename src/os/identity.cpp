#include "retouch/os/identity.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

#include "descriptor.hpp"
#include "retouch/os/process.hpp"

namespace retouch::os {
namespace {

User user_of(const struct stat& status) {
  std::array<char, 16384> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(status.st_uid, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) {
    return {.id = entry.pw_uid, .group = entry.pw_gid, .name = entry.pw_name, .home = entry.pw_dir, .known = true};
  }
  return {.id = status.st_uid, .group = status.st_gid, .name = fmt::format("uid {}", status.st_uid)};
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
  return user_of(status);
}

Result<void> become(const User& user) {
  const bool dumpable = is_dumpable();
  if (!change_to(user)) {
    return fail(Errc::permission,
                fmt::format("cannot work as user {}: {}", user.name, std::generic_category().message(errno)));
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
