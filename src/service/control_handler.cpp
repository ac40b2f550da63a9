#include "retouch/service/control_handler.hpp"

#include <algorithm>

#include "retouch/base/json.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"
#include "retouch/reconcile/exit_code.hpp"

namespace retouch::service {

namespace {

using http::ServerRequest;
using http::ServerResponse;

ServerResponse answer(int status, const Json& document) {
  ServerResponse response{.status = status};
  response.headers.add("Content-Type", "application/json");
  response.headers.add("Cache-Control", "no-store");
  response.body = document.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
  return response;
}

int status_of(const Error& error) {
  switch (error.code) {
    case Errc::permission:
      return 403;
    case Errc::not_found:
      return 404;
    case Errc::stale_plan:
      return 409;
    case Errc::usage:
    case Errc::invalid_input:
      return 400;
    default:
      return 500;
  }
}

ServerResponse answer(const Error& error) { return answer(status_of(error), error_document(error)); }
ServerResponse answer(const Result<Json>& result) { return result ? answer(200, *result) : answer(result.error()); }

// The members that a request may have; all mistakes in one message.
class Body {
 public:
  static Result<Body> parse(const std::string& text, const std::vector<std::string>& known) {
    Body body;
    if (trim(text).empty()) return body;
    RETOUCH_TRY(body.json_, parse_json(text, "the body"));
    if (!body.json_.is_object()) return fail(Errc::usage, "the body must be a JSON object");
    for (const auto& [key, value] : body.json_.items()) {
      if (std::ranges::find(known, key) == known.end())
        return fail(Errc::usage, "unknown member `" + printable(key, 80) + "`; there are: " + join(known, ", "));
    }
    return body;
  }

  Result<std::string> text(const char* key) const {
    const Json* value = find_member(json_, key);
    if (value == nullptr || value->is_null()) return std::string();
    if (!value->is_string()) return fail(Errc::usage, std::string("`") + key + "` must be a text");
    return value->get<std::string>();
  }
  Result<bool> flag(const char* key) const {
    const Json* value = find_member(json_, key);
    if (value == nullptr || value->is_null()) return false;
    if (!value->is_boolean()) return fail(Errc::usage, std::string("`") + key + "` must be true or false");
    return value->get<bool>();
  }

 private:
  Json json_ = Json::object();
};

Result<ReleaseAsk> what_is_named(const Body& body) {
  RETOUCH_TRY(const std::string cloud, body.text("cloud"));
  RETOUCH_TRY(const std::string entry, body.text("entry"));
  if (cloud.empty() == entry.empty()) return fail(Errc::usage, "one of `cloud` and `entry` must be given");
  using What = state::Suspended::What;
  return ReleaseAsk{.what = cloud.empty() ? What::entry : What::cloud, .name = cloud.empty() ? entry : cloud};
}

Result<state::Suspended> suspension_in(const Body& body, Wall now, const std::string& by) {
  RETOUCH_TRY(ReleaseAsk named, what_is_named(body));
  RETOUCH_TRY(const std::string until, body.text("until"));
  RETOUCH_TRY(const std::string reason, body.text("reason"));
  state::Suspended suspended{.what = named.what, .name = std::move(named.name)};
  suspended.suspension = {.since = now, .by = by, .reason = reason};
  if (until.empty()) return suspended;
  suspended.suspension.until = parse_rfc3339(until);
  if (!suspended.suspension.until)
    return fail(Errc::usage,
                "`until` must be a time with an offset, such as 2026-11-21T20:48:00Z, not " + printable(until, 80));
  if (*suspended.suspension.until <= now) return fail(Errc::usage, "`until` has passed: " + printable(until, 80));
  return suspended;
}

class Desk {
 public:
  explicit Desk(ControlDesk parts) : parts_(std::move(parts)) {}

  task<ServerResponse> serve(ServerRequest request) {
    const bool reads = request.path == "/v1/status";
    const bool known = reads || request.path == "/v1/reconcile" || request.path == "/v1/suspend" ||
                       request.path == "/v1/resume" || request.path == "/v1/reload";
    const Access needed = reads ? Access::reader : Access::operates;
    if (access_of(request.peer, parts_.rules()) < needed) {
      const Error error{.code = Errc::permission, .message = refusal(request.peer, needed)};
      parts_.log.warning("refused on the control socket: " + error.message);
      co_return answer(error);
    }
    if (!known)
      co_return answer(Error{.code = Errc::not_found, .message = "there is no " + printable(request.path, 200)});
    const char* method = reads ? "GET" : "POST";
    if (request.method != method) {
      ServerResponse wrong =
          answer(405, error_document({.code = Errc::usage, .message = std::string("use ") + method}));
      wrong.headers.add("Allow", method);
      co_return wrong;
    }
    if (reads) co_return answer(200, co_await parts_.controls.status());
    co_return answer(co_await act(std::move(request)));
  }

 private:
  task<Result<Json>> act(ServerRequest request) {
    const std::string by = request.peer ? parts_.name_of(*request.peer) : "?";
    parts_.log.info("asked over the control socket: " + request.path.substr(4) + " by " + by);
    if (request.path == "/v1/reload") co_return co_await parts_.controls.reload();
    if (request.path == "/v1/reconcile") co_return co_await reconcile(std::move(request.body));
    if (request.path == "/v1/suspend") {
      RETOUCH_CO_TRY(const Body body, Body::parse(request.body, {"cloud", "entry", "until", "reason"}));
      RETOUCH_CO_TRY(state::Suspended suspended, suspension_in(body, parts_.clock.wall(), by));
      co_return co_await parts_.controls.suspend(std::move(suspended));
    }
    RETOUCH_CO_TRY(const Body body, Body::parse(request.body, {"cloud", "entry"}));
    RETOUCH_CO_TRY(ReleaseAsk released, what_is_named(body));
    co_return co_await parts_.controls.resume(std::move(released));
  }

  task<Result<Json>> reconcile(std::string text) {
    RETOUCH_CO_TRY(const Body body, Body::parse(text, {"cloud", "revision", "accept", "wait"}));
    ReconcileAsk ask;
    RETOUCH_CO_TRY(ask.cloud, body.text("cloud"));
    RETOUCH_CO_TRY(ask.revision, body.text("revision"));
    RETOUCH_CO_TRY(ask.accept, body.text("accept"));
    RETOUCH_CO_TRY(ask.wait, body.flag("wait"));
    co_return co_await parts_.controls.reconcile(std::move(ask));
  }

  ControlDesk parts_;
};

}  // namespace

Json error_document(const Error& error) {
  return {{"format_version", "1.0"},
          {"error", {{"code", to_string(error.code)}, {"message", describe(error)}}},
          {"exit_code", static_cast<int>(reconcile::exit_code_of(error))}};
}

http::Handler make_control_handler(ControlDesk desk) {
  auto shared = std::make_shared<Desk>(std::move(desk));
  return [shared](ServerRequest request) -> task<ServerResponse> { return shared->serve(std::move(request)); };
}

}  // namespace retouch::service
