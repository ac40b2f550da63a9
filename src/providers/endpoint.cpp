#include "endpoint.hpp"

#include <algorithm>

#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"

namespace retouch::providers {
namespace {

void drop_slashes(std::string& path) {
  while (path.ends_with('/')) path.pop_back();
}

// A server, or a proxy in front of several, resolves "..", written plainly or not.
bool climbs(std::string_view path) {
  const auto plain = percent_decode(path);
  const auto parts = split(plain ? *plain : std::string(path), '/');
  return std::ranges::any_of(parts, [](const std::string& part) { return part == "." || part == ".."; });
}

}  // namespace

http::Url service_root(http::Url endpoint) {
  endpoint.query.clear();
  drop_slashes(endpoint.path);
  for (const std::string_view version : {"/v2", "/v2.0"}) {
    if (endpoint.path.ends_with(version)) {
      endpoint.path.resize(endpoint.path.size() - version.size());
      drop_slashes(endpoint.path);
      break;
    }
  }
  if (endpoint.path.empty()) endpoint.path = "/";
  return endpoint;
}

http::Url service_url(const http::Url& root, std::string_view path, std::string_view query) {
  auto url = http::append_path(root, path);
  url.query = std::string(query);
  return url;
}

Result<http::Url> next_page(const http::Url& root, std::string_view reference) {
  auto resolved = http::resolve_same_origin(root, reference);
  if (!resolved) {
    // Of the cloud's making: Errc::invalid_input would blame the configuration.
    const auto code = resolved.error().code == Errc::untrusted ? Errc::untrusted : Errc::protocol;
    return fail(code, "the list's `next` is not followed: " + resolved.error().message);
  }
  auto url = *std::move(resolved);
  std::string prefix = root.path;
  drop_slashes(prefix);
  if (!prefix.empty() && url.path.starts_with("/v2/")) url.path = prefix + url.path;
  if (!url.path.starts_with(prefix + "/v2/") || climbs(url.path)) {
    return fail(Errc::protocol, "the list's `next` leads out of the image service: " + printable(reference, 200));
  }
  return url;
}

}  // namespace retouch::providers
