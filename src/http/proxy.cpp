#include "retouch/http/proxy.hpp"

#include <fmt/format.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include "retouch/base/text.hpp"

namespace retouch::http {

namespace {

namespace ip = boost::asio::ip;
using boost::system::error_code;

bool in_network(std::string_view network, const std::string& host) {
  error_code ec;
  auto address = ip::make_address(host, ec);
  if (ec) return false;
  std::string text(network);
  if (address.is_v4()) {
    auto net = ip::make_network_v4(text, ec);
    return !ec && ip::network_v4(address.to_v4(), net.prefix_length()).canonical() == net.canonical();
  }
  auto net = ip::make_network_v6(text, ec);
  return !ec && ip::network_v6(address.to_v6(), net.prefix_length()).canonical() == net.canonical();
}

bool same_address(std::string_view word, const std::string& host) {
  error_code word_error, host_error;
  auto a = ip::make_address(std::string(word), word_error);
  auto b = ip::make_address(host, host_error);
  return !word_error && !host_error && a == b;
}

// Takes ":8443" or "]:8443" off the end of a word; nullopt = it names no port.
std::optional<std::string> take_port(std::string& word) {
  auto colon = word.rfind(':');
  bool bracketed = word.starts_with('[');
  if (colon == std::string::npos || (!bracketed && word.find(':') != colon))
    return std::nullopt;  // a bare IPv6 address
  if (bracketed && (colon == 0 || word[colon - 1] != ']')) return std::nullopt;
  auto port = word.substr(colon + 1);
  word.resize(colon);
  return port;
}

bool matches(std::string word, const Origin& origin) {
  if (word == "*") return true;
  auto port = take_port(word);
  if (port && *port != std::to_string(origin.port)) return false;
  if (word.starts_with('[') && word.ends_with(']')) word = word.substr(1, word.size() - 2);
  if (word.find('/') != std::string::npos) return in_network(word, origin.host);
  if (same_address(word, origin.host)) return true;
  if (word.starts_with("*.")) word.erase(0, 1);
  std::string_view suffix = word;
  if (suffix.starts_with('.')) suffix.remove_prefix(1);
  std::string_view host = origin.host;
  if (host.ends_with('.')) host.remove_suffix(1);
  if (suffix.empty() || !host.ends_with(suffix)) return false;
  return host.size() == suffix.size() || host[host.size() - suffix.size() - 1] == '.';
}

}  // namespace

Result<Proxy> parse_proxy(std::string_view text) {
  auto refuse = [](std::string_view why) {
    return fail(Errc::invalid_input, fmt::format("the proxy setting is not usable: {}", why));
  };
  auto rest = trim(text);
  if (auto scheme = rest.find("://"); scheme != std::string_view::npos) {
    if (!iequals(rest.substr(0, scheme), "http"))
      return refuse("only proxies of the form http://host:port are supported");
    rest.remove_prefix(scheme + 3);
  }
  Proxy proxy;
  if (auto at = rest.rfind('@'); at != std::string_view::npos) {
    auto decoded = percent_decode(rest.substr(0, at));
    if (!decoded) return refuse("its credentials are not percent-encoded as they should be");
    proxy.credentials = Secret(*std::move(decoded));
    rest.remove_prefix(at + 1);
  }
  while (rest.ends_with('/')) rest.remove_suffix(1);
  auto url = parse_url("http://" + std::string(rest) + "/");
  if (!url) return refuse(fmt::format("{} is no host:port", rest));
  if (url->path != "/" || !url->query.empty()) return refuse("it has a path");
  proxy.host = url->origin.host;
  // http's default port is no proxy's: what is not said is 3128, unless 80 was written.
  proxy.port = url->origin.port == 80 && !rest.ends_with(":80") ? std::uint16_t{3128} : url->origin.port;
  return proxy;
}

Result<ProxySettings> parse_proxy_settings(std::string_view https_proxy, std::string_view no_proxy) {
  ProxySettings settings;
  if (!trim(https_proxy).empty()) {
    RETOUCH_TRY(settings.https, parse_proxy(https_proxy));
  }
  for (const auto& word : split(no_proxy, ',')) {
    if (auto trimmed = trim(word); !trimmed.empty()) settings.bypass.push_back(to_lower(trimmed));
  }
  return settings;
}

const Proxy* proxy_for(const ProxySettings& settings, const Origin& origin) {
  if (!settings.https || !origin.tls || is_loopback(origin)) return nullptr;
  for (const auto& word : settings.bypass) {
    if (matches(word, origin)) return nullptr;
  }
  return &*settings.https;
}

}  // namespace retouch::http
