#include "retouch/os/notify.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>

#include "temporary_directory.hpp"

namespace retouch::os {
namespace {

using namespace std::chrono_literals;

// The service manager's end.
class Manager {
 public:
  explicit Manager(const std::string& name) : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{.sun_family = AF_UNIX};
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name.front() == '@') address.sun_path[0] = '\0';
    const std::size_t closing = name.front() == '@' ? 0 : 1;
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size() + closing);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), size), 0) << name;
  }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;
  ~Manager() { ::close(socket_); }

  // The next message, "(nothing)" when none was sent: a datagram of this host is there as soon as send() is back.
  std::string heard() const {
    char text[4096];
    const auto size = ::recv(socket_, text, sizeof text, MSG_DONTWAIT);
    return size < 0 ? "(nothing)" : std::string(text, static_cast<std::size_t>(size));
  }

 private:
  int socket_;
};

struct Notify : testing::Test {
  test::TemporaryDirectory directory;
  std::string path = directory / "notify";
  Manager manager{path};
  Notifier notifier{Environment({{"NOTIFY_SOCKET", path}})};
};

TEST_F(Notify, SaysWhatTheProtocolKnows) {
  EXPECT_TRUE(notifier.ready("watching 3 clouds"));
  EXPECT_EQ(manager.heard(), "READY=1\nSTATUS=watching 3 clouds");
  EXPECT_TRUE(notifier.reloading(Mono(1234567890us)));
  EXPECT_EQ(manager.heard(), "RELOADING=1\nMONOTONIC_USEC=1234567890\nSTATUS=reloading");
  EXPECT_TRUE(notifier.status("listing lab"));
  EXPECT_EQ(manager.heard(), "STATUS=listing lab");
  EXPECT_TRUE(notifier.watchdog());
  EXPECT_EQ(manager.heard(), "WATCHDOG=1");
  EXPECT_TRUE(notifier.extend_timeout(15s));
  EXPECT_EQ(manager.heard(), "EXTEND_TIMEOUT_USEC=15000000");
  EXPECT_TRUE(notifier.stopping("bringing 2 changes to their end"));
  EXPECT_EQ(manager.heard(), "STOPPING=1\nSTATUS=bringing 2 changes to their end");
}

TEST_F(Notify, AStatusIsOneShortPrintableLine) {
  notifier.status("a\nREADY=1 \x1b[31m");
  EXPECT_EQ(manager.heard(), "STATUS=a\\nREADY=1 \\u{1b}[31m");
  notifier.status(std::string(5000, 'x'));
  EXPECT_LT(manager.heard().size(), 600U);
}

TEST_F(Notify, ReachesAnAbstractSocket) {
  const std::string name = "@retouch-test/" + path;
  const Manager abstract(name);
  EXPECT_TRUE(Notifier(Environment({{"NOTIFY_SOCKET", name}})).watchdog());
  EXPECT_EQ(abstract.heard(), "WATCHDOG=1");
}

TEST_F(Notify, MovesWithoutClosing) {
  Notifier moved = std::move(notifier);
  EXPECT_TRUE(moved.watchdog());
  EXPECT_EQ(manager.heard(), "WATCHDOG=1");
}

TEST_F(Notify, ABusyManagerDoesNotHoldUpWhatIsRepeated) {
  int sent = 0;
  while (sent < 100000 && notifier.watchdog()) ++sent;  // its queue is full sooner or later
  EXPECT_LT(sent, 100000);
  EXPECT_FALSE(notifier.status("x"));
  EXPECT_EQ(manager.heard(), "WATCHDOG=1");
  EXPECT_TRUE(notifier.watchdog());  // and it recovers
}

TEST_F(Notify, WhatMustNotBeMissedIsWaitedForOnlySoLong) {
  while (notifier.watchdog()) continue;
  EXPECT_FALSE(notifier.stopping("gone"));  // hangs for ever without a limit
}

TEST(NotifyNobody, WithoutAUsableSocketEveryWordIsHarmless) {
  for (const std::string& name : {std::string(), std::string("relative"), std::string("vsock:2:1234"), std::string("@"),
                                  std::string("/nonexistent/notify"), "/" + std::string(200, 'x')}) {
    const Notifier notifier(Environment({{"NOTIFY_SOCKET", name}}));
    EXPECT_FALSE(notifier.ready("x")) << name;
    EXPECT_FALSE(notifier.watchdog());
  }
  EXPECT_FALSE(Notifier().status("x"));
}

TEST(Watchdog, IsFedTwiceAsOftenAsItBites) {
  EXPECT_EQ(watchdog_interval(Environment({{"WATCHDOG_USEC", "60000000"}}), 7), 30s);
  EXPECT_EQ(watchdog_interval(Environment({{"WATCHDOG_USEC", "60000000"}, {"WATCHDOG_PID", "7"}}), 7), 30s);
}

TEST(Watchdog, OfAnotherProcessOrOfNobodyIsNotFed) {
  EXPECT_EQ(watchdog_interval(Environment(), 7), std::nullopt);
  EXPECT_EQ(watchdog_interval(Environment({{"WATCHDOG_USEC", "60000000"}, {"WATCHDOG_PID", "8"}}), 7), std::nullopt);
  EXPECT_EQ(watchdog_interval(Environment({{"WATCHDOG_USEC", "60000000"}, {"WATCHDOG_PID", "7x"}}), 7), std::nullopt);
  for (const char* usec : {"0", "-5", "soon", "1s", "9999999999999999999", "9223372036854775807"}) {
    EXPECT_EQ(watchdog_interval(Environment({{"WATCHDOG_USEC", usec}}), 7), std::nullopt) << usec;
  }
}

}  // namespace
}  // namespace retouch::os
