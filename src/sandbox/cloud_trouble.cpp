// What a cloud refuses or breaks: missing tokens, the hidden limit, faults that are switched on.
#include <fmt/format.h>

#include "retouch/sandbox/cloud.hpp"
#include "visit.hpp"

namespace retouch::sandbox {

using Then = ServerResponse::Then;

std::string Cloud::authenticate_header() const { return fmt::format("Keystone uri=\"{}/v3\"", identity_url_); }

ServerResponse Cloud::unauthorized(const ServerRequest& request) const {
  if (seed_->type == CloudType::ims) {
    const auto token = request.headers.get("X-Auth-Token");
    if (!token)
      return gateway_error(401, "APIGW.0301", "Incorrect IAM authentication information: x-auth-token not found");
    if (keystone_->knows(*token)) return gateway_error(401, "APIGW.0307", "The token must be updated");
    return gateway_error(401, "APIGW.0301", "Incorrect IAM authentication information: decrypt token fail");
  }
  ServerResponse response = glance_error(request, 401,
                                         "This server could not verify that you are authorized to access the document "
                                         "you requested. Either you supplied the "
                                         "wrong credentials (e.g., bad password), or your browser does not understand "
                                         "how to supply the credentials required.");
  response.headers.set("Www-Authenticate", authenticate_header());
  return response;
}

std::optional<ServerResponse> Cloud::throttled(Visit& visit, const std::string& bucket) {
  if (!throttle_) return std::nullopt;
  const ThrottleSettings& settings = throttle_->settings();
  if (settings.identity != (visit.service == "identity")) return std::nullopt;
  if (settings.writes_only && !is_write(visit.request.method)) return std::nullopt;
  Throttle& tokens = bucket.empty() ? *throttle_ : buckets_.try_emplace(bucket, settings).first->second;
  const std::optional<Duration> wait = tokens.take(clock_.now());
  if (!wait) return std::nullopt;
  visit.throttled = true;
  visit.retry_after = asked_wait(settings, *wait);
  if (visit.service == "identity") {
    ServerResponse response =
        gateway_error(429, "IAM.0012", "The throttling threshold has been reached: threshold: 1 times per 1 seconds");
    if (visit.retry_after) {
      response.headers.set("Retry-After", std::to_string(visit.retry_after->count() / 1'000'000'000));
    }
    return response;
  }
  if (seed_->type == CloudType::triton) return cloudapi_throttled(settings, *wait, now());
  return throttled_answer(settings, visit.request, *wait, now());
}

void Cloud::apply_fault_before_save(Visit& visit, Outcome& outcome) const {
  if (!visit.struck_by(FaultKind::ignore_property) || !outcome.save) return;
  const std::string& property = visit.fault->property;
  const Image* before = images_.find(outcome.save->id);
  const Json* kept = before != nullptr ? find_member(before->attributes, property) : nullptr;
  if (kept != nullptr) {
    outcome.save->attributes[property] = *kept;
  } else {
    outcome.save->attributes.erase(property);
  }
  if (!visit.fault->shown && !outcome.response.body.empty()) outcome.response.body = outcome.save->attributes.dump();
}

ServerResponse Cloud::fault_answer(const Visit& visit) const {
  const Fault& fault = *visit.fault;
  ServerResponse response;
  if (fault.kind == FaultKind::drop || fault.kind == FaultKind::hang) {
    response.then = fault.kind == FaultKind::drop ? Then::drop : Then::hang;
    return response;
  }
  const std::string message = fault.message.empty() ? std::string(reason(fault.status)) : fault.message;
  if (fault.kind == FaultKind::garbage || !fault.body.empty()) {
    response.status = fault.kind == FaultKind::garbage ? 200 : fault.status;
    response.body = fault.body.empty() ? "<html><body>It works!</body></html>" : fault.body;
    response.headers.set("Content-Type", response.body.starts_with('{') ? "application/json" : "text/html");
  } else if (seed_->type == CloudType::triton) {
    const std::string code = fault.code.empty() ? std::string(cloudapi_code(fault.status)) : fault.code;
    response = cloudapi_error({.status = fault.status, .code = code, .message = message});
  } else if (fault.code.starts_with("IMG.")) {
    response = ims_error(fault.status, fault.code, message);
  } else if (!fault.code.empty()) {
    response = gateway_error(fault.status, fault.code, message);
  } else if (visit.service == "identity") {
    response = keystone_error(fault.status, message);
  } else if (fault.status == 401) {
    response = unauthorized(visit.request);
  } else {
    response = glance_error(visit.request, fault.status, message);
  }
  if (!fault.retry_after.empty()) response.headers.set("Retry-After", fault.retry_after);
  return response;
}

}  // namespace retouch::sandbox
