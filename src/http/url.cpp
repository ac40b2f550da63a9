#include "retouch/http/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/url/ipv4_address.hpp>
#include <boost/url/ipv6_address.hpp>
#include <charconv>
#include <optional>

#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"

namespace retouch::http {

namespace {

namespace urls = boost::urls;

std::unexpected<Error> bad_url(std::string_view text, std::string_view why) {
  return fail(Errc::invalid_input, fmt::format("`{}` is not a usable URL: {}", printable(text, 200), why));
}

constexpr std::uint16_t default_port(bool tls) { return tls ? 443 : 80; }

// The IPv4 address that a host literally is, also when written inside IPv6 (::ffff:127.0.0.1).
std::optional<std::array<unsigned char, 4>> ipv4_of(const std::string& host) {
  if (auto v4 = urls::parse_ipv4_address(host)) return v4->to_bytes();
  if (auto v6 = urls::parse_ipv6_address(host); v6 && v6->is_v4_mapped()) {
    auto bytes = v6->to_bytes();
    return std::array<unsigned char, 4>{bytes[12], bytes[13], bytes[14], bytes[15]};
  }
  return std::nullopt;
}

// inet_aton() and with it getaddrinfo() read "127.1", "0x7f.1" and "2130706433" as addresses; such a host would pass by
// every check of addresses. (The rule is that of the WHATWG URL standard: a last label that is a number.)
bool disguised_address(std::string_view host) {
  while (host.ends_with('.')) host.remove_suffix(1);
  auto label = host.substr(host.rfind('.') + 1);
  if (label.empty()) return true;
  if (std::ranges::all_of(label, [](char c) { return c >= '0' && c <= '9'; })) return true;
  if (!label.starts_with("0x")) return false;
  label.remove_prefix(2);
  return std::ranges::all_of(label, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

Result<std::string> host_name(std::string host, std::string_view text) {
  auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  };
  if (host.empty()) return bad_url(text, "it names no host");
  if (!std::ranges::all_of(host, allowed)) return bad_url(text, "its host name has characters that no host name has");
  if (host.size() > 253) return bad_url(text, "its host name is longer than 253 characters");
  if (urls::parse_ipv4_address(host)) return host;
  if (disguised_address(host)) return bad_url(text, "its host is a number that is not written as an IP address");
  return host;
}

Result<std::uint16_t> port_of(std::string_view digits, std::string_view text) {
  unsigned port = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size() || port == 0 || port > 65535) {
    return bad_url(text, "its port must be a number between 1 and 65535");
  }
  return static_cast<std::uint16_t>(port);
}

// `authority` is what stands between "//" and the path.
Result<Origin> origin_of(bool tls, std::string_view authority, std::string_view text) {
  Origin origin{.tls = tls, .port = default_port(tls)};
  if (authority.find('@') != std::string_view::npos) {
    return bad_url(tls ? "https://…" : "http://…",
                   "credentials must not stand in a URL");  // so they are not shown either
  }
  auto host_end = authority.starts_with('[') ? authority.find(']') : authority.find(':');
  if (authority.starts_with('[')) {
    auto literal = authority.substr(1, host_end == std::string_view::npos ? host_end : host_end - 1);
    auto parsed = urls::parse_ipv6_address(urls::string_view(literal.data(), literal.size()));
    if (!parsed || host_end == std::string_view::npos) return bad_url(text, "its IPv6 address is not valid");
    origin.host = std::string(parsed->to_string());
    ++host_end;
  } else {
    RETOUCH_TRY(origin.host, host_name(to_lower(authority.substr(0, host_end)), text));
  }
  auto rest = host_end < authority.size() ? authority.substr(host_end) : std::string_view{};
  if (rest.empty() || rest == ":") return origin;
  if (!rest.starts_with(':')) return bad_url(text, "something stands between its host and its path");
  RETOUCH_TRY(origin.port, port_of(rest.substr(1), text));
  return origin;
}

// RFC 3986, and the brackets and bars that servers put into queries of their own.
bool clean(std::string_view target) {
  static constexpr std::string_view others = "-._~!$&'()*+,;=:@/?[]|%";
  for (std::size_t i = 0; i < target.size(); ++i) {
    char c = target[i];
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!plain && others.find(c) == std::string_view::npos) return false;
    if (c == '%' && !percent_decode(target.substr(i, 3)).has_value()) return false;
  }
  return true;
}

}  // namespace

std::string host_header(const Origin& origin) {
  auto host = origin.host.find(':') == std::string::npos ? origin.host : "[" + origin.host + "]";
  return origin.port == default_port(origin.tls) ? host : fmt::format("{}:{}", host, origin.port);
}

std::string to_string(const Origin& origin) { return (origin.tls ? "https://" : "http://") + host_header(origin); }

std::string to_string(const Url& url) { return to_string(url.origin) + url.target(); }

bool is_loopback(const Origin& origin) {
  std::string_view host = origin.host;
  while (host.ends_with('.')) host.remove_suffix(1);
  if (host == "localhost" || host.ends_with(".localhost")) return true;  // RFC 6761
  if (auto v4 = ipv4_of(origin.host)) return (*v4)[0] == 127;
  auto v6 = urls::parse_ipv6_address(origin.host);
  return v6 && v6->is_loopback();
}

bool is_link_local(const Origin& origin) {
  // Where clouds hand out credentials to their instances: a catalogue or `next` must never lead there.
  static constexpr std::array<std::string_view, 8> metadata = {"metadata",        "metadata.google.internal",
                                                               "instance-data",   "instance-data.ec2.internal",
                                                               "100.100.100.200", "168.63.129.16",
                                                               "192.0.0.192",     "fd00:ec2::254"};
  std::string_view host = origin.host;
  while (host.ends_with('.')) host.remove_suffix(1);
  if (std::ranges::find(metadata, host) != metadata.end()) return true;
  if (auto v4 = ipv4_of(origin.host)) {
    return ((*v4)[0] == 169 && (*v4)[1] == 254) || (*v4)[0] == 0;  // 0.0.0.0 is "this host" to Linux
  }
  if (auto v6 = urls::parse_ipv6_address(origin.host)) {
    auto bytes = v6->to_bytes();
    return v6->is_unspecified() || (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80);
  }
  return false;
}

Result<Url> parse_url(std::string_view text) {
  auto scheme_end = text.find("://");
  auto scheme = to_lower(text.substr(0, scheme_end));
  if (scheme_end == std::string_view::npos || (scheme != "http" && scheme != "https")) {
    return bad_url(text, "it must begin with https:// or http://");
  }
  auto rest = text.substr(scheme_end + 3);
  auto authority_end = std::min(rest.find_first_of("/?#"), rest.size());
  Url url;
  RETOUCH_TRY(url.origin, origin_of(scheme == "https", rest.substr(0, authority_end), text));
  auto target = rest.substr(authority_end);
  if (target.find('#') != std::string_view::npos) return bad_url(text, "it has a fragment (#…), which is never sent");
  if (!clean(target)) return bad_url(text, "blanks, control and some other characters must be percent-encoded");
  auto question = std::min(target.find('?'), target.size());
  url.path = question == 0 ? "/" : std::string(target.substr(0, question));
  if (question < target.size()) url.query = std::string(target.substr(question + 1));
  return url;
}

Result<Url> resolve_same_origin(const Url& base, std::string_view reference) {
  Result<Url> url;
  if (reference.starts_with("//")) {
    url = parse_url((base.origin.tls ? "https:" : "http:") + std::string(reference));
  } else if (reference.starts_with('/')) {
    url = parse_url(to_string(base.origin) + std::string(reference));
  } else if (reference.starts_with('?')) {
    url = parse_url(to_string(base.origin) + base.path + std::string(reference));
  } else {
    url = parse_url(reference);
  }
  if (url && url->origin != base.origin) {
    return fail(Errc::untrusted, fmt::format("`{}` leads away from {}: credentials are not sent to another origin",
                                             printable(reference, 200), to_string(base.origin)));
  }
  return url;
}

Url append_path(const Url& base, std::string_view path) {
  Url url{.origin = base.origin, .path = base.path};
  auto question = path.find('?');
  if (question != std::string_view::npos) {
    url.query = std::string(path.substr(question + 1));
    path = path.substr(0, question);
  }
  while (url.path.ends_with('/')) url.path.pop_back();
  while (path.starts_with('/')) path.remove_prefix(1);
  url.path += "/";
  url.path += path;
  return url;
}

}  // namespace retouch::http
