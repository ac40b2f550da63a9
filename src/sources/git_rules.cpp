#include "git_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"

namespace retouch::sources {
namespace {

constexpr std::string_view alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool only_of(std::string_view text, std::string_view others) {
  return std::ranges::all_of(text, [&](char c) { return alphanumeric.contains(c) || others.contains(c); });
}

auto refuse(const std::string& reason) { return fail(Errc::invalid_input, "the url of a Git source " + reason); }

constexpr std::size_t whole_id = 40;  // of SHA-1: the bare repositories of the cache are such

constexpr auto forms = "write https://host/path, ssh://user@host/path, user@host:path or file:///path";

// A host that begins with `-` would be an option of ssh; a percent sign could hide one.
Result<void> check_host(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) {
    if (host.size() > 2 && only_of(host.substr(1, host.size() - 2), ":.")) return {};
  } else if (!host.empty() && !host.starts_with('-') && only_of(host, ".-_")) {
    return {};
  }
  return refuse(fmt::format("has no usable host: `{}`", printable(host, 100)));
}

Result<void> check_user(std::string_view user) {
  if (user.contains(':')) return refuse("must not hold a password: give it by your credential helper");
  if (!user.empty() && !user.starts_with('-') && only_of(user, "._~+-%")) return {};
  return refuse(fmt::format("has no usable user: `{}`", printable(user, 100)));
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos);
}

// "user@host:22"
Result<void> check_authority(std::string_view scheme, std::string_view authority) {
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    RETOUCH_CHECK(check_user(authority.substr(0, at)));
    authority.remove_prefix(at + 1);
  }
  if (const auto colon = authority.rfind(':'); colon != std::string_view::npos && !authority.ends_with(']')) {
    const auto port = authority.substr(colon + 1);
    const bool digits = std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; });
    if (port.empty() || !digits) return refuse(fmt::format("has no usable port: `{}`", printable(port, 100)));
    authority = authority.substr(0, colon);
  }
  RETOUCH_CHECK(check_host(authority));
  if (scheme == "http" && !is_loopback(authority)) return refuse("must be https: http is for loopback alone");
  return {};
}

Result<void> check_with_scheme(std::string_view scheme, std::string_view rest) {
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos || slash + 1 == rest.size()) return refuse("names no repository on its host");
  const auto authority = rest.substr(0, slash);
  if (scheme == "file") {
    if (authority.empty()) return {};
    return refuse("must have three slashes for a local repository: file:///path");
  }
  if (scheme == "https" || scheme == "ssh" || scheme == "http") return check_authority(scheme, authority);
  return refuse(fmt::format("cannot be {}://…: {}", printable(scheme, 20), forms));
}

// [user@]host:path
Result<void> check_scp_like(std::string_view text, std::size_t colon) {
  auto host = text.substr(0, colon);
  if (const auto at = host.rfind('@'); at != std::string_view::npos) {
    RETOUCH_CHECK(check_user(host.substr(0, at)));
    host.remove_prefix(at + 1);
  }
  RETOUCH_CHECK(check_host(host));
  const auto path = text.substr(colon + 1);
  if (path.empty() || path.starts_with('-')) return refuse("names no repository on its host");
  if (const auto at = path.find('@'); at != std::string_view::npos && path.find(':', at) != std::string_view::npos) {
    return refuse("must not hold a password: ssh takes none from a URL");  // user:word@host:path
  }
  return {};
}

}  // namespace

Result<void> check_git_url(const std::string& url) {
  if (url.empty()) return refuse(fmt::format("is empty: {}", forms));
  if (url.size() > 2048) return refuse("is longer than 2048 characters");
  if (has_control(url)) return refuse("holds control characters");
  if (url.starts_with('-')) return refuse("begins with `-`: git would take it for an option");
  const auto helper = url.find("::");
  if (helper != std::string::npos && only_of(std::string_view(url).substr(0, helper), "+.-_")) {
    return refuse(
        fmt::format("begins with `{}::`: git would run a program of that name", printable(url.substr(0, helper), 40)));
  }
  if (const auto end = url.find("://"); end != std::string::npos) {
    return check_with_scheme(url.substr(0, end), std::string_view(url).substr(end + 3));
  }
  const std::string_view text = url;
  const auto slash = text.find('/');
  const auto bracket = text.find(']');
  const auto colon = text.find(':', bracket == std::string_view::npos || bracket > slash ? 0 : bracket);
  if (colon != std::string_view::npos && colon < slash) return check_scp_like(text, colon);
  if (text.starts_with('/')) return refuse(fmt::format("is a path: write file://{}", printable(url, 200)));
  return refuse(fmt::format("is none: `{}`; {}", printable(url, 200), forms));
}

std::string protocol_of(const std::string& url) {
  const auto end = url.find("://");
  return end == std::string::npos ? "ssh" : url.substr(0, end);
}

Result<void> check_git_ref(RefKind kind, const std::string& ref) {
  if (kind == RefKind::head) return {};
  const auto refused = [&](const std::string& why) {
    return fail(Errc::invalid_input,
                fmt::format("`{}` cannot be the ref of a Git source: {}", printable(ref, 100), why));
  };
  if (kind == RefKind::commit) {
    if (ref.size() == whole_id && is_commit_id(ref)) return {};
    return refused(ref.size() == 64 ? "SHA-256 repositories are not read" : "a commit is given by its whole id");
  }
  if (ref.empty()) return refused("it is empty");
  if (ref.size() > 1000) return refused("it is longer than 1000 characters");
  if (ref.starts_with('-')) return refused("it begins with `-`");
  if (has_control(ref) || ref.find_first_of(" ~^:?*[\\") != std::string::npos) {
    return refused("no blanks, control characters or any of ~ ^ : ? * [ \\ may stand in it");
  }
  if (ref.contains("..") || ref.contains("@{") || ref == "@" || ref.ends_with('.')) {
    return refused("it holds `..` or `@{`, or ends in `.`");
  }
  for (const std::string& part : split(ref, '/')) {
    if (part.empty() || part.starts_with('.') || part.ends_with(".lock")) {
      return refused("each part between slashes is not empty, begins with no `.` and ends not in `.lock`");
    }
  }
  return {};
}

Result<std::string> clean_git_path(const std::string& path) {
  std::string result;
  for (const std::string& part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == ".." || has_control(part)) {
      return fail(Errc::invalid_input,
                  fmt::format("the path `{}` of a Git source leads out of the repository, or holds "
                              "control characters",
                              printable(path, 200)));
    }
    result += (result.empty() ? "" : "/") + part;
  }
  return result;
}

bool is_commit_id(const std::string& text) {
  return text.size() >= 7 && text.size() <= whole_id &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace retouch::sources
