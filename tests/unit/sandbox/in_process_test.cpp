#include "retouch/sandbox/in_process.hpp"

#include "run.hpp"
#include "sandbox_support.hpp"

namespace retouch::sandbox {
namespace {

using namespace std::chrono_literals;

struct InProcess : testing::Test {
  test::ManualClock clock{noon};
  Cloud cloud{lab_seed(), clock};
  InProcessTransport transport{clock};

  InProcess() {
    cloud.set_urls("http://keystone.test:5000", "http://glance.test:9292");
    transport.add(cloud);
  }
  static http::Request get(const std::string& url) { return {.url = *http::parse_url(url), .timeout = 10s}; }
  Result<http::Response> send(const http::Request& what) {
    return test::run_for<Result<http::Response>>([&] { return transport.send(what); }, &clock);
  }
  void fault(const std::string& json) { cloud.faults().add(*fault_from_json(Json::parse(json))); }
};

TEST_F(InProcess, RoutesByOrigin) {
  EXPECT_EQ(send(get("http://keystone.test:5000/v3"))->status, 200);
  EXPECT_EQ(send(get("http://glance.test:9292/v2/images"))->status, 401);
  const auto elsewhere = send(get("http://elsewhere.test/"));
  ASSERT_FALSE(elsewhere);
  EXPECT_EQ(elsewhere.error().code, Errc::connect);
}

TEST_F(InProcess, TakesSimulatedTime) {
  cloud.latency().fixed = 2s;
  const auto answer = send(get("http://keystone.test:5000/v3"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->elapsed, Duration(2s));
}

TEST_F(InProcess, ALostAnswerOfAWriteIsUncertain) {
  fault(R"({"kind":"drop"})");
  http::Request write = get("http://glance.test:9292/v2/images/x");
  EXPECT_EQ(send(write).error().reaction, Reaction::transient);
  write.repeatable = false;
  EXPECT_EQ(send(write).error().code, Errc::closed);
  EXPECT_EQ(send(write).error().reaction, Reaction::uncertain);
}

TEST_F(InProcess, AHangEndsAtTheDeadline) {
  fault(R"({"kind":"hang"})");
  const Mono before = clock.now();
  const auto answer = send(get("http://glance.test:9292/v2/images/x"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::timeout);
  EXPECT_EQ(clock.now() - before, Duration(10s));
}

}  // namespace
}  // namespace retouch::sandbox
