#include "requests.hpp"

#include <fmt/format.h>

#include "image_decoder.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/http/answer.hpp"

namespace retouch::providers {

http::Request read_request(http::Url url, std::string label, Duration timeout) {
  http::Request request{.method = "GET",
                        .url = std::move(url),
                        .cls = http::RequestClass::read,
                        .repeatable = true,
                        .timeout = timeout,
                        .label = std::move(label)};
  request.headers.set("Accept", "application/json");  // errors are HTML otherwise
  return request;
}

http::Request write_request(std::string method, http::Url url, std::string_view content_type, std::string body,
                            std::string label, Duration timeout) {
  http::Request request{.method = std::move(method),
                        .url = std::move(url),
                        .body = std::move(body),
                        .cls = http::RequestClass::write,
                        .repeatable = false,
                        .timeout = timeout,
                        .label = std::move(label)};
  request.headers.set("Accept", "application/json");
  request.headers.set("Content-Type", std::string(content_type));
  return request;
}

std::optional<std::string> foreign(const core::Image& image, std::string_view project_id, std::string_view scope) {
  if (image.own) return std::nullopt;
  const auto owner = image.text("owner");
  return fmt::format("it belongs to {}, not to {} {}",
                     owner.empty() ? "nobody" : fmt::format("{} {}", scope, printable(owner, 100)), scope, project_id);
}

Wall wall_of(const async::Clock* clock) {
  return clock ? clock->wall() : Wall{} + std::chrono::hours(24 * 365 * 200);  // the year 2169
}

Result<StepOutcome> patched(const Step& step, const http::Response& answer, const ImageRules& rules) {
  StepOutcome outcome{.request_id = http::request_id_of(answer)};
  if (answer.body.empty()) return outcome;
  auto image = decode_image(answer.body, rules);
  if (image && image->id == step.image_id) {
    outcome.image = std::move(*image);
    return outcome;
  }
  return fail(
      {.code = Errc::protocol,
       .reaction = Reaction::uncertain,
       .message =
           image ? "the answer to the update of image " + step.image_id + " shows image " + printable(image->id, 100)
                 : "the answer to the update of image " + step.image_id + " shows no image: " + image.error().message,
       .where = step.request.method + " " + step.request.url.target(),
       .status = answer.status,
       .request_id = outcome.request_id});
}

}  // namespace retouch::providers
