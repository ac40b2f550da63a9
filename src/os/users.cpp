#include "retouch/os/users.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <vector>

#include "retouch/base/printable.hpp"

namespace retouch::os {

namespace {

constexpr std::size_t most = std::size_t{4} << 20;  // a group of very many members

// `ask(buffer, size)` is one of the get…_r functions; true = found. They want a buffer and do not say how large.
template <class Ask>
Result<bool> with_buffer(std::string_view what, const std::string& name, Ask ask) {
  std::vector<char> buffer(4096);
  for (;;) {
    bool found = false;
    const int problem = ask(buffer, found);
    if (problem == EINTR) continue;
    if (problem == ERANGE && buffer.size() < most) {
      buffer.resize(buffer.size() * 4);
      continue;
    }
    if (found) return true;
    // What "no such name" is called differs from one name service to the next (getpwnam(3)).
    if (problem == 0 || problem == ENOENT || problem == ESRCH || problem == EBADF || problem == EPERM) return false;
    return fail(Errc::io,
                fmt::format("cannot look up the {} {}: {}", what, printable(name, 64),
                            std::generic_category().message(problem)),
                Reaction::transient);
  }
}

class SystemUsers final : public Users {
 public:
  Result<std::optional<std::uint32_t>> user(const std::string& name) override {
    passwd entry{};
    RETOUCH_TRY(const bool found, with_buffer("user", name, [&](std::vector<char>& buffer, bool& there) {
                  passwd* result = nullptr;
                  const int problem = ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &result);
                  there = result != nullptr;
                  return problem;
                }));
    if (!found) return std::nullopt;
    return entry.pw_uid;
  }

  Result<std::optional<std::uint32_t>> group(const std::string& name) override {
    ::group entry{};
    RETOUCH_TRY(const bool found, with_buffer("group", name, [&](std::vector<char>& buffer, bool& there) {
                  ::group* result = nullptr;
                  const int problem = ::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &result);
                  there = result != nullptr;
                  return problem;
                }));
    if (!found) return std::nullopt;
    return entry.gr_gid;
  }
};

}  // namespace

std::unique_ptr<Users> make_system_users() { return std::make_unique<SystemUsers>(); }

std::uint32_t own_user() { return ::geteuid(); }

}  // namespace retouch::os
