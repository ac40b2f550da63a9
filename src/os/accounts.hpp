// The databases of users and groups, asked in one way. Internal: what others want of them is in users.hpp, identity.hpp
// and process.hpp. Errc::io: the name service does not answer; nullopt: there is no such entry. All of it blocks.
#pragma once

#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "retouch/base/result.hpp"

namespace retouch::os {

struct Account {
  std::uint32_t id = 0;
  std::uint32_t group = 0;
  std::string name;
  std::string home;
};

Result<std::optional<Account>> account_of(std::uint32_t id);
Result<std::optional<Account>> account_of(const std::string& name);
Result<std::optional<std::uint32_t>> id_of_group(const std::string& name);

constexpr std::size_t largest_account = std::size_t{4} << 20;  // a group of very many members

// `ask(buffer, found)` is one of the get…_r functions. They want a buffer and do not say how large. `take` copies what
// is wanted of the entry while the buffer, which its texts lie in, is there.
template <class Entry, class Ask, class Take>
auto look_up(const std::string& what, Ask ask, Take take) -> Result<std::optional<decltype(take(Entry{}))>> {
  std::vector<char> buffer(4096);
  for (;;) {
    Entry entry{};
    Entry* found = nullptr;
    const int problem = ask(entry, buffer, found);
    if (problem == EINTR) continue;
    if (problem == ERANGE && buffer.size() < largest_account) {
      buffer.resize(buffer.size() * 4);
      continue;
    }
    if (found != nullptr) return take(*found);
    // What "no such name" is called differs from one name service to the next (getpwnam(3)).
    if (problem == 0 || problem == ENOENT || problem == ESRCH || problem == EBADF || problem == EPERM) {
      return std::nullopt;
    }
    return fail(Errc::io, fmt::format("cannot look up the {}: {}", what, std::generic_category().message(problem)),
                Reaction::transient);
  }
}

}  // namespace retouch::os
