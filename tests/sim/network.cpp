#include "network.hpp"

#include <boost/asio/co_spawn.hpp>

#include "retouch/async/timeout.hpp"

namespace retouch::sim {

using http::ServerRequest;
using http::ServerResponse;

struct Network::Call {
  enum class Came { nothing, refusal, close, answer, half };
  Came came = Came::nothing;
  ServerResponse answer{};
  async::Condition changed{};
  void finish(Came with) {
    came = with;
    changed.notify_all();
  }
};

namespace {

using Came = Network::Call::Came;

task<Result<Came>> outcome_of(std::shared_ptr<Network::Call> call) {
  while (call->came == Came::nothing) co_await call->changed.wait();
  co_return call->came;
}

Error lost(const http::Request& request, Errc code, std::string message) {
  return {.code = code,
          .reaction = request.repeatable ? Reaction::transient : Reaction::uncertain,
          .message = std::move(message),
          .where = request.method + " " + request.url.target()};
}

ServerRequest arriving(const http::Request& request) {
  ServerRequest out{.method = request.method,
                    .target = request.url.target(),
                    .path = request.url.path,
                    .query = request.url.query,
                    .headers = request.headers,
                    .body = request.body};
  const http::Origin& origin = request.url.origin;
  out.headers.set("Host", origin.host + ":" + std::to_string(origin.port));
  return out;
}

// However a flight ends, also when the coroutine that waits for it is cancelled.
struct Flight {
  Watcher& watcher;
  std::uint64_t name;
  ~Flight() { watcher.ended(name); }
};

}  // namespace

void Network::add(sandbox::Cloud& cloud) {
  const auto route = [&](const std::string& url, auto handle) {
    if (const auto parsed = http::parse_url(url)) {
      routes_[parsed->origin] = [&cloud, handle](ServerRequest request) { return (cloud.*handle)(std::move(request)); };
    }
  };
  route(cloud.identity_url(), &sandbox::Cloud::handle_identity);
  route(cloud.image_url(), &sandbox::Cloud::handle_image);
}

Network::Fate Network::draw(const Weather& weather) {
  double unit = random_.unit();
  const auto is = [&unit](double probability) { return (unit -= probability) < 0; };
  if (is(weather.refused)) return Fate::refused;
  if (is(weather.lost)) return Fate::lost;
  if (is(weather.answer_lost)) return Fate::answer_lost;
  if (is(weather.cut)) return Fate::cut;
  return Fate::arrives;
}

Duration Network::way(const Weather& weather) {
  return weather.least + std::chrono::duration_cast<Duration>((weather.most - weather.least) * random_.unit());
}

std::shared_ptr<Network::Call> Network::begin(const http::Request& request) {
  const auto route = routes_.find(request.url.origin);
  if (route == routes_.end()) return nullptr;
  auto call = std::make_shared<Call>();
  asio::co_spawn(ground_.io, carry(call, route->second, arriving(request), weather_[request.url.origin]),
                 [](std::exception_ptr failure) {
                   if (failure) std::rethrow_exception(failure);
                 });
  return call;
}

task<void> Network::carry(std::shared_ptr<Call> call, http::Handler handler, ServerRequest request, Weather weather) {
  const Fate fate = draw(weather);
  const bool silent = random_.unit() < weather.silent;
  const Duration there = way(weather), back = way(weather);
  co_await ground_.clock.sleep_for(there);
  if (fate == Fate::refused) co_return call->finish(Came::refusal);
  if (fate == Fate::lost) {
    if (!silent) call->finish(Came::close);
    co_return;
  }
  request.received = ground_.clock.wall();
  ServerResponse answer = co_await handler(std::move(request));
  co_await ground_.clock.sleep_for(back);
  if (answer.then == ServerResponse::Then::hang) co_return;
  if (answer.then == ServerResponse::Then::drop || fate == Fate::answer_lost) {
    if (!silent || answer.then == ServerResponse::Then::drop) call->finish(Came::close);
    co_return;
  }
  call->answer = std::move(answer);
  call->finish(fate == Fate::cut ? Came::half : Came::answer);
}

task<Result<http::Response>> Wire::send(http::Request request, http::BodySink* sink) {
  const Mono begin = clock_.now();
  const Flight flight{watcher_, watcher_.departs(request)};
  const auto call = network_.begin(request);
  if (!call) {
    co_return fail(Errc::connect, "nothing listens at " + http::to_string(request.url.origin), Reaction::transient);
  }
  if (sink != nullptr) sink->restart();
  const auto came = co_await async::with_deadline(clock_, begin + request.timeout, outcome_of(call), "answer");
  if (!came || *came == Came::close || *came == Came::half) watcher_.lost(flight.name, !came);
  if (!came) co_return fail(lost(request, Errc::timeout, "no answer in time"));
  if (*came == Came::refusal) {
    co_return fail(Errc::connect, "cannot connect to " + http::to_string(request.url.origin), Reaction::transient);
  }
  if (*came == Came::close) co_return fail(lost(request, Errc::closed, "the connection was closed without an answer"));
  ServerResponse& answer = call->answer;
  http::Response response{.status = answer.status, .headers = answer.headers, .elapsed = clock_.now() - begin};
  const bool half = *came == Came::half;
  if (!half) watcher_.answered(flight.name, request, response);
  if (sink != nullptr && response.ok()) {
    RETOUCH_CO_CHECK(
        sink->data(std::string_view(answer.body).substr(0, half ? answer.body.size() / 2 : std::string::npos)));
  } else {
    response.body = std::move(answer.body);
  }
  if (half) co_return fail(lost(request, Errc::closed, "the connection was closed in the middle of the answer"));
  co_return response;
}

}  // namespace retouch::sim
