#include "retouch/service/access.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "retouch/base/printable.hpp"

namespace retouch::service {

namespace {

bool belongs(const http::Peer& peer, const std::set<std::uint32_t>& users, const std::set<std::uint32_t>& groups) {
  return users.contains(peer.uid) || groups.contains(peer.gid) ||
         std::ranges::any_of(peer.groups, [&](std::uint32_t group) { return groups.contains(group); });
}

std::optional<std::uint32_t> number(const std::string& text) {
  std::uint32_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  // (uid_t)-1 means "nobody in particular" to every system call.
  return value == static_cast<std::uint32_t>(-1) ? std::nullopt : std::optional(value);
}

struct Resolver {
  os::Users& users;
  std::vector<std::string>& notices;

  void add(const std::string& given, std::string_view key, std::set<std::uint32_t>& to_users,
           std::set<std::uint32_t>& to_groups) const {
    const bool group = given.starts_with('%');
    const std::string name = group ? given.substr(1) : given;
    auto id = group ? users.group(name) : users.user(name);
    if (!id) {
      notices.push_back(fmt::format("service.{}: {}; until the next reload `{}` lets nobody in", key,
                                    id.error().message, printable(given, 64)));
      return;
    }
    if (!*id) id = number(name);
    if (*id) {
      (group ? to_groups : to_users).insert(**id);
    } else {
      notices.push_back(fmt::format("service.{}: there is no {} `{}`, so it lets nobody in", key,
                                    group ? "group" : "user", printable(name, 64)));
    }
  }
};

}  // namespace

Access access_of(const std::optional<http::Peer>& peer, const AccessRules& rules) {
  if (!peer) return Access::none;
  if (peer->uid == 0 || peer->uid == rules.own_user) return Access::operates;
  if (belongs(*peer, rules.operator_users, rules.operator_groups)) return Access::operates;
  if (belongs(*peer, rules.reader_users, rules.reader_groups)) return Access::reader;
  return Access::none;
}

AccessRules resolve_access(const std::vector<std::string>& readers, const std::vector<std::string>& operators,
                           std::uint32_t own_user, os::Users& users, std::vector<std::string>& notices) {
  AccessRules rules{.own_user = own_user};
  const Resolver resolver{users, notices};
  for (const auto& name : readers) resolver.add(name, "readers", rules.reader_users, rules.reader_groups);
  for (const auto& name : operators) resolver.add(name, "operators", rules.operator_users, rules.operator_groups);
  return rules;
}

std::string refusal(const std::optional<http::Peer>& peer, Access wanted) {
  if (!peer) return "this is served over the unix socket only, where the kernel says who asks";
  const bool act = wanted == Access::operates;
  return fmt::format(
      "user {} may not {} here: root, the daemon's own user and `service.operators`{} may; a new member "
      "of a group has to log in again",
      peer->uid, act ? "act" : "look", act ? "" : " or `service.readers`");
}

}  // namespace retouch::service
