// Where a list goes on, and URLs at large: http/url, providers/endpoint. A token goes along, so nothing may lead it
// away.
#include "fuzz.hpp"
#include "providers/endpoint.hpp"
#include "retouch/base/text.hpp"

using namespace retouch;

namespace {

const char* const roots[] = {"https://ims.example", "https://ims.example:8443/image", "http://127.0.0.1:9292/",
                             "https://[2001:db8::1]/image/v2/"};

void check_url(std::string_view text) {
  const auto url = http::parse_url(text);
  if (!url) {
    fuzz::require_showable(describe(url.error()), "an error");
    return;
  }
  const std::string written = to_string(*url);
  fuzz::require_showable(written, "a URL");
  for (const char c : written)
    fuzz::require(c > ' ' && c <= '~' && c != '\\' && c != '#', "a URL that is sent is plain", written);
  const auto again = http::parse_url(written);
  fuzz::require(again && again->origin == url->origin && again->target() == url->target(), "a URL can be read back",
                written);
  fuzz::require(url->path.starts_with('/'), "a path begins with a slash", written);
  fuzz::require(url->origin.host.find('@') == std::string::npos, "nobody logs in by a URL", written);
  fuzz::require(!is_loopback(url->origin) || !is_link_local(url->origin), "loopback is not link-local", written);
  http::host_header(url->origin);
}

// What a server would make of the path: it and what stands in front of it may resolve dots.
bool climbs(std::string_view path) {
  const auto decoded = percent_decode(path);
  for (const auto& part : split(decoded ? *decoded : std::string(path), '/')) {
    if (part == ".." || part == ".") return true;
  }
  return false;
}

void check_next(const http::Url& root, std::string_view reference) {
  const auto next = providers::next_page(root, reference);
  if (!next) {
    fuzz::require_showable(describe(next.error()), "an error");
    return;
  }
  const std::string written = to_string(*next);
  fuzz::require(next->origin == root.origin, "a list goes on where it began", written);
  const auto base = root.path == "/" ? std::string() : root.path;
  fuzz::require(written.starts_with(to_string(root.origin) + base + "/v2/"), "… below the same path", written);
  fuzz::require(!climbs(next->path), "… and stays there", written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const auto root = providers::service_root(http::parse_url(roots[input.byte() % std::size(roots)]).value());
  const std::string_view text = input.rest();
  check_url(text);
  check_next(root, text);
  if (const auto url = http::parse_url(text)) {
    const auto below = providers::service_url(providers::service_root(*url), "v2/images", "limit=1");
    fuzz::require(below.origin == url->origin && below.path.ends_with("/v2/images"), "the API lies below its endpoint",
                  text);
  }
  return 0;
}
