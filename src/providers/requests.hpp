// What the requests and answers of both families have in common.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "image_builder.hpp"
#include "retouch/async/clock.hpp"
#include "retouch/providers/provider.hpp"

namespace retouch::providers {

// A GET: may be repeated.
http::Request read_request(http::Url url, std::string label, Duration timeout);
// A PATCH or POST: never repeated blindly.
http::Request write_request(std::string method, http::Url url, std::string_view content_type, std::string body,
                            std::string label, Duration timeout);

// Wall time for answers that carry no Date of their own. Without a clock any Retry-After date has passed.
Wall wall_of(const async::Clock* clock);

// Why an image of another project cannot be changed; nullopt = it is our own. `scope`: "project", "account".
std::optional<std::string> foreign(const core::Image& image, std::string_view project_id,
                                   std::string_view scope = "project");

// The outcome of a PATCH that was answered with 2xx and the whole image. An answer that is no such image leaves open
// what happened: Reaction::uncertain.
Result<StepOutcome> patched(const Step& step, const http::Response& answer, const ImageRules& rules);

}  // namespace retouch::providers
