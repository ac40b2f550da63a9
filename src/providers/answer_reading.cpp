#include "answer_reading.hpp"

#include "requests.hpp"
#include "retouch/base/json.hpp"
#include "retouch/base/text.hpp"

namespace retouch::providers {
namespace {

void read_json(const Json& body, Error& error) {
  const Json* inner = find_member(body, "error");
  const Json& object = inner && inner->is_object() ? *inner : body;
  for (const auto* name : {"message", "error_msg"}) {
    if (auto text = string_member(object, name); text && error.message.empty()) error.message = *text;
  }
  for (const auto* name : {"code", "error_code"}) {
    if (auto text = string_member(object, name); text && error.cloud_code.empty()) error.cloud_code = *text;
  }
}

std::string without_markup(std::string_view text) {
  std::string out;
  bool tag = false;
  for (const char c : text) {
    if (c == '<') tag = true;
    if (!tag) out += c == '\n' || c == '\r' ? ' ' : c;
    if (c == '>') tag = false;
  }
  return std::string(trim(out));
}

}  // namespace

Error read_failure(const http::Request& request, const http::Response& answer) {
  Error error{.code = Errc::http_status,
              .where = request.method + " " + request.url.target(),
              .status = answer.status,
              .request_id = request_id_of(answer)};
  if (const auto body = parse_json(answer.body, "the error answer")) read_json(*body, error);
  if (error.message.empty()) error.message = answer.body;
  error.message = without_markup(error.message);
  if (error.message.empty()) error.message = "the answer gives no reason";
  if (answer.status == 401) {
    error.code = Errc::credentials;
    error.reaction = Reaction::auth;
  } else if (answer.status == 429 || answer.status == 420) {
    error.code = Errc::throttled;
    error.reaction = Reaction::throttled;
  } else if (answer.status >= 500) {
    error.reaction = Reaction::transient;
  }
  return error;
}

}  // namespace retouch::providers
