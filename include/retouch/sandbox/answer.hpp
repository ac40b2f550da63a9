// Answers in the forms of the services that are simulated, and the reading of query strings.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retouch/base/json.hpp"
#include "retouch/http/server.hpp"
#include "retouch/sandbox/model.hpp"

namespace retouch::sandbox {

using http::ServerRequest;
using http::ServerResponse;

// What a handler computed from the state it saw. The caller writes `save` later, after the simulated work: a second
// writer that read in between does not see it.
struct Outcome {
  ServerResponse response{};
  std::optional<Image> save{};
  std::string erase{};   // id of an image to delete; "" = none
  bool created = false;  // `save` is a new image
  bool bare = false;     // CloudAPI: without the headers that all its answers but the earliest have
};

ServerResponse json_answer(int status, const Json& body);
ServerResponse empty_answer(int status);

// An error of Glance (webob): HTML for */*, text without an Accept or for an empty one, JSON when asked for. The
// JSON form has the status as a text in `code` and "<br />" in its message, as observed on Glance 25. `detail` stands
// in a paragraph of its own.
ServerResponse glance_error(const ServerRequest& request, int status, std::string_view explanation,
                            std::string_view detail = {});

// {"error":{"message","code":"IMG.xxxx"}}: nearly always with status 400 (protocols/openstack-ims.md 1.5).
ServerResponse ims_error(int status, std::string_view code, std::string_view message);
// {"error_code":"APIGW.xxxx","error_msg","request_id"}: the API gateway before IMS. The request id is filled in by the
// cloud.
ServerResponse gateway_error(int status, std::string_view code, std::string_view message);
// {"error":{"code":401,"message","title"}}: Keystone and IAM; the code is a number.
ServerResponse keystone_error(int status, std::string_view message);

// "Conflict" for 409.
std::string_view reason(int status);

// The decoded parameters of a query string, in order, duplicates kept.
class Query {
 public:
  explicit Query(std::string_view text);
  std::optional<std::string> get(std::string_view name) const;  // the last of that name
  std::vector<std::string> all(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& items() const { return items_; }

 private:
  std::vector<std::pair<std::string, std::string>> items_;
};

// A path in decoded segments: "/v2/images/x/tags/a%2Fb" -> v2, images, x, tags, a/b. Empty segments are dropped.
std::vector<std::string> path_segments(std::string_view path);

// The image that a request is about, for faults and the arrival log; "" when it is about none.
std::string image_id_of(std::string_view path);

}  // namespace retouch::sandbox
