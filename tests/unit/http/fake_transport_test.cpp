#include "fake_transport.hpp"

#include <gtest/gtest.h>

#include "run.hpp"

namespace retouch::test {
namespace {

using namespace std::chrono_literals;

struct Collect final : http::BodySink {
  std::string text;
  int restarts = 0, chunks = 0;
  void restart() override { ++restarts, text.clear(); }
  Result<void> data(std::string_view chunk) override {
    text += chunk;
    ++chunks;
    return {};
  }
};

http::Request request(std::string method, std::string_view url) {
  return {.method = std::move(method), .url = *http::parse_url(url)};
}

TEST(FakeTransport, AnswersWhatIsScriptedAndRecordsIt) {
  ManualClock clock;
  run(
      [&]() -> task<void> {
        FakeTransport wire;
        wire.expect("GET", "/a?b=1").answer(200, "twelve bytes", {{"Date", "x"}});
        wire.expect("PATCH", "http://h/x")
            .header("X", "1")
            .body_has("re")
            .after(5s, clock)
            .error(Errc::closed, Reaction::uncertain);
        Collect sink;
        auto first = co_await wire.send(request("GET", "http://h/a?b=1"), &sink);
        EXPECT_EQ(first->headers.get("date"), "x");
        EXPECT_EQ(sink.text, "twelve bytes");
        EXPECT_EQ(sink.chunks, 2);
        auto patch = request("PATCH", "http://h/x");
        patch.headers.add("x", "1");
        patch.body = "replace";
        auto began = clock.now();
        auto second = co_await wire.send(patch);
        EXPECT_EQ(second.error().reaction, Reaction::uncertain);
        EXPECT_EQ(clock.now() - began, 5s);
        EXPECT_EQ(wire.requests.size(), 2u);
      },
      &clock);
}

}  // namespace
}  // namespace retouch::test
