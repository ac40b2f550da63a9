#include "retouch/os/activation.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "temporary_directory.hpp"

namespace retouch::os {
namespace {

// Descriptors high above those of the test program, in a row, as a service manager hands them over.
struct Activation : testing::Test {
  static constexpr int first = 200;

  ~Activation() override {
    for (int i = 0; i < count; ++i) ::close(first + i);
  }

  void hand_over(int descriptor) {
    ASSERT_EQ(::dup2(descriptor, first + count), first + count);  // without FD_CLOEXEC
    ::close(descriptor);
    ++count;
  }
  void local(const std::string& at, int type = SOCK_STREAM) {
    const int socket = ::socket(AF_UNIX, type, 0);
    sockaddr_un address{.sun_family = AF_UNIX};
    std::memcpy(address.sun_path, at.c_str(), at.size() + 1);
    ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    if (type == SOCK_STREAM) ASSERT_EQ(::listen(socket, 5), 0);
    hand_over(socket);
  }
  std::uint16_t tcp4(bool listening = true) {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), size), 0);
    if (listening) EXPECT_EQ(::listen(socket, 5), 0);
    EXPECT_EQ(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size), 0);
    hand_over(socket);
    return ntohs(address.sin_port);
  }
  Result<std::vector<ActivatedSocket>> activated(const std::string& names = "") const {
    const Environment environment(
        {{"LISTEN_PID", "42"}, {"LISTEN_FDS", std::to_string(count)}, {"LISTEN_FDNAMES", names}});
    return activated_sockets(environment, 42, first);
  }
  std::string refused() const {
    const auto sockets = activated("control");
    return sockets ? "(taken)" : sockets.error().message;
  }

  test::TemporaryDirectory directory;
  std::string path = directory / "control.sock";
  int count = 0;
};

TEST_F(Activation, SocketsComeWithWhatTheyAre) {
  local(path);
  const auto port = tcp4();
  const auto sockets = activated("retouch:retouch");
  ASSERT_TRUE(sockets) << sockets.error().message;
  ASSERT_EQ(sockets->size(), 2U);
  EXPECT_EQ(sockets->at(0).descriptor, first);
  EXPECT_EQ(sockets->at(0).name, "retouch");
  EXPECT_EQ(to_string(sockets->at(0)), path);
  EXPECT_EQ(to_string(sockets->at(1)), "127.0.0.1:" + std::to_string(port));
}

TEST_F(Activation, SocketsAreFoundByWhatTheyAre) {
  const auto port = tcp4();
  local(path);
  const auto sockets = activated().value();
  ASSERT_NE(find_local(sockets), nullptr);
  EXPECT_EQ(find_local(sockets)->address, path);
  ASSERT_NE(find_tcp(sockets, "127.0.0.1", port), nullptr);
  EXPECT_EQ(find_tcp(sockets, "127.0.0.1", port)->descriptor, first);
  EXPECT_EQ(find_tcp(sockets, "127.0.0.2", port), nullptr);
  EXPECT_EQ(find_tcp(sockets, "127.0.0.1", static_cast<std::uint16_t>(port + 1)), nullptr);
  EXPECT_EQ(find_local(std::vector{sockets[0]}), nullptr);
}

TEST(CanonicalAddress, IsOneForAllWaysToWriteIt) {
  EXPECT_EQ(canonical_address("127.0.0.1"), "127.0.0.1");
  EXPECT_EQ(canonical_address("0:0::1"), "::1");
  EXPECT_EQ(canonical_address("2001:DB8::0a"), "2001:db8::a");
  for (const char* wrong : {"", "999.1.1.1", "1.2", "127.1", "::::", "[::1]", "::1%lo", "localhost", "1.2.3.4 "})
    EXPECT_EQ(canonical_address(wrong), std::nullopt) << wrong;
  EXPECT_EQ(canonical_address(std::string("127.0.0.1\0x", 11)), std::nullopt);
}

TEST_F(Activation, ChildrenDoNotInheritThem) {
  local(path);
  ASSERT_EQ(::fcntl(first, F_GETFD) & FD_CLOEXEC, 0);
  ASSERT_TRUE(activated());
  EXPECT_NE(::fcntl(first, F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(Activation, NamesThatAreMissingAreUnknownAndOnesTooManyNobodys) {
  local(path);
  tcp4();
  const auto few = activated("control").value();
  EXPECT_EQ(few[0].name, "control");
  EXPECT_EQ(few[1].name, "unknown");
  const auto many = activated("a::c").value();
  EXPECT_EQ(many[0].name, "a");
  EXPECT_EQ(many[1].name, "");
}

TEST_F(Activation, WhatIsNoListeningStreamSocketIsRefusedByNumberAndName) {
  tcp4(false);
  EXPECT_EQ(refused(),
            "descriptor 200 (\"control\") from the service manager is not listening; its socket unit needs "
            "ListenStream= and Accept=no");
}

TEST_F(Activation, ADatagramSocketIsRefused) {
  local(path, SOCK_DGRAM);
  EXPECT_NE(refused().find("no stream socket"), std::string::npos);
}

TEST_F(Activation, AFileIsRefused) {
  hand_over(::open("/dev/null", O_RDONLY));
  EXPECT_NE(refused().find("no stream socket"), std::string::npos);
}

TEST_F(Activation, ADescriptorThatIsNotThereIsRefused) {
  const Environment environment({{"LISTEN_PID", "42"}, {"LISTEN_FDS", "1"}});
  const auto sockets = activated_sockets(environment, 42, 900);
  ASSERT_FALSE(sockets);
  EXPECT_NE(sockets.error().message.find("not open"), std::string::npos);
}

TEST_F(Activation, WithoutActivationThereAreNone) {
  EXPECT_TRUE(activated_sockets(Environment(), 42, first)->empty());
  EXPECT_TRUE(activated_sockets(Environment({{"LISTEN_FDS", "1"}}), 42, first)->empty());
}

TEST_F(Activation, SocketsOfAnotherProcessAreLeftAlone) {
  EXPECT_TRUE(activated_sockets(Environment({{"LISTEN_PID", "41"}, {"LISTEN_FDS", "1"}}), 42, 900)->empty());
}

TEST_F(Activation, GarbageIsAnError) {
  for (const char* number : {"-1", "x", "1x", "65", "99999999999"}) {
    const auto sockets = activated_sockets(Environment({{"LISTEN_PID", "42"}, {"LISTEN_FDS", number}}), 42, 900);
    ASSERT_FALSE(sockets) << number;
    EXPECT_EQ(sockets.error().code, Errc::invalid_input) << number;
    EXPECT_NE(sockets.error().message.find("LISTEN_FDS"), std::string::npos) << number;
  }
  EXPECT_FALSE(activated_sockets(Environment({{"LISTEN_PID", "me"}, {"LISTEN_FDS", "1"}}), 42, 900));
}

TEST(ForgetServiceManager, LeavesNothingToChildren) {
  const std::vector<const char*> names = {"LISTEN_PID",    "LISTEN_FDS",   "LISTEN_FDNAMES",
                                          "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC"};
  for (const char* name : names) ::setenv(name, "1", 1);
  forget_service_manager();
  for (const char* name : names) EXPECT_EQ(Environment::of_process().get(name), std::nullopt) << name;
}

}  // namespace
}  // namespace retouch::os
