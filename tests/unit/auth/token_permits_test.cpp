// The real authorizer under the limiter: a renewal that takes its time collects no permits.
#include "retouch/http/decorators.hpp"
#include "token_fixture.hpp"

namespace retouch::auth {

using namespace std::chrono_literals;

struct TokenPermits : TokenAuthorizerTest {
  static constexpr double rate = 10, burst = 2;
  test::FakeTransport images;
  std::vector<Mono> departures;
  std::vector<std::string> used;
  TokenAuthorizer real = make();
  std::shared_ptr<TokenAuthorizer> authorizer{&real, [](TokenAuthorizer*) {}};
  std::shared_ptr<http::Traffic> traffic = std::make_shared<http::Traffic>(
      core::RateLimits{.requests = rate, .reads = rate, .writes = rate, .burst = burst}, clock, random);
  std::shared_ptr<http::LimitingTransport> stack = std::make_shared<http::LimitingTransport>(
      std::make_shared<http::AuthorizingTransport>(test::share(images), authorizer), traffic, authorizer);

  TokenPermits() {
    images.otherwise([this](const http::Request& request) -> Result<http::Response> {
      departures.push_back(clock.now());
      used.emplace_back(request.headers.get("X-Auth-Token").value_or(""));
      return http::Response{.status = 200};
    });
  }
  // The next login: an identity service that takes ten seconds.
  void issue_slowly(const std::string& token) {
    wire.expect("POST").after(10s, clock).reply([this, token](const http::Request&) -> Result<http::Response> {
      return test::token_response(token, clock.wall(), life);
    });
  }
  task<void> send(int count) {
    std::vector<std::function<task<void>()>> work;
    for (int i = 0; i < count; ++i) {
      work.emplace_back([this]() -> task<void> {
        auto request = image_request();
        EXPECT_TRUE(co_await stack->send(std::move(request)));
      });
    }
    co_await async::join_all(std::move(work));
  }
  // In no window of any length more than burst + rate * length.
  void expect_pace() const {
    for (std::size_t first = 0; first < departures.size(); ++first) {
      for (std::size_t last = first; last < departures.size(); ++last) {
        const auto window = std::chrono::duration<double>(departures[last] - departures[first]).count();
        ASSERT_LE(static_cast<double>(last - first + 1), burst + rate * window + 1e-6) << first << " to " << last;
      }
    }
  }
};

TEST_F(TokenPermits, LeaveAtTheRateAfterTheFirstLoginAndAfterARenewal) {
  life = 2h;
  issue_slowly("t1");
  run([&]() -> task<void> {
    co_await send(30);
    EXPECT_EQ(departures.front(), Mono{} + 10s);
    co_await clock.sleep_for(3h);  // the token is over
    issue_slowly("t2");
    const Mono again = clock.now();
    co_await send(30);
    EXPECT_EQ(departures.at(30), again + 10s);
    EXPECT_LE(departures.back(), again + 13s) << "nobody waits longer than he has to";
  });
  ASSERT_EQ(departures.size(), 60u);
  EXPECT_EQ(used.at(29), "t1");
  EXPECT_EQ(used.at(30), "t2");
  expect_pace();
}

TEST_F(TokenPermits, LeaveAtTheRateWhenTheTokenDiesWhileTheyQueue) {
  issue_slowly("t1");
  images.expect("GET").times(5);
  images.expect("GET").reply([this](const http::Request&) -> Result<http::Response> {
    issue_slowly("t2");
    departures.push_back(clock.now());
    return http::Response{.status = 401};
  });
  run([&]() -> task<void> {
    co_await authorizer->session();
    co_await clock.sleep_for(1h);  // old enough that a 401 means it
    std::vector<std::function<task<void>()>> work;
    for (int i = 0; i < 40; ++i) {
      work.emplace_back([this]() -> task<void> {
        auto request = image_request();
        co_await stack->send(std::move(request));  // the one that is refused is the retry decorator's
      });
    }
    co_await async::join_all(std::move(work));
  });
  EXPECT_EQ(departures.size(), 35u) << "all but the first five, which are not counted";
  EXPECT_EQ(used.front(), "t2");
  expect_pace();
}

}  // namespace retouch::auth
