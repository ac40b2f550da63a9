#include <fmt/format.h>

#include <algorithm>

#include "exchange.hpp"
#include "retouch/base/printable.hpp"

namespace retouch::http {

namespace {

bool is_token(std::string_view text) {
  static constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
  });
}

bool has_control(std::string_view text, char least) {
  return std::ranges::any_of(text, [least](char c) {
    return (static_cast<unsigned char>(c) < static_cast<unsigned char>(least) && c != '\t') || c == 0x7f;
  });
}

}  // namespace

Result<void> check_sendable(const Request& request) {
  auto refuse = [](std::string what) { return fail(Errc::invalid_input, "cannot be sent: " + std::move(what)); };
  if (!is_token(request.method)) return refuse("the method");
  auto target = request.url.target();
  if (!target.starts_with('/') || has_control(target, '!') || target.find('\t') != std::string::npos) {
    return refuse(fmt::format("the target `{}` has blanks or control characters", printable(target, 100)));
  }
  for (const auto& [name, value] : request.headers.all()) {
    if (!is_token(name)) return refuse(fmt::format("the header name `{}`", printable(name, 60)));
    // Never the value: it may be a token that was read from a file with its line end.
    if (has_control(value, ' '))
      return refuse(fmt::format("the value of the header {} has a line end or control character", name));
  }
  return {};
}

}  // namespace retouch::http
