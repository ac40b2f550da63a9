#include <fmt/format.h>

#include <set>

#include "retouch/auth/keystone.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"
#include "retouch/http/trust.hpp"

namespace retouch::auth {
namespace {

std::unexpected<Error> refused(std::string_view what, const std::string& url, const Error& reason) {
  return fail(Errc::untrusted, fmt::format("{} `{}` is refused: {}", what, printable(url, 200), reason.message));
}

// "publicURL" of old configurations is "public".
std::string plain_interface(std::string_view name) {
  if (name.ends_with("URL")) name.remove_suffix(3);
  return to_lower(name);
}

// Global services have the region "*" or none.
bool in_region(const CatalogEndpoint& endpoint, const std::string& region) {
  const bool everywhere = endpoint.region == "*" || (endpoint.region.empty() && endpoint.region_id.empty());
  return region.empty() || everywhere || endpoint.region == region || endpoint.region_id == region;
}

std::string offered(const std::vector<CatalogEndpoint>& catalog) {
  std::set<std::string> words;
  for (const auto& endpoint : catalog) words.insert(fmt::format("{} in {}", endpoint.interface, endpoint.region));
  const std::vector<std::string> sorted(words.begin(), words.end());
  return sorted.empty() ? "the catalogue lists no service of type image" : "it offers: " + join(sorted, ", ");
}

// The catalogue is the server's word, so a server that was taken over, or somebody on the way to a plain http auth URL,
// could send tokens anywhere.
Result<http::Url> believed(const std::string& text, const EndpointRules& rules) {
  auto url = http::parse_url(text);
  if (!url) return refused("the catalogue's image endpoint", text, url.error());
  RETOUCH_TRY(const auto auth, http::parse_url(rules.auth_url));
  const http::Trust trust{.learned_from = auth.origin, .insecure = rules.insecure};
  if (auto fine = http::check_endpoint(*url, trust); !fine) {
    return refused("the catalogue's image endpoint", text, fine.error());
  }
  return url;
}

http::Url without_version(http::Url url) {
  while (url.path.ends_with('/')) url.path.pop_back();
  for (const std::string_view version : {"/v2", "/v2.0"}) {
    if (url.path.ends_with(version)) url.path.erase(url.path.size() - version.size());
  }
  while (url.path.ends_with('/')) url.path.pop_back();
  if (url.path.empty()) url.path = "/";
  url.query.clear();
  return url;
}

}  // namespace

Result<http::Url> trusted_url(const std::string& text, std::string_view what, bool insecure) {
  auto url = http::parse_url(text);
  if (!url) return fail(Errc::invalid_input, fmt::format("{}: {}", what, url.error().message));
  if (auto fine = http::check_endpoint(*url, {.insecure = insecure}); !fine) return refused(what, text, fine.error());
  return url;
}

Result<http::Url> image_endpoint(const std::vector<CatalogEndpoint>& catalog, const EndpointRules& rules) {
  if (!rules.override.empty()) {
    RETOUCH_TRY(auto url, trusted_url(rules.override, "endpoint", rules.insecure));
    return without_version(std::move(url));
  }
  std::vector<CatalogEndpoint> matching;
  std::set<std::string> regions;
  for (const auto& endpoint : catalog) {
    if (plain_interface(endpoint.interface) != plain_interface(rules.interface)) continue;
    if (!in_region(endpoint, rules.region)) continue;
    matching.push_back(endpoint);
    regions.insert(endpoint.region);
  }
  if (matching.empty()) {
    const auto region = rules.region.empty() ? std::string() : fmt::format(" in region `{}`", rules.region);
    return fail(Errc::not_found,
                fmt::format("the cloud has no image endpoint with interface `{}`{}; {}; or set `endpoint`",
                            rules.interface, region, printable(offered(catalog), 500)));
  }
  if (rules.region.empty() && regions.size() > 1) {
    const std::vector<std::string> names(regions.begin(), regions.end());
    return fail(Errc::invalid_input,
                fmt::format("the cloud has image services in several regions; set `region` to one of {}",
                            printable(join(names, ", "), 500)));
  }
  RETOUCH_TRY(auto url, believed(matching.front().url, rules));
  return without_version(std::move(url));
}

}  // namespace retouch::auth
