// The verb `check` against a simulated cloud: what it says about the clocks.
#include <gtest/gtest.h>

#include <sstream>

#include "fake_files.hpp"
#include "manual_clock.hpp"
#include "retouch/cli/app.hpp"
#include "retouch/sandbox/in_process.hpp"
#include "run.hpp"
#include "simulated.hpp"

namespace retouch::cli {
namespace {

using namespace std::chrono_literals;

sandbox::CloudSeed seed(Duration skew) {
  sandbox::CloudSeed seed = test::simulated(3);
  seed.clock_skew = skew;
  return seed;
}

// What `check` prints of a cloud whose clock is ahead of ours by `skew`.
std::string checked(Duration skew, Output output = Output::text) {
  // Half a second behind a whole one: that is what the cloud's Date does not say.
  test::ManualClock clock(Wall{} + 1795262400s + 500ms);
  sandbox::Cloud cloud(seed(skew), clock);
  cloud.set_urls("http://keystone.test:5000", "http://glance.test:9292");
  sandbox::InProcessTransport transport(clock);
  transport.add(cloud);
  SeededRandom random(1);
  test::FakeFiles files;
  files.add("/r.yaml", R"(clouds:
  lab:
    provider: glance
    insecure: true
    auth: {type: password, auth_url: "http://keystone.test:5000/v3", username: retouch, user_domain_name: Default,
           project_name: images, project_domain_name: Default, password: {env: PASSWORD}}
)");
  const auto blocking = async::make_inline_blocking();
  async::Stop stop;
  reconcile::World world{.clock = clock,
                         .random = random,
                         .files = files,
                         .environment = os::Environment({{"PASSWORD", "secret"}}),
                         .blocking = *blocking,
                         .stop = stop};
  world.make_transport = [&](http::ClientOptions) -> Result<http::TransportPtr> {
    return http::TransportPtr(&transport, [](http::Transport*) {});
  };
  std::ostringstream out, err;
  Console console{.out = out, .err = err};
  Options options{.global = {.config = "/r.yaml"}, .verb = Verb::check, .check = {.output = output}};
  const int code =
      test::run_for<int>([&]() -> task<int> { co_return co_await run_verb(options, world, console); }, &clock);
  EXPECT_EQ(code, 0) << out.str() << err.str();
  return out.str();
}

double skew_in_json(Duration skew) {
  return Json::parse(checked(skew, Output::json)).at("clouds").at(0).at("clock_skew_seconds").get<double>();
}

TEST(CheckVerb, CountsHalfASecondForWhatADateIsCutTo) {
  EXPECT_EQ(skew_in_json(0s), 0) << "clocks that agree";
  EXPECT_EQ(skew_in_json(7s), 7);
  EXPECT_EQ(skew_in_json(-7s), -7);
}

TEST(CheckVerb, SaysNothingOfAClockThatItCannotTellFromARightOne) {
  EXPECT_EQ(checked(1s).find("our clock"), std::string::npos);
  EXPECT_EQ(checked(-1s).find("our clock"), std::string::npos);
  EXPECT_NE(checked(2s).find("our clock    -2 s against the cloud\n"), std::string::npos);
}

TEST(CheckVerb, NamesNtpWhenAClockIsFarOff) {
  EXPECT_NE(checked(30s).find("our clock    -30 s against the cloud\n"), std::string::npos);
  EXPECT_NE(checked(-31s).find("our clock    +31 s against the cloud: check NTP\n"), std::string::npos);
}

}  // namespace
}  // namespace retouch::cli
