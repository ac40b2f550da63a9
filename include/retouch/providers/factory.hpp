// Making the providers; what is in them stays in their .cpp files.
#pragma once

#include <string>
#include <string_view>

#include "retouch/async/clock.hpp"
#include "retouch/base/time.hpp"
#include "retouch/core/attributes.hpp"
#include "retouch/http/transport.hpp"
#include "retouch/providers/provider.hpp"

namespace retouch::providers {

struct ProviderContext {
  http::TransportPtr transport;  // decorated: log -> retry -> follow -> limit -> authorize -> connection
  http::Url endpoint;            // of the image service, with or without a trailing /v2
  std::string project_id;        // that the credentials are scoped to; never empty. Triton: the account's UUID
  std::string account{};         // Triton: the login that stands in paths
  core::AttributeTable table;    // of this family, with the cloud's corrections
  Duration timeout = std::chrono::seconds(30);  // of each request, whole
  int page_size = 0;                            // images a list asks for at once; 0 = what suits the family
  const async::Clock* clock = nullptr;          // outlives the provider; for error answers that carry no Date
};

// OpenStack Image API v2.
ProviderPtr make_glance(ProviderContext context);
// Image Management Service, extension API.
ProviderPtr make_ims(ProviderContext context);
// Triton CloudAPI.
ProviderPtr make_triton(ProviderContext context);
// By the configuration's name; nullptr = there is no such provider.
ProviderPtr make_provider(std::string_view provider, ProviderContext context);

}  // namespace retouch::providers
