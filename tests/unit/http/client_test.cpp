// What goes out, and which answers are taken.
#include <gtest/gtest.h>

#include "client_fixture.hpp"

namespace retouch::http {
namespace {

using namespace test;

struct Collect final : BodySink {
  std::string text;
  int restarts = 0;
  std::size_t refuse_after = SIZE_MAX;
  void restart() override { ++restarts, text.clear(); }
  Result<void> data(std::string_view chunk) override {
    text += chunk;
    if (text.size() > refuse_after) return fail(Errc::too_large, "the sink has enough");
    return {};
  }
};

// The answer to one GET when the peer says `answer` and closes.
Result<Response> answer_to(std::string answer, BodySink* sink = nullptr, std::function<void(Request&)> adjust = {}) {
  Result<Response> result;
  auto serve = [&](tcp::socket& socket, int) -> task<void> {
    co_await read_head(socket);
    co_await say(socket, answer);
  };
  with_peer(serve, [&](Transport& transport, RawPeer& peer) -> task<void> {
    auto message = get(peer.port());
    if (adjust) adjust(message);
    result = co_await transport.send(std::move(message), sink);
  });
  return result;
}

TEST(Client, SendsARequestAsAServerExpectsIt) {
  std::string seen;
  auto serve = [&](tcp::socket& socket, int) -> task<void> {
    seen = co_await read_head(socket);
    co_await say(socket, "HTTP/1.1 204 No Content\r\n\r\n");
  };
  with_peer(serve,
            [&](Transport& transport, RawPeer& peer) -> task<void> {
              auto message = get(peer.port(), "/v2/images?limit=1");
              message.headers.add("X-Auth-Token", "t");
              message.headers.add("Accept-Encoding", "gzip");
              message.headers.add("Host", "evil");
              auto result = co_await transport.send(std::move(message));
              EXPECT_TRUE(result && result->status == 204);
              EXPECT_EQ(seen, "GET /v2/images?limit=1 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(peer.port()) +
                                  "\r\nUser-Agent: retouch/1\r\nAccept-Encoding: identity\r\nX-Auth-Token: t\r\n\r\n");
            },
            {.user_agent = "retouch/1"});
}

TEST(Client, SendsSmallAndLargeBodiesWhole) {
  Handler length = [](ServerRequest request) -> task<ServerResponse> {
    co_return ServerResponse{.body = std::to_string(request.body.size()) + request.body.substr(0, 3)};
  };
  with_server({}, length, [](Transport& transport, std::uint16_t port) -> task<void> {
    for (std::size_t size :
         {std::size_t{0}, std::size_t{3}, std::size_t{16} << 10, (std::size_t{16} << 10) + 1, std::size_t{900000}}) {
      auto message = patch(port);
      message.body = std::string(size, 'x');
      auto result = co_await transport.send(std::move(message));
      EXPECT_EQ(result->body, std::to_string(size) + std::string(std::min<std::size_t>(size, 3), 'x'));
    }
  });
}

TEST(Client, RefusesToSendWhatWouldSmuggleALine) {
  async::SystemClock clock;
  retouch::test::run([&]() -> task<void> {
    auto transport = client(co_await asio::this_coro::executor, clock);
    std::vector<std::function<void(Request&)>> evils = {
        [](Request& r) { r.headers.add("X-Auth-Token", "t\r\nX-Evil: 1"); },
        [](Request& r) { r.headers.add("X-Auth-Token", "secret\n"); },
        [](Request& r) { r.headers.add("X: y", "1"); },
        [](Request& r) { r.headers.add("", "1"); },
        [](Request& r) { r.url.path = "/a b"; },
        [](Request& r) { r.url.query = "a\r\n"; },
        [](Request& r) { r.url.path = "x"; },
        [](Request& r) { r.method = "GET / HTTP/1.1\r\n"; }};
    for (const auto& evil : evils) {
      auto message = get(1);
      evil(message);
      auto result = co_await transport->send(message);
      EXPECT_EQ(result.error().code, Errc::invalid_input);
      EXPECT_EQ(result.error().message.find("secret"), std::string::npos);
    }
  });
}

TEST(Client, TakesEveryFramingOfABody) {
  for (const auto& [answer, body] : std::vector<std::pair<std::string, std::string>>{
           {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello"},
           {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nTrailer: x\r\n\r\n",
            "hello"},
           {"HTTP/1.1 200 OK\r\n\r\nhello", "hello"},
           {"HTTP/1.0 200 OK\r\n\r\nhello", "hello"},
           {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""},
           {"HTTP/1.1 204 No Content\r\n\r\n", ""},
           {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 "
            "OK\r\nContent-Length: 5\r\n\r\nhello",
            "hello"},
           {"HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\nContent-Length: 5\r\n\r\nhello", "hello"},
       }) {
    auto result = answer_to(answer);
    ASSERT_TRUE(result) << answer << result.error().message;
    EXPECT_EQ(result->body, body) << answer;
    Collect sink;
    ASSERT_TRUE(answer_to(answer, &sink));
    EXPECT_EQ(sink.text, body) << answer;
  }
}

TEST(Client, RefusesAnswersThatAreNotWhole) {
  struct Case {
    std::string answer;
    Errc code;
  };
  for (const auto& [answer, code] : {
           Case{"", Errc::closed},
           Case{"HTTP/1.1 200 OK\r\nContent-Le", Errc::closed},
           Case{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", Errc::closed},
           Case{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", Errc::closed},
           Case{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n", Errc::protocol},
           Case{"SSH-2.0-OpenSSH_9.2\r\n\r\n", Errc::protocol},
           Case{"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", Errc::protocol},
           Case{"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b", Errc::protocol},
           Case{"HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\nContent-Encoding: br\r\nContent-Length: 0\r\n\r\n",
                Errc::protocol},
           Case{"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", Errc::protocol},
           Case{"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nContent-Length: 0\r\n\r\n", Errc::protocol},
           Case{"HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n", Errc::too_large},
           Case{"HTTP/1.1 200 OK\r\n\r\n" + std::string(1100000, 'x'), Errc::too_large},
           Case{"HTTP/1.1 200 OK\r\nX: " + std::string(70000, 'x') + "\r\n\r\n", Errc::too_large},
       }) {
    auto result = answer_to(answer);
    ASSERT_FALSE(result) << answer.substr(0, 80);
    EXPECT_EQ(result.error().code, code) << answer.substr(0, 80) << ": " << result.error().message;
    EXPECT_EQ(result.error().reaction, code == Errc::closed ? Reaction::transient : Reaction::permanent);
    EXPECT_NE(result.error().where.find("GET http://127.0.0.1"), std::string::npos);
  }
}

TEST(Client, TakesLargeHeadersAndTheBodyThatARequestAllows) {
  auto token = std::string(60000, 't');
  auto result = answer_to("HTTP/1.1 200 OK\r\nX-Subject-Token: " + token + "\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->headers.get("x-subject-token"), token);
  auto allow = [](Request& r) { r.max_body = 3 << 20; };
  auto large =
      answer_to("HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n" + std::string(2000000, 'x'), nullptr, allow);
  ASSERT_TRUE(large);
  EXPECT_EQ(large->body.size(), 2000000u);
}

TEST(Client, CapsTheErrorAnswerToARequestThatAllowsALargeList) {
  auto allow = [](Request& r) { r.max_body = 1u << 30; };
  const std::string body(1100000, 'x');
  for (const std::string& head : {"Content-Length: " + std::to_string(body.size()), std::string("Connection: close")}) {
    Collect sink;
    auto result = answer_to("HTTP/1.1 404 No\r\n" + head + "\r\n\r\n" + body, &sink, allow);
    ASSERT_FALSE(result) << head;
    EXPECT_EQ(result.error().code, Errc::too_large);
  }
}

TEST(Client, CapsAChunkExtensionWithoutEnd) {
  auto result = answer_to("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;" + std::string(1 << 20, 'a'));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::too_large);
}

TEST(Client, GivesASinkOnlyTheBodiesOfSuccess) {
  Collect sink;
  auto result = answer_to("HTTP/1.1 500 Oops\r\nContent-Length: 5\r\n\r\nerror", &sink);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->body, "error");
  EXPECT_EQ(sink.restarts, 0);
  Collect full;
  full.refuse_after = 3;
  auto refused = answer_to("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", &full);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "the sink has enough");
}

TEST(Client, ALostAnswerToAWriteIsUncertain) {
  for (std::string answer : {"", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
                             "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n"}) {
    auto result = answer_to(answer, nullptr, [](Request& r) { r.repeatable = false; });
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().reaction, Reaction::uncertain) << answer;
  }
}

TEST(Client, TakesARefusalThatComesBeforeTheWholeRequestWasRead) {
  auto serve = [&](tcp::socket& socket, int) -> task<void> {
    co_await read_head(socket);
    co_await say(socket, "HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    boost::system::error_code ignored;
    socket.shutdown(tcp::socket::shutdown_send, ignored);
    co_await until_closed(socket);
  };
  with_peer(serve, [&](Transport& transport, RawPeer& peer) -> task<void> {
    auto message = patch(peer.port());
    message.body = std::string(900000, 'x');
    auto result = co_await transport.send(std::move(message));
    EXPECT_TRUE(result && result->status == 413);
  });
}

TEST(Client, ARedirectIsAnAnswer) {
  auto result = answer_to("HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->status, 302);
  EXPECT_EQ(result->headers.get("Location"), "/there");
}

}  // namespace
}  // namespace retouch::http
