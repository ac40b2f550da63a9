// When connections are reused, given up, opened again; and that everything ends in time.
#include <gtest/gtest.h>

#include "client_fixture.hpp"
#include "retouch/async/join.hpp"

namespace retouch::http {
namespace {

using namespace test;

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// Answers `count` requests on a connection.
task<void> answer_some(tcp::socket& socket, int count) {
  for (int i = 0; i < count; ++i) {
    if ((co_await read_head(socket)).empty()) co_return;
    co_await say(socket, ok);
  }
}

task<void> pause(Duration duration = 30ms) {
  async::SystemClock clock;
  co_await clock.sleep_for(duration);
}

TEST(Connections, AreReused) {
  with_peer([](tcp::socket& socket, int) { return answer_some(socket, 100); },
            [](Transport& transport, RawPeer& peer) -> task<void> {
              for (int i = 0; i < 5; ++i) EXPECT_EQ((co_await transport.send(get(peer.port())))->body, "ok");
              EXPECT_EQ(peer.connections(), 1);
            });
}

TEST(Connections, AnAnnouncedCloseIsNoSurprise) {
  auto serve = [](tcp::socket& socket, int) -> task<void> {
    co_await read_head(socket);
    co_await say(socket, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
    co_await until_closed(socket);  // the client does not wait for the peer's end
  };
  with_peer(serve, [](Transport& transport, RawPeer& peer) -> task<void> {
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(co_await transport.send(get(peer.port())));
    EXPECT_EQ(peer.connections(), 3);
  });
}

TEST(Connections, AnIdleConnectionIsCheckedForItsEndBeforeUse) {
  // Each closes silently after one answer: no PATCH may be lost by it.
  with_peer([](tcp::socket& socket, int) { return answer_some(socket, 1); },
            [](Transport& transport, RawPeer& peer) -> task<void> {
              for (int i = 0; i < 4; ++i) {
                auto message = patch(peer.port());
                message.body.clear();  // read_head() reads no body
                auto result = co_await transport.send(std::move(message));
                EXPECT_TRUE(result) << result.error().message;
                co_await pause();
              }
              EXPECT_EQ(peer.connections(), 4);
            });
}

TEST(Connections, AReadIsSentAgainOnceWhenAReusedConnectionDies) {
  int lost = 0;
  std::string last;
  auto serve = [&](tcp::socket& socket, int) -> task<void> {
    last = co_await read_head(socket);
    co_await say(socket, ok);
    if (!(co_await read_head(socket)).empty()) ++lost;  // takes the next request and hangs up
  };
  with_peer(serve, [&](Transport& transport, RawPeer& peer) -> task<void> {
    EXPECT_TRUE(co_await transport.send(get(peer.port())));
    EXPECT_EQ(last.find("Connection: close"), std::string::npos);
    auto second = co_await transport.send(get(peer.port()));
    EXPECT_TRUE(second) << second.error().message;
    EXPECT_EQ(peer.connections(), 2);
    EXPECT_EQ(lost, 1);
    // From now on nothing is reused, and the server is told so.
    EXPECT_TRUE(co_await transport.send(get(peer.port())));
    EXPECT_EQ(peer.connections(), 3);
    EXPECT_EQ(lost, 1);
    EXPECT_NE(last.find("Connection: close"), std::string::npos);
  });
}

TEST(Connections, AWriteIsNotSentAgain) {
  int requests = 0;
  auto serve = [&](tcp::socket& socket, int) -> task<void> {
    co_await answer_some(socket, 1);
    if (!(co_await read_head(socket)).empty()) ++requests;
  };
  with_peer(serve, [&](Transport& transport, RawPeer& peer) -> task<void> {
    EXPECT_TRUE(co_await transport.send(get(peer.port())));
    auto lost = co_await transport.send(patch(peer.port()));
    EXPECT_FALSE(lost);
    EXPECT_EQ(lost.error().reaction, Reaction::uncertain);
    EXPECT_EQ(lost.error().code, Errc::closed);
    EXPECT_EQ(peer.connections(), 1);
    EXPECT_EQ(requests, 1);
  });
}

TEST(Connections, AFreshConnectionThatDiesIsNotTriedAgain) {
  with_peer([](tcp::socket& socket, int) -> task<void> { co_await read_head(socket); },
            [](Transport& transport, RawPeer& peer) -> task<void> {
              auto result = co_await transport.send(get(peer.port()));
              EXPECT_FALSE(result);
              EXPECT_EQ(result.error().reaction, Reaction::transient);
              EXPECT_EQ(peer.connections(), 1);
            });
}

TEST(Connections, AnAnswerCutInTheMiddleIsNotAskedForAgainByItself) {
  auto serve = [](tcp::socket& socket, int) -> task<void> {
    co_await answer_some(socket, 1);
    co_await read_head(socket);
    co_await say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok");
  };
  with_peer(serve, [](Transport& transport, RawPeer& peer) -> task<void> {
    EXPECT_TRUE(co_await transport.send(get(peer.port())));
    EXPECT_FALSE(co_await transport.send(get(peer.port())));
    EXPECT_EQ(peer.connections(), 1);
  });
}

TEST(Connections, AnAnswerThatNobodyAskedForIsNotTakenForTheNext) {
  auto serve = [](tcp::socket& socket, int number) -> task<void> {
    co_await read_head(socket);
    co_await say(socket, number == 1 ? ok + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil" : ok);
    co_await until_closed(socket);
  };
  with_peer(serve, [](Transport& transport, RawPeer& peer) -> task<void> {
    EXPECT_TRUE(co_await transport.send(get(peer.port())));
    EXPECT_EQ((co_await transport.send(get(peer.port())))->body, "ok");
    EXPECT_EQ(peer.connections(), 2);
  });
}

TEST(Connections, AreGivenUpBeforeTheServersOwnLimitOfIdleness) {
  auto serve = [](tcp::socket& socket, int) -> task<void> {
    co_await read_head(socket);
    co_await say(socket, "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1, max=9\r\nContent-Length: 2\r\n\r\nok");
    co_await until_closed(socket);
  };
  with_peer(serve, [](Transport& transport, RawPeer& peer) -> task<void> {
    EXPECT_TRUE(co_await transport.send(get(peer.port())));
    EXPECT_TRUE(co_await transport.send(get(peer.port())));
    EXPECT_EQ(peer.connections(), 2);
  });
}

TEST(Connections, AreNoMoreThanAllowed) {
  int now = 0, most = 0, answered = 0;
  Handler slow = [&](ServerRequest) -> task<ServerResponse> {
    most = std::max(most, ++now);
    co_await pause(5ms);
    --now, ++answered;
    co_return ServerResponse{.body = "ok"};
  };
  with_server(
      {}, slow,
      [&](Transport& transport, std::uint16_t port) -> task<void> {
        std::vector<std::function<task<void>()>> work;
        for (int i = 0; i < 20; ++i) {
          work.push_back([&transport, port]() -> task<void> { EXPECT_TRUE(co_await transport.send(get(port))); });
        }
        co_await async::join_all(std::move(work));
      },
      {.max_connections = 3});
  EXPECT_EQ(answered, 20);
  EXPECT_EQ(most, 3);
}

TEST(Connections, ARequestEndsInTimeWhateverThePeerDoes) {
  for (int stage : {0, 1, 2, 3}) {
    auto serve = [stage](tcp::socket& socket, int) -> task<void> {
      if (stage > 0) co_await read_head(socket);
      if (stage == 2) co_await say(socket, "HTTP/1.1 200 OK\r\n");
      if (stage == 3) co_await say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe");
      co_await until_closed(socket);
    };
    with_peer(serve, [](Transport& transport, RawPeer& peer) -> task<void> {
      for (auto message : {get(peer.port()), patch(peer.port())}) {
        message.timeout = 50ms;
        auto result = co_await transport.send(message);
        EXPECT_FALSE(result);
        EXPECT_EQ(result.error().code, Errc::timeout) << result.error().message;
        EXPECT_EQ(result.error().reaction, message.repeatable ? Reaction::transient : Reaction::uncertain);
      }
    });
  }
}

TEST(Connections, WaitingForOneIsPartOfARequestsTime) {
  with_peer([](tcp::socket& socket, int) { return until_closed(socket); },
            [](Transport& transport, RawPeer& peer) -> task<void> {
              std::vector<std::function<task<void>()>> work;
              for (auto timeout : {300ms, 50ms}) {
                work.push_back([&transport, &peer, timeout]() -> task<void> {
                  auto message = patch(peer.port());
                  message.timeout = timeout;
                  auto result = co_await transport.send(message);
                  EXPECT_EQ(result.error().code, Errc::timeout);
                  // The second never had a connection, so nothing can have happened.
                  EXPECT_EQ(result.error().reaction, timeout == 50ms ? Reaction::transient : Reaction::uncertain);
                });
              }
              co_await async::join_all(std::move(work));
            },
            {.max_connections = 1});
}

TEST(Connections, AHandshakeThatHangsEndsInTime) {
  with_peer([](tcp::socket& socket, int) { return until_closed(socket); },
            [](Transport& transport, RawPeer& peer) -> task<void> {
              auto result =
                  co_await transport.send(request("GET", "https://127.0.0.1:" + std::to_string(peer.port()) + "/"));
              EXPECT_EQ(result.error().code, Errc::timeout) << result.error().message;
              EXPECT_EQ(result.error().reaction, Reaction::transient);
            },
            {.connect_timeout = 50ms});
}

TEST(Connections, ARefusedOneSaysSo) {
  async::SystemClock clock;
  retouch::test::run([&]() -> task<void> {
    auto executor = co_await asio::this_coro::executor;
    tcp::acceptor closed(executor, {asio::ip::address_v4::loopback(), 0});
    auto port = closed.local_endpoint().port();
    closed.close();
    auto transport = client(executor, clock);
    auto result = co_await transport->send(patch(port));
    EXPECT_EQ(result.error().code, Errc::connect);
    EXPECT_EQ(result.error().reaction, Reaction::transient);
    EXPECT_NE(result.error().message.find("Connection refused"), std::string::npos) << result.error().message;
  });
}

}  // namespace
}  // namespace retouch::http
