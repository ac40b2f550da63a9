// From an error answer, in whatever shape, to one readable Error.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "retouch/base/result.hpp"
#include "retouch/http/message.hpp"

namespace retouch::http {

// The cloud's id of this request, for its support desk: X-Openstack-Request-Id, X-Request-Id, Request-Id. Else "".
std::string request_id_of(const Response& response);
// What no cloud has seen, or a proxy answered for it (HAProxy's 504), has no id: then the one that we gave the request
// is what finds it in the cloud's logs.
void keep_request_id(const Request& sent, Result<Response>& result);

// What the body says. Foreign text: tags and entities are resolved, blanks are folded, the rest is as sent.
struct Complaint {
  std::string message, code, request_id;
};
// {"error":{"code","message"}} (code a text or a number), {"error_code","error_msg","request_id"}, both at once,
// Glance's
// {"message":"…<br />","code":"409 Conflict","title"}, CloudAPI's {"code","message","errors"}, Nova's
// {"overLimit":{"message"}}, HTML (its title and text), plain text. A number that only repeats the status is no code.
Complaint read_complaint(const Response& response);

// A cloud's own code and what it means, where the status says too little.
struct CodeMeaning {
  std::string_view code;
  Errc errc;
  Reaction reaction;
};

// For every answer that is no success. Reactions: throttled (throttle_of() in core, with retry_after), auth for 401 and
// 403, conflict for 409, transient for 5xx and 408 of a repeatable request and for 503, uncertain for
// those of a write, else permanent; `meanings` come before the status. `now` is our own clock, for answers without
// Date.
Error to_error(const Request& request, const Response& response, Wall now, std::span<const CodeMeaning> meanings = {});

}  // namespace retouch::http
