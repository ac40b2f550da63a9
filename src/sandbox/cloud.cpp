#include "retouch/sandbox/cloud.hpp"

#include "retouch/base/text.hpp"
#include "retouch/sandbox/control.hpp"
#include "visit.hpp"

namespace retouch::sandbox {
namespace {

using Then = ServerResponse::Then;

constexpr Duration validation_cache_life = std::chrono::minutes(5);

Outcome only(ServerResponse response) { return {.response = std::move(response)}; }

}  // namespace

std::string_view to_string(CloudType type) {
  return type == CloudType::ims ? "ims" : type == CloudType::triton ? "triton" : "glance";
}

Cloud::Cloud(CloudSeed seed, async::Clock& clock)
    : seed_(std::make_shared<const CloudSeed>(std::move(seed))),
      clock_(clock),
      random_(seed_->random_seed),
      started_(clock.now()) {
  reset();
}

void Cloud::reset() {
  images_.clear();  // the random source goes on: a token of before must not be issued again

  for (const Image& image : seed_->images) images_.save(std::shared_ptr<const Image>(seed_, &image));
  skew_ = seed_->clock_skew;
  keystone_ = std::make_unique<Keystone>(seed_->directory, seed_->identity);
  cloudapi_ = std::make_unique<CloudApi>(seed_->cloudapi);
  set_urls(identity_url_, image_url_);
  signatures_ = {};
  faults_.clear();
  for (const Fault& fault : seed_->faults) faults_.add(fault);
  set_throttle(seed_->throttle);
  log_.clear();
  latency_ = seed_->latency;
  outage_ = {};
  validated_.clear();
}

void Cloud::set_urls(std::string identity_url, std::string image_url) {
  identity_url_ = std::move(identity_url);
  image_url_ = std::move(image_url);
  keystone_->options().identity_url = identity_url_;
  keystone_->options().image_url = image_url_ + seed_->catalogue_suffix;
}

void Cloud::set_throttle(std::optional<ThrottleSettings> settings) {
  throttle_.reset();
  buckets_.clear();
  if (settings) throttle_.emplace(*settings);
}

task<ServerResponse> Cloud::handle_identity(ServerRequest request) { return serve(std::move(request), "identity"); }
task<ServerResponse> Cloud::handle_image(ServerRequest request) { return serve(std::move(request), "image"); }

task<ServerResponse> Cloud::serve(ServerRequest request, std::string service) {
  if (is_control_path(request.path)) co_return handle_control(*this, request);
  Visit visit{.request = std::move(request), .service = std::move(service)};
  visit.number = log_.add({.at = clock_.now(),
                           .wall = now(),
                           .service = visit.service,
                           .method = visit.request.method,
                           .path = visit.request.path,
                           .query = visit.request.query,
                           .image_id = image_id_of(visit.request.path)});
  Outcome outcome = co_await work(visit);
  commit(visit, outcome);
  co_return finish(visit, std::move(outcome.response));
}

// What the services answer, after the time it takes. Nothing is written here: the state that the outcome was computed
// from is that of the arrival, the write happens afterwards. That is how a real Glance loses updates.
task<Outcome> Cloud::work(Visit& visit) {
  if (visit.service == "identity" && outage_.active) {
    ServerResponse dropped{.then = Then::drop};
    co_return only(std::move(dropped));
  }
  if (seed_->type != CloudType::triton) {  // which asks for its limit when it knows the caller
    if (auto refusal = throttled(visit)) co_return only(*std::move(refusal));
  }
  visit.fault = faults_.strike(visit.request, visit.service, random_);
  const Duration extra = visit.fault ? visit.fault->delay : Duration{};
  if (visit.struck_by(FaultKind::status) || visit.struck_by(FaultKind::garbage) || visit.struck_by(FaultKind::drop) ||
      visit.struck_by(FaultKind::hang)) {
    if (extra > Duration{}) co_await clock_.sleep_for(extra);
    co_return only(fault_answer(visit));
  }
  Outcome outcome;
  if (visit.service == "identity") {
    co_await pause(extra);
    outcome.response = keystone_->handle(visit.request, now(), random_);
    if (outcome.response.status == 401) outcome.response.headers.set("WWW-Authenticate", authenticate_header());
    co_return outcome;
  }
  if (!is_write(visit.request.method)) {
    co_await pause(extra);
    outcome = co_await authenticated(visit);
    co_return outcome;
  }
  outcome = co_await authenticated(visit);
  co_await pause(extra);
  co_return outcome;
}

task<Outcome> Cloud::authenticated(Visit& visit) {
  const ServerRequest& request = visit.request;
  if (seed_->type == CloudType::triton) {
    const CloudApi::Limit limit = [&](const std::string& bucket) { return throttled(visit, bucket); };
    Outcome outcome = cloudapi_->handle(images_, request, now(), random_, limit);
    apply_fault_before_save(visit, outcome);
    co_return outcome;
  }
  const std::vector<std::string> path = path_segments(request.path);
  // Whatever is not below /v2 gets the list of versions, without a token.
  if (seed_->type == CloudType::glance && (path.empty() || path[0] != "v2"))
    co_return only(glance_versions(image_url_));
  if (path.empty()) co_return only(glance_versions(image_url_));
  Caller caller;
  const std::string_view authorization = request.headers.get("Authorization").value_or("");
  if (seed_->type == CloudType::ims && authorization.starts_with("SDK-HMAC-SHA256")) {
    const auto key = signatures_.check(request, keystone_->directory(), now());
    if (!key) co_return only(gateway_error(key.error().status, key.error().code, key.error().message));
    const std::string_view project = request.headers.get("X-Project-Id").value_or((*key)->project_id);
    if (project != (*key)->project_id) {
      co_return only(gateway_error(403, "APIGW.0310", "The project is unavailable"));
    }
    caller.project_id = project;
  } else {
    const std::optional<Caller> by_token = co_await token_caller(request);
    if (!by_token) co_return only(unauthorized(request));
    caller = *by_token;
  }
  Outcome outcome;
  if (seed_->type == CloudType::glance) {
    const GlanceSettings settings{.limits = seed_->glance_limits};
    outcome = handle_glance(images_, caller, request, settings, now(), random_);
  } else {
    const ImsSettings settings;
    outcome = handle_ims(images_, caller, request, settings, now(), random_);
  }
  apply_fault_before_save(visit, outcome);
  co_return outcome;
}

task<std::optional<Caller>> Cloud::token_caller(const ServerRequest& request) {
  const std::string token(request.headers.get("X-Auth-Token").value_or(""));
  const auto seen = validated_.find(token);
  const bool cached = seen != validated_.end() && clock_.now() - seen->second < validation_cache_life;
  if (outage_.active && !cached) {
    co_await clock_.sleep_for(outage_.delay);
    co_return std::nullopt;
  }
  std::optional<Caller> caller = keystone_->validate(token, now());
  if (caller && !cached) validated_[token] = clock_.now();
  co_return caller;
}

void Cloud::commit(Visit& visit, Outcome& outcome) {
  visit.bare = outcome.bare;
  if (!outcome.save && outcome.erase.empty()) return;
  visit.applied = true;
  if (!outcome.erase.empty()) images_.erase(outcome.erase);
  // An image that was deleted meanwhile stays deleted; a new one is written in any case.
  const bool fresh = outcome.created || outcome.response.status == 201;
  if (outcome.save && (fresh || images_.find(outcome.save->id) != nullptr)) {
    images_.save(*std::move(outcome.save));
  }
}

ServerResponse Cloud::finish(Visit& visit, ServerResponse response) {
  if (visit.struck_by(FaultKind::lost)) response.then = Then::drop;
  if (visit.struck_by(FaultKind::lost_hang)) response.then = Then::hang;
  if (visit.struck_by(FaultKind::close)) response.then = Then::close;
  if (visit.struck_by(FaultKind::close_silently) ||
      (seed_->close_every_connection && response.then == Then::keep_alive)) {
    response.then = Then::close_silently;
  }
  const bool answered = response.then != Then::drop && response.then != Then::hang;
  response.headers.set("Date", format_http_date(now()));
  const Arrival* arrived = log_.find(visit.number);
  const Duration elapsed = arrived != nullptr ? clock_.now() - arrived->at : Duration{};
  const std::string id = request_id(visit.request);
  if (seed_->type == CloudType::triton) {
    if (!visit.bare) add_cloudapi_headers(response, visit.request, elapsed, random_);
  } else if (seed_->type == CloudType::ims) {
    response.headers.set("X-Request-Id", id);
    if (const std::size_t at = response.body.find("\"request_id\":\"\""); at != std::string::npos) {
      response.body.insert(at + 14, id);
    }
  } else if (visit.service == "identity" || (response.status != 401 && response.status != 300)) {
    response.headers.set("X-Openstack-Request-Id", id);  // not on Glance's 401, nor on its versions
  }
  if (!visit.retry_after && visit.fault && !visit.fault->retry_after.empty()) {
    visit.retry_after = parse_duration(visit.fault->retry_after + "s");
  }
  if (Arrival* arrival = log_.find(visit.number)) {
    arrival->status = answered ? response.status : 0;
    arrival->applied = visit.applied;
    arrival->throttled = visit.throttled;
    arrival->answered = clock_.now();
    arrival->retry_after = visit.retry_after;
    if (visit.fault) arrival->fault = to_string(visit.fault->kind);
  }
  return response;
}

task<void> Cloud::pause(Duration extra) {
  Duration time = latency_.fixed + extra;
  if (latency_.jitter > Duration{}) {
    time += Duration(static_cast<Duration::rep>(random_.unit() * static_cast<double>(latency_.jitter.count())));
  }
  if (time > Duration{}) {
    co_await clock_.sleep_for(time);
  } else {
    co_await async::yield();
  }
}

std::string Cloud::request_id(const ServerRequest& request) {
  if (seed_->type == CloudType::ims) return stable_id(std::to_string(random_.next()));
  const auto given = request.headers.get("X-Openstack-Request-Id");
  if (given && given->starts_with("req-")) return std::string(*given);
  return "req-" + random_.uuid();
}

}  // namespace retouch::sandbox
