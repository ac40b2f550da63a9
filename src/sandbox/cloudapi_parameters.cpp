// Reading query strings and bodies as restify 4.3.3 does for CloudAPI.
#include <fmt/format.h>

#include "retouch/base/text.hpp"
#include "retouch/sandbox/cloudapi_images.hpp"
#include "retouch/sandbox/cloudapi_key.hpp"

namespace retouch::sandbox {
namespace {

constexpr std::size_t max_body = 100000;

using Failure = std::unexpected<CloudApiRefusal>;

std::string content_type(const ServerRequest& request) {
  const std::string_view value = request.headers.get("Content-Type").value_or("");
  return to_lower(trim(value.substr(0, value.find(';'))));
}

std::optional<CloudApiRefusal> refuse_body(const ServerRequest& request, const std::string& type) {
  if (type == "multipart/form-data" || type == "application/octet-stream") return std::nullopt;
  if (request.body.size() > max_body) {
    return CloudApiRefusal{.status = 413,
                           .code = "PayloadTooLargeError",
                           .message = fmt::format("Request body size exceeds {}", max_body)};
  }
  const auto given = request.headers.get("Content-MD5");
  const std::string digest = given ? md5_base64(request.body) : "";
  if (!given || *given == digest) return std::nullopt;
  return CloudApiRefusal{
      .status = 400, .code = "BadDigest", .message = fmt::format("Content-MD5 '{}' didn't match '{}'", *given, digest)};
}

}  // namespace

bool falsy(const Json& value) {
  return value.is_null() || value == Json(false) || value == Json("") || (value.is_number() && value == Json(0));
}

Json read_form(std::string_view text) {
  Json out = Json::object();
  const Query query(text);
  for (const auto& [key, value] : query.items()) {
    const std::size_t bracket = key.find('[');
    const bool indexed = bracket != std::string::npos && bracket > 0 && key.ends_with(']');
    Json& target = out[key.substr(0, indexed ? bracket : std::string::npos)];
    const std::string index = indexed ? key.substr(bracket + 1, key.size() - bracket - 2) : "";
    if (!index.empty()) {
      if (!target.is_object()) target = Json::object();
      target[index] = value;
    } else if (indexed || !target.is_null()) {
      if (!target.is_array()) target = target.is_null() ? Json::array() : Json::array({target});
      target.push_back(value);
    } else {
      target = value;
    }
  }
  return out;
}

std::expected<CloudApiParameters, CloudApiRefusal> read_parameters(const ServerRequest& request, Json path) {
  CloudApiParameters out{.values = std::move(path), .query = read_form(request.query)};
  for (const auto& item : out.query.items()) {
    if (!out.values.contains(item.key())) out.values[item.key()] = item.value();
  }
  if (request.body.empty() || request.method == "GET" || request.method == "HEAD") return out;
  const std::string type = content_type(request);
  if (auto refusal = refuse_body(request, type)) return Failure(*std::move(refusal));
  if (type == "application/x-www-form-urlencoded") {
    out.values.update(read_form(request.body));
  } else if (type == "application/json") {
    const Result<Json> body = parse_json(request.body, "the request");
    if (!body) {
      return Failure(
          CloudApiRefusal{.status = 400, .code = "InvalidContent", .message = "Invalid JSON: " + body.error().message});
    }
    if (body->is_object()) {
      out.values.update(*body);
    } else if (!falsy(*body)) {
      out.values = *body;
    }
  }
  return out;
}

}  // namespace retouch::sandbox
