// Where the image service's paths begin.
#pragma once

#include <string_view>

#include "retouch/http/url.hpp"

namespace retouch::providers {

// Catalogues name the endpoint with or without the version ("https://ims.example", "https://host/image/v2/"): without.
http::Url service_root(http::Url endpoint);

// `root` + path (without a leading slash) + "?" + query.
http::Url service_url(const http::Url& root, std::string_view path, std::string_view query = {});

// The `next` of a list. Glance names it from the API's root ("/v2/images?marker=…") also where a proxy serves the API
// below a path. Errc::untrusted: it leads to another origin; Errc::protocol: no URL, or another path.
Result<http::Url> next_page(const http::Url& root, std::string_view reference);

}  // namespace retouch::providers
