// From a host's name to its addresses, also when nobody answers.
#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "client_fixture.hpp"
#include "retouch/async/join.hpp"

namespace retouch::http {
namespace {

using namespace test;

task<void> answer_once(tcp::socket& socket) {
  if (!(co_await read_head(socket)).empty()) co_await say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
}

// A name server that does not answer before the end of the test.
struct SilentNameServer {
  std::shared_ptr<std::atomic<int>> asked = std::make_shared<std::atomic<int>>(0);
  std::promise<void> answer;
  Resolve resolve = [asked = asked, answered = answer.get_future().share()](const std::string&) {
    ++*asked;
    answered.wait();
    return std::vector<std::string>{"127.0.0.1"};
  };
};

TEST(Names, ALookupThatHangsEndsInTimeAndServesAll) {
  SilentNameServer names;
  async::SystemClock clock;
  // run() fails when work is left over: the loop ends although the lookup still hangs.
  retouch::test::run([&]() -> task<void> {
    ClientOptions options{.connect_timeout = 50ms, .resolve = names.resolve};
    auto transport = client(co_await asio::this_coro::executor, clock, options);
    std::vector<std::function<task<void>()>> work;
    for (int i = 0; i < 3; ++i) {
      work.push_back([&]() -> task<void> {
        auto result = co_await transport->send(request("PATCH", "http://h/"));
        EXPECT_EQ(result.error().code, Errc::timeout);
        EXPECT_EQ(result.error().reaction, Reaction::transient);
      });
    }
    co_await async::join_all(std::move(work));
  });
  EXPECT_EQ(*names.asked, 1);
  names.answer.set_value();
}

TEST(Names, ALookupThatWasGivenUpIsNotRepeatedWhileItHangsAndServesTheNext) {
  SilentNameServer names;
  with_peer([](tcp::socket& socket, int) { return answer_once(socket); },
            [&](Transport& transport, RawPeer& peer) -> task<void> {
              auto message = request("GET", "http://h:" + std::to_string(peer.port()) + "/");
              message.timeout = 50ms;
              for (int i = 0; i < 2; ++i) EXPECT_FALSE(co_await transport.send(message));
              EXPECT_EQ(*names.asked, 1);
              names.answer.set_value();
              message.timeout = 5s;
              EXPECT_TRUE(co_await transport.send(message));
            },
            {.resolve = names.resolve});
}

TEST(Names, EveryAddressOfAHostIsTried) {
  ClientOptions options;
  options.resolve = [](const std::string& host) -> Result<std::vector<std::string>> {
    if (host == "nowhere.example") return fail(Errc::connect, "cannot resolve nowhere.example", Reaction::transient);
    return std::vector<std::string>{"::1", "127.0.0.2", "127.0.0.1"};
  };
  with_peer([](tcp::socket& socket, int) { return answer_once(socket); },
            [](Transport& transport, RawPeer& peer) -> task<void> {
              auto at = [&](std::string host) { return "http://" + host + ":" + std::to_string(peer.port()) + "/"; };
              EXPECT_TRUE(co_await transport.send(request("GET", at("h"))));
              auto unknown = co_await transport.send(request("GET", at("nowhere.example")));
              EXPECT_EQ(unknown.error().code, Errc::connect);
            },
            options);
}

// The real one, ahead by what the name server takes.
struct SteppingClock final : async::Clock {
  async::SystemClock real;
  std::atomic<Duration::rep> ahead{0};
  Mono now() const override { return real.now() + Duration(ahead.load()); }
  Wall wall() const override { return real.wall(); }
  task<void> sleep_until(Mono when) override { return real.sleep_until(when - Duration(ahead.load())); }
};

TEST(Names, TheTimeOfALookupCountsForTheRequest) {
  SteppingClock clock;
  retouch::test::run([&]() -> task<void> {
    const auto executor = co_await asio::this_coro::executor;
    RawPeer peer(executor, [](tcp::socket& socket, int) { return answer_once(socket); });
    ClientOptions options;
    options.resolve = [&clock](const std::string&) {
      clock.ahead += Duration(1s).count();
      return std::vector<std::string>{"127.0.0.1"};
    };
    auto transport = client(executor, clock, options);
    const auto answer = co_await transport->send(request("GET", "http://h:" + std::to_string(peer.port()) + "/"));
    EXPECT_TRUE(answer);
    if (answer) EXPECT_GE(answer->elapsed, Duration(1s)) << "a redirect has what is left of the request's time";
    transport.reset();
    co_await peer.close();
  });
}

TEST(Names, TheSystemIsAsked) {
  with_peer([](tcp::socket& socket, int) { return answer_once(socket); },
            [](Transport& transport, RawPeer& peer) -> task<void> {
              auto found =
                  co_await transport.send(request("GET", "http://localhost:" + std::to_string(peer.port()) + "/"));
              EXPECT_TRUE(found) << found.error().message;
              // "invalid" never exists (RFC 6761 6.4), and a label of 64 characters is refused before anybody is asked.
              auto none = co_await transport.send(request("GET", "http://" + std::string(64, 'x') + ".invalid/"));
              EXPECT_EQ(none.error().code, Errc::connect);
              EXPECT_NE(none.error().message.find("cannot resolve"), std::string::npos) << none.error().message;
            });
}

}  // namespace
}  // namespace retouch::http
