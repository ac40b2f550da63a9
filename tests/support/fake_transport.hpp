// A scripted http::Transport for the tests of the layers above: says which requests it expects, answers them, records
// them.
//
//   FakeTransport wire;
//   wire.expect("GET", "/v2/images?limit=2").answer(200, R"({"images":[]})");
//   wire.expect("PATCH", "/v2/images/1").body_has("\"replace\"").after(2s, clock).error(Errc::closed,
//   Reaction::uncertain); auto answer = co_await wire.send(request);
//   EXPECT_EQ(wire.requests.at(0).headers.get("X-Auth-Token"), "t");
//
// Expectations are met in order unless unordered() was called; what is unexpected, or still expected at the end, fails
// the test. Share it with test::share(wire) where a TransportPtr is wanted.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "retouch/async/clock.hpp"
#include "retouch/http/transport.hpp"

namespace retouch::test {

class FakeTransport final : public http::Transport {
 public:
  using Reply = std::function<Result<http::Response>(const http::Request&)>;

  // One expected request and its answer (200 with an empty body unless said otherwise).
  class Step {
   public:
    // `method` or `target` empty: any. A target that begins with http is compared with the whole URL.
    Step(std::string method, std::string target) : method_(std::move(method)), target_(std::move(target)) {}

    // What the request must carry besides.
    Step& header(std::string name, std::string value) {
      headers_.emplace_back(std::move(name), std::move(value));
      return *this;
    }
    Step& body(std::string exactly) {
      checks_.push_back([exactly](const http::Request& r) { EXPECT_EQ(r.body, exactly); });
      return *this;
    }
    Step& body_has(std::string part) {
      checks_.push_back([part](const http::Request& r) {
        EXPECT_NE(r.body.find(part), std::string::npos) << "no `" << part << "` in: " << r.body;
      });
      return *this;
    }
    Step& check(std::function<void(const http::Request&)> look) {
      checks_.push_back(std::move(look));
      return *this;
    }

    // What comes back.
    Step& answer(int status, std::string body = {}, std::vector<std::pair<std::string, std::string>> headers = {}) {
      http::Response response{.status = status, .body = std::move(body)};
      for (auto& [name, value] : headers) response.headers.add(name, value);
      reply_ = [response](const http::Request&) -> Result<http::Response> { return response; };
      return *this;
    }
    Step& error(Error error) {
      reply_ = [error](const http::Request&) -> Result<http::Response> { return fail(error); };
      return *this;
    }
    Step& error(Errc code, Reaction reaction, std::string message = "scripted failure") {
      return error(Error{.code = code, .reaction = reaction, .message = std::move(message)});
    }
    Step& reply(Reply make) {
      reply_ = std::move(make);
      return *this;
    }
    // The answer takes so long, on this clock.
    Step& after(Duration delay, async::Clock& clock) {
      delay_ = delay;
      clock_ = &clock;
      return *this;
    }
    // Expected so many times (default once).
    Step& times(int count) {
      left_ = count;
      return *this;
    }

   private:
    friend class FakeTransport;
    bool matches(const http::Request& request) const {
      if (left_ == 0 || (!method_.empty() && method_ != request.method)) return false;
      if (target_.empty()) return true;
      return target_ == (target_.starts_with("http") ? to_string(request.url) : request.url.target());
    }
    void verify(const http::Request& request) const {
      for (const auto& [name, value] : headers_) {
        EXPECT_EQ(request.headers.get(name).value_or("(absent)"), value) << "header " << name;
      }
      for (const auto& look : checks_) look(request);
    }

    std::string method_, target_;
    std::vector<std::pair<std::string, std::string>> headers_;
    std::vector<std::function<void(const http::Request&)>> checks_;
    Reply reply_ = [](const http::Request&) -> Result<http::Response> { return http::Response{.status = 200}; };
    Duration delay_{};
    async::Clock* clock_ = nullptr;
    int left_ = 1;
  };

  FakeTransport() = default;
  FakeTransport(const FakeTransport&) = delete;
  FakeTransport& operator=(const FakeTransport&) = delete;
  ~FakeTransport() override {
    for (const auto& step : steps_) {
      EXPECT_EQ(step.left_, 0) << "never sent: " << step.method_ << " " << step.target_;
    }
  }

  Step& expect(std::string method, std::string target = {}) {
    return steps_.emplace_back(std::move(method), std::move(target));
  }
  // Answers everything that no expectation takes.
  void otherwise(Reply reply) { otherwise_ = std::move(reply); }
  // Expectations may be met in any order (concurrent requests).
  void unordered() { ordered_ = false; }
  // Bodies reach a sink in pieces of this size, so that a decoder sees every kind of cut.
  void chunk(std::size_t bytes) { chunk_ = bytes; }

  std::vector<http::Request> requests;  // as sent, in order of arrival
  int in_flight = 0, most_in_flight = 0;

  task<Result<http::Response>> send(http::Request request, http::BodySink* sink = nullptr) override {
    requests.push_back(request);
    struct Count {
      int& value;
      ~Count() { --value; }
    } count{++in_flight};
    most_in_flight = std::max(most_in_flight, in_flight);
    Reply reply = otherwise_;
    if (Step* step = find(request)) {
      step->verify(request);
      --step->left_;
      reply = step->reply_;  // a copy: more steps may be added while this one waits
      if (step->clock_) co_await step->clock_->sleep_for(step->delay_);
    } else if (!reply) {
      ADD_FAILURE() << "unexpected request: " << request.method << " " << to_string(request.url) << " " << request.body;
      co_return fail(Errc::internal, "unexpected request " + request.method + " " + request.url.target());
    }
    auto response = reply(request);
    if (response && sink && response->ok()) {
      auto delivered = deliver(*response, *sink);
      if (!delivered) co_return fail(std::move(delivered).error());
    }
    co_return response;
  }

 private:
  Step* find(const http::Request& request) {
    for (auto& step : steps_) {
      if (step.left_ == 0) continue;
      if (step.matches(request)) return &step;
      if (ordered_) return nullptr;
    }
    return nullptr;
  }

  Result<void> deliver(http::Response& response, http::BodySink& sink) const {
    sink.restart();
    std::string body = std::exchange(response.body, {});
    for (std::size_t at = 0; at < body.size(); at += chunk_) {
      RETOUCH_CHECK(sink.data(std::string_view(body).substr(at, chunk_)));
    }
    return {};
  }

  std::deque<Step> steps_;  // a deque: expect() hands out references
  Reply otherwise_;
  bool ordered_ = true;
  std::size_t chunk_ = 7;
};

// A TransportPtr to a transport that the test owns.
inline http::TransportPtr share(http::Transport& transport) {
  return http::TransportPtr(&transport, [](http::Transport*) {});
}

}  // namespace retouch::test
