// Listening on unix sockets and on inherited descriptors, and asking over them.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <filesystem>
#include <fstream>

#include "retouch/http/server.hpp"
#include "retouch/http/socket_client.hpp"
#include "run.hpp"
#include "temporary_directory.hpp"

namespace retouch::http {
namespace {

using namespace std::chrono_literals;

task<ServerResponse> who(ServerRequest request) {
  ServerResponse response{.status = request.peer ? 200 : 403};
  if (request.peer) {
    response.body = std::to_string(request.peer->uid) + " " + std::to_string(request.peer->gid);
    response.headers.add("X-Groups", std::to_string(request.peer->groups.size()));
  }
  co_return response;
}

// Root may do everything, so what others may not do is tried as nobody.
class AsNobody {
 public:
  AsNobody() {
    if (::getuid() == 0) EXPECT_EQ(::seteuid(65534), 0);
  }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;
  ~AsNobody() {
    if (::getuid() == 0) EXPECT_EQ(::seteuid(0), 0);
  }
};

class UnixSocket : public testing::Test {
 protected:
  test::TemporaryDirectory directory;
  std::string path = directory / "retouch.sock";
  async::SystemClock clock;

  Result<std::unique_ptr<Server>> open(asio::any_io_executor executor, ListenOptions options = {},
                                       Handler handler = who) {
    if (options.inherited < 0) options.unix_path = path;
    return listen(executor, options, clock, handler);
  }
  task<Result<Response>> ask(std::string target = "/", Duration timeout = 5s) {
    return request_over_socket(path, {.url = socket_url(target), .timeout = timeout}, clock);
  }
  // A socket file as a process leaves it that was killed.
  void leave_dead_socket() const {
    const int dead = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(dead, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ::listen(dead, 1);
    ::close(dead);
  }
};

TEST_F(UnixSocket, TellsTheHandlerWhoAsks) {
  test::run([&]() -> task<void> {
    auto server = *open(co_await asio::this_coro::executor);
    auto answer = co_await ask("/x?y");
    EXPECT_TRUE(answer) << answer.error().message;
    if (answer) {
      EXPECT_EQ(answer->body, std::to_string(::getuid()) + " " + std::to_string(::getgid()));
      EXPECT_EQ(answer->headers.get("X-Groups"), std::to_string(::getgroups(0, nullptr)));
    }
    EXPECT_EQ(server->port(), 0);
    co_await server->close();
  });
}

TEST_F(UnixSocket, NobodyIsKnownOverTcp) {
  test::run([&]() -> task<void> {
    std::optional<bool> known;
    auto server = *listen(co_await asio::this_coro::executor, {}, clock, [&](ServerRequest r) -> task<ServerResponse> {
      known = r.peer.has_value();
      co_return ServerResponse{};
    });
    asio::ip::tcp::socket socket(co_await asio::this_coro::executor);
    const asio::ip::tcp::endpoint endpoint(asio::ip::address_v4::loopback(), server->port());
    co_await socket.async_connect(endpoint, asio::use_awaitable);
    const std::string get = "GET / HTTP/1.1\r\nConnection: close\r\n\r\n";
    co_await socket.async_send(asio::buffer(get), asio::use_awaitable);
    char byte = 0;
    co_await socket.async_receive(asio::buffer(&byte, 1), asio::use_awaitable);
    EXPECT_EQ(known, false);
    co_await server->close();
  });
}

TEST_F(UnixSocket, HasItsModeAndGoesWhenItIsClosed) {
  test::run([&]() -> task<void> {
    auto server = *open(co_await asio::this_coro::executor, {.unix_mode = 0640});
    struct stat status{};
    EXPECT_EQ(::lstat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777u, 0640u);
    co_await server->close();
    EXPECT_NE(::lstat(path.c_str(), &status), 0);
  });
}

TEST_F(UnixSocket, TakesThePlaceOfADeadProcess) {
  leave_dead_socket();
  test::run([&]() -> task<void> {
    auto server = open(co_await asio::this_coro::executor);
    EXPECT_TRUE(server) << server.error().message;
    if (!server) co_return;
    auto answer = co_await ask();
    EXPECT_TRUE(answer);
    co_await (*server)->close();
  });
}

TEST_F(UnixSocket, LeavesALivingListenerAlone) {
  test::run([&]() -> task<void> {
    const auto executor = co_await asio::this_coro::executor;
    auto first = *open(executor);
    auto second = open(executor);
    EXPECT_FALSE(second);
    if (!second) {
      EXPECT_EQ(second.error().code, Errc::locked);
      EXPECT_NE(second.error().message.find("another process listens there"), std::string::npos);
    }
    auto answer = co_await ask();
    EXPECT_TRUE(answer);
    co_await first->close();
  });
}

TEST_F(UnixSocket, NeverRemovesWhatIsNoSocket) {
  std::ofstream(path) << "precious";
  test::run([&]() -> task<void> {
    auto server = open(co_await asio::this_coro::executor);
    EXPECT_FALSE(server);
    if (!server) EXPECT_NE(server.error().message.find("is no socket"), std::string::npos) << server.error().message;
  });
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST_F(UnixSocket, RemovesOnlyItsOwnFile) {
  test::run([&]() -> task<void> {
    auto server = *open(co_await asio::this_coro::executor);
    std::filesystem::remove(path);
    std::ofstream(path) << "of a successor";
    co_await server->close();
    EXPECT_TRUE(std::filesystem::exists(path));
  });
}

TEST_F(UnixSocket, SaysWhyItCannotListen) {
  asio::io_context context;
  for (const auto& [bad, part] : {std::pair(directory / std::string(200, 'x'), std::string("at most 107 bytes")),
                                  std::pair(directory / "missing/x.sock", std::string("No such file or directory"))}) {
    path = bad;
    auto server = open(context.get_executor());
    ASSERT_FALSE(server);
    EXPECT_NE(server.error().message.find(part), std::string::npos) << server.error().message;
  }
}

TEST_F(UnixSocket, AnInheritedListenerIsUsedAndNeitherClosedNorRemoved) {
  const int inherited = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(inherited, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(inherited, 5), 0);
  for (int again = 0; again < 2; ++again) {
    test::run([&]() -> task<void> {
      auto server = *open(co_await asio::this_coro::executor, {.inherited = inherited});
      auto answer = co_await ask();
      EXPECT_TRUE(answer) << answer.error().message;
      co_await server->close();
    });
    EXPECT_TRUE(std::filesystem::exists(path));
  }
  ::close(inherited);
}

TEST_F(UnixSocket, WhatIsNoSocketIsNotTakenOver) {
  asio::io_context context;
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  auto refused = open(context.get_executor(), {.inherited = pipe[0]});
  for (const int end : pipe) ::close(end);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("neither a TCP nor a unix socket"), std::string::npos)
      << refused.error().message;
}

TEST_F(UnixSocket, AskingNobodySaysWhatIsWrong) {
  test::run([&]() -> task<void> {
    auto nothing = co_await ask();
    EXPECT_FALSE(nothing);
    if (nothing) co_return;
    EXPECT_EQ(nothing.error().code, Errc::not_found);
    EXPECT_NE(nothing.error().message.find("no retouch daemon runs here, or its socket is elsewhere: " + path),
              std::string::npos);
    leave_dead_socket();
    auto dead = co_await ask();
    EXPECT_FALSE(dead);
    if (!dead) EXPECT_EQ(dead.error().code, Errc::connect);
    std::filesystem::remove(path);
    std::ofstream(path) << "x";
    auto file = co_await ask();
    EXPECT_FALSE(file);
    if (!file) EXPECT_EQ(file.error().code, Errc::untrusted);
  });
}

TEST_F(UnixSocket, WhoMayNotConnectIsToldWhoMay) {
  std::filesystem::permissions(directory.text(), std::filesystem::perms::all);
  test::run([&]() -> task<void> {
    auto server = *open(co_await asio::this_coro::executor, {.unix_mode = 0});
    std::optional<AsNobody> nobody(std::in_place);
    auto answer = co_await ask();
    nobody.reset();
    EXPECT_FALSE(answer);
    if (!answer) {
      EXPECT_EQ(answer.error().code, Errc::permission);
      EXPECT_NE(answer.error().message.find("the socket's group may"), std::string::npos);
    }
    co_await server->close();
  });
}

TEST_F(UnixSocket, ADaemonThatHangsOrDropsIsAnErrorInTime) {
  test::run([&]() -> task<void> {
    auto server = *open(co_await asio::this_coro::executor, {}, [](ServerRequest request) -> task<ServerResponse> {
      co_return ServerResponse{.then =
                                   request.path == "/drop" ? ServerResponse::Then::drop : ServerResponse::Then::hang};
    });
    auto late = co_await ask("/", 50ms);
    EXPECT_FALSE(late);
    if (!late) EXPECT_EQ(late.error().code, Errc::timeout);
    const Request post{.method = "POST", .url = socket_url("/drop"), .repeatable = false};
    auto lost = co_await request_over_socket(path, post, clock);
    EXPECT_FALSE(lost);
    if (!lost) {
      EXPECT_EQ(lost.error().code, Errc::closed);
      EXPECT_EQ(lost.error().reaction, Reaction::uncertain);
      EXPECT_NE(lost.error().message.find("before it had answered"), std::string::npos) << lost.error().message;
    }
    co_await server->close();
  });
}

}  // namespace
}  // namespace retouch::http
