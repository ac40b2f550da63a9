#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "retouch/base/text.hpp"
#include "retouch/service/web.hpp"

namespace retouch::service {

namespace {

bool is_port(std::string_view text) {
  return text.size() <= 5 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Without port, brackets and the dot of a fully qualified name; "" = this is no host.
std::string_view name_of(std::string_view host) {
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    if (end == std::string_view::npos) return {};
    const auto rest = host.substr(end + 1);
    if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) return {};
    return host.substr(1, end - 1);
  }
  if (const auto colon = host.find(':'); colon != std::string_view::npos) {
    if (!is_port(host.substr(colon + 1))) return {};
    host = host.substr(0, colon);
  }
  if (host.ends_with('.')) host.remove_suffix(1);
  return host;
}

}  // namespace

bool host_is_ours(std::string_view host) {
  const auto name = to_lower(name_of(host));
  if (name.empty()) return false;
  if (name == "localhost" || name.ends_with(".localhost")) return true;
  boost::system::error_code no_address;
  asio::ip::make_address(name, no_address);
  return !no_address;
}

}  // namespace retouch::service
