#include "retouch/sandbox/cloudapi_answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "retouch/base/text.hpp"
#include "retouch/sandbox/cloudapi_key.hpp"

namespace retouch::sandbox {

ServerResponse cloudapi_error(const CloudApiRefusal& refusal) {
  Json body = Json::object();
  if (!refusal.code.empty()) body["code"] = refusal.code;
  if (!refusal.message.empty()) body["message"] = refusal.message;
  if (refusal.errors) body["errors"] = *refusal.errors;
  return json_answer(refusal.status, body);
}

std::string_view cloudapi_code(int status) {
  switch (status) {
    case 400:
      return "InvalidArgument";
    case 401:
      return "InvalidCredentials";
    case 403:
      return "NotAuthorized";
    case 404:
      return "ResourceNotFound";
    case 405:
      return "MethodNotAllowedError";
    case 409:
      return "InvalidArgument";
    case 413:
      return "PayloadTooLargeError";
    case 420:
      return "RequestThrottled";
    case 422:
      return "ValidationFailed";
    case 429:
      return "TooManyRequestsError";
    case 503:
      return "ServiceUnavailableError";
    default:
      return "InternalError";
  }
}

ServerResponse cloudapi_throttled(const ThrottleSettings& settings, Duration until_one_fits, Wall now) {
  const int status = settings.form == ThrottleForm::calm_420           ? 420
                     : settings.form == ThrottleForm::retry_after_date ? 503
                                                                       : 429;
  ServerResponse response =
      cloudapi_error({.status = status,
                      .code = std::string(cloudapi_code(status)),
                      .message = fmt::format("You have exceeded your request rate of {} r/s.", settings.rate)});
  const std::optional<Duration> wait = asked_wait(settings, until_one_fits);
  if (!wait) return response;
  if (settings.form == ThrottleForm::retry_after_date) {
    response.headers.set("Retry-After", format_http_date(std::chrono::ceil<std::chrono::seconds>(now + *wait)));
  } else {
    response.headers.set("Retry-After", std::to_string(std::chrono::ceil<std::chrono::seconds>(*wait).count()));
  }
  return response;
}

void add_cloudapi_headers(ServerResponse& response, const ServerRequest& request, Duration elapsed, Random& random) {
  http::Headers& headers = response.headers;
  headers.set("Access-Control-Allow-Origin", "*");
  headers.set("Access-Control-Allow-Headers",
              "Accept, Accept-Version, Content-Length, Content-MD5, Content-Type, Date, Api-Version, Response-Time");
  headers.set("Access-Control-Expose-Headers", "Api-Version, Request-Id, Response-Time");
  headers.set("Server", "cloudapi/9.20.0");
  headers.set("Api-Version", to_string(api_versions.front()));  // the server's newest, not the negotiated one
  const std::string asked = to_lower(request.headers.get("X-Request-Id").value_or(""));
  headers.set("Request-Id", is_lower_uuid(asked) ? asked : random.uuid());
  headers.set("Response-Time", std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count()));
  if (!response.body.empty()) headers.set("Content-MD5", md5_base64(response.body));
  const bool keep = !iequals(request.headers.get("Connection").value_or(""), "close");
  if (keep && response.then == ServerResponse::Then::keep_alive) headers.set("Connection", "Keep-Alive");
}

std::string to_string(ApiVersion version) { return fmt::format("{}.{}.{}", version[0], version[1], version[2]); }

Json shown_image(const Image& image, const VersionRange& range) {
  Json out = image.attributes;
  if (!range.shows({8, 0, 0})) {
    out["type"] = image.text("type") == "zvol" ? "virtualmachine" : "smartmachine";
  }
  if (!range.shows({7, 1, 0})) {
    for (const char* field : {"owner", "public", "state", "eula", "acl", "origin", "error"}) out.erase(field);
  }
  return out;
}

bool is_lower_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool digit = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
    if (dash ? text[i] != '-' : !digit) return false;
  }
  return true;
}

std::size_t utf16_length(std::string_view utf8) {
  std::size_t units = 0;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0U) != 0x80U) units += byte >= 0xf0U ? 2 : 1;
  }
  return units;
}

}  // namespace retouch::sandbox
