#include "accounts.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>

#include <vector>

#include "retouch/base/printable.hpp"

namespace retouch::os {
namespace {

Account account(const passwd& entry) {
  return {.id = entry.pw_uid, .group = entry.pw_gid, .name = entry.pw_name, .home = entry.pw_dir};
}

}  // namespace

Result<std::optional<Account>> account_of(std::uint32_t id) {
  const auto ask = [&](passwd& entry, std::vector<char>& buffer, passwd*& found) {
    return ::getpwuid_r(id, &entry, buffer.data(), buffer.size(), &found);
  };
  return look_up<passwd>(fmt::format("user with the id {}", id), ask, account);
}

Result<std::optional<Account>> account_of(const std::string& name) {
  const auto ask = [&](passwd& entry, std::vector<char>& buffer, passwd*& found) {
    return ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  };
  return look_up<passwd>("user " + printable(name, 64), ask, account);
}

Result<std::optional<std::uint32_t>> id_of_group(const std::string& name) {
  const auto ask = [&](::group& entry, std::vector<char>& buffer, ::group*& found) {
    return ::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  };
  return look_up<::group>("group " + printable(name, 64), ask, [](const ::group& entry) { return entry.gr_gid; });
}

}  // namespace retouch::os
