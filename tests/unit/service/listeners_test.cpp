#include "listeners.hpp"

#include <gtest/gtest.h>

namespace retouch::service {
namespace {

std::vector<std::string> left_of(const std::vector<os::ActivatedSocket>& sockets, const config::Service& service) {
  std::vector<std::string> names;
  for (const os::ActivatedSocket& socket : unclaimed(sockets, service)) names.push_back(os::to_string(socket));
  return names;
}

TEST(Listeners, WhatTheManagerOpenedAndNobodyListensOnIsFound) {
  const std::vector<os::ActivatedSocket> sockets{
      {.name = "control", .local = true, .address = "/run/retouch/retouch.sock"},
      {.name = "control", .local = true, .address = "/run/retouch/second.sock"},
      {.name = "web", .address = "127.0.0.1", .port = 9469},
      {.name = "web", .address = "::1", .port = 9469},
      {.name = "hook", .address = "::", .port = 9470},
  };
  config::Service service;
  EXPECT_EQ(left_of(sockets, service),
            (std::vector<std::string>{"/run/retouch/second.sock", "[::1]:9469", "[::]:9470"}));
  service.webhook.emplace().listen = {"::", 9470};
  EXPECT_EQ(left_of(sockets, service), (std::vector<std::string>{"/run/retouch/second.sock", "[::1]:9469"}));
  service.listen.port = 9999;
  EXPECT_EQ(left_of(sockets, service).size(), 3u);
  EXPECT_EQ(left_of({}, service).size(), 0u);
}

}  // namespace
}  // namespace retouch::service
