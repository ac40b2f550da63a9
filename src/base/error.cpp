#include "retouch/base/error.hpp"

#include <fmt/format.h>

#include "retouch/base/printable.hpp"

namespace retouch {

std::string to_string(const Place& place) {
  if (place.line == 0) return place.file;
  return fmt::format("{}:{}:{}", place.file.text(), place.line, place.column);
}

const std::string& FileName::text() const {
  static const std::string none;
  return name_ ? *name_ : none;
}

std::string_view to_string(Errc code) {
  switch (code) {
    case Errc::usage:
      return "usage";
    case Errc::invalid_input:
      return "invalid_input";
    case Errc::not_found:
      return "not_found";
    case Errc::io:
      return "io";
    case Errc::untrusted:
      return "untrusted";
    case Errc::connect:
      return "connect";
    case Errc::tls:
      return "tls";
    case Errc::timeout:
      return "timeout";
    case Errc::closed:
      return "closed";
    case Errc::protocol:
      return "protocol";
    case Errc::too_large:
      return "too_large";
    case Errc::http_status:
      return "http_status";
    case Errc::throttled:
      return "throttled";
    case Errc::credentials:
      return "credentials";
    case Errc::permission:
      return "permission";
    case Errc::stale_plan:
      return "stale_plan";
    case Errc::guard:
      return "guard";
    case Errc::locked:
      return "locked";
    case Errc::cancelled:
      return "cancelled";
    case Errc::internal:
      return "internal";
  }
  return "?";
}

std::string_view to_string(Reaction reaction) {
  switch (reaction) {
    case Reaction::permanent:
      return "permanent";
    case Reaction::transient:
      return "transient";
    case Reaction::throttled:
      return "throttled";
    case Reaction::auth:
      return "auth";
    case Reaction::conflict:
      return "conflict";
    case Reaction::uncertain:
      return "uncertain";
  }
  return "?";
}

std::string describe(const Error& error) {
  std::string line;
  if (!error.place.file.empty()) line += printable(to_string(error.place)) + ": ";
  if (!error.where.empty()) line += printable(error.where) + ": ";
  line += printable(error.message);
  std::string detail;
  auto add = [&detail](std::string part) { detail += (detail.empty() ? "" : ", ") + std::move(part); };
  // Glance's code is the status line: "403 Forbidden".
  const bool says_status = error.status != 0 && error.cloud_code.starts_with(std::to_string(error.status) + " ");
  if (error.status != 0 && !says_status) add(fmt::format("HTTP {}", error.status));
  if (!error.cloud_code.empty()) add((says_status ? "HTTP " : "") + printable(error.cloud_code));
  if (!error.request_id.empty()) add("request " + printable(error.request_id));
  return detail.empty() ? line : line + " [" + detail + "]";
}

}  // namespace retouch
