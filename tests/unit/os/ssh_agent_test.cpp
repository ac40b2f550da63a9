#include "retouch/os/ssh_agent.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <thread>

#include "temporary_directory.hpp"

namespace retouch::os {
namespace {

using namespace std::chrono_literals;

// A socket on which one connection is served by a function of the test.
class Server {
 public:
  Server(const std::string& path, std::function<void(int)> serve) : listener_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{.sun_family = AF_UNIX};
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_, 1), 0);
    thread_ = std::jthread([this, serve] {
      const int peer = ::accept(listener_, nullptr, nullptr);
      serve(peer);
      ::close(peer);
    });
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() {
    thread_.join();
    ::close(listener_);
  }

 private:
  int listener_;
  std::jthread thread_;
};

std::string receive(int peer, std::size_t size) {
  std::string data(size, '\0');
  data.resize(static_cast<std::size_t>(std::max<ssize_t>(0, ::recv(peer, data.data(), size, MSG_WAITALL))));
  return data;
}
void send(int peer, const std::string& data) { EXPECT_GE(::send(peer, data.data(), data.size(), MSG_NOSIGNAL), 0); }

struct SshAgent : testing::Test {
  test::TemporaryDirectory directory;
  std::string path = directory / "agent";
};

TEST_F(SshAgent, SendsAndReceivesFramedMessages) {
  std::string heard;
  Result<std::string> answer;
  {
    const Server server(path, [&](int peer) {
      heard = receive(peer, 9);
      send(peer, std::string("\0\0", 2));  // in pieces
      send(peer, std::string("\0\3ab", 4));
      send(peer, "c");
    });
    answer = ask_agent(path, "hello");
  }
  EXPECT_EQ(answer.value(), "abc");
  EXPECT_EQ(heard, std::string("\0\0\0\5hello", 9));
}

TEST_F(SshAgent, ASilentAgentIsNotWaitedForForEver) {
  const Server server(path, [](int peer) { receive(peer, 1000); });
  const auto answer = ask_agent(path, "hello", {.time = 50ms});
  EXPECT_EQ(answer.error().code, Errc::timeout);
  EXPECT_NE(answer.error().message.find("no answer within 50ms"), std::string::npos);
}

TEST_F(SshAgent, AnAgentThatStopsHalfwayIsNotWaitedForForEver) {
  const Server server(path, [](int peer) {
    receive(peer, 9);
    send(peer, std::string("\0\0\1\0half", 8));
    receive(peer, 1);
  });
  EXPECT_EQ(ask_agent(path, "hello", {.time = 50ms}).error().code, Errc::timeout);
}

TEST_F(SshAgent, AHugeAnswerIsNotRead) {
  const Server server(path, [](int peer) {
    receive(peer, 9);
    send(peer, std::string("\0\4\0\1", 4));
  });
  EXPECT_EQ(ask_agent(path, "hello").error().code, Errc::too_large);
}

TEST_F(SshAgent, AnEmptyAnswerIsNone) {
  const Server server(path, [](int peer) {
    receive(peer, 9);
    send(peer, std::string(4, '\0'));
  });
  EXPECT_FALSE(ask_agent(path, "hello"));
}

TEST_F(SshAgent, AnAgentThatHangsUpIsAnError) {
  const Server server(path, [](int peer) {
    receive(peer, 9);
    send(peer, std::string("\0\0\0\5ab", 6));
  });
  EXPECT_NE(ask_agent(path, "hello").error().message.find("closed the connection"), std::string::npos);
}

TEST_F(SshAgent, WithoutAnAgentTheErrorNamesTheSocket) {
  EXPECT_NE(ask_agent(path, "hello").error().message.find(path), std::string::npos);
  EXPECT_FALSE(ask_agent(directory / std::string(200, 'x'), "hello"));
  EXPECT_EQ(ask_agent(path, std::string(300000, 'x')).error().code, Errc::too_large);
}

}  // namespace
}  // namespace retouch::os
