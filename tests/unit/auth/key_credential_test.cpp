// Several clouds of one access key: there is no login, so a request of each has to show what the key is worth.
#include "credential_fixture.hpp"
#include "retouch/auth/aksk_authorizer.hpp"

namespace retouch::auth {
namespace {

// Requests with an access key, each as the decorators send it.
struct KeyTest : CredentialTest {
  KeyTest() { account = test::aksk_account(); }

  void add_key(const std::string& project) {
    auto who = account;
    std::get<AkskLogin>(who.login).project_id = project;
    add_account(who, {.by_hand = true});
  }
  task<std::optional<Error>> request(AccountAuthorizer& authorizer) {
    http::Request sent{.url = http::parse_url(account.endpoint + "/v2/cloudimages").value()};
    do {
      auto ready = co_await authorizer.ready();
      if (!ready) co_return ready.error();
    } while (!authorizer.prepared());
    auto authorized = co_await authorizer.authorize(sent);
    if (!authorized) co_return authorized.error();
    auto answer = co_await server->send(sent);
    Result<bool> again = false;
    if (answer->status == 401) again = co_await authorizer.rejected(sent, *answer);
    authorizer.ended(sent, answer->status);
    if (!again) co_return again.error();
    co_return std::nullopt;
  }
  int refused_of(int each) {
    int refused = 0;
    run([&]() -> task<void> {
      std::vector<std::function<task<void>()>> work;
      for (auto& cloud : clouds) {
        for (int i = 0; i < each; ++i) {
          work.emplace_back([&]() -> task<void> {
            const auto error = co_await request(*cloud);
            refused += error && error->code == Errc::credentials ? 1 : 0;
          });
        }
      }
      co_await async::join_all(std::move(work));
    });
    return refused;
  }
};

TEST_F(KeyTest, AWrongKeySignsOneRequestHoweverManyWaitInHoweverManyClouds) {
  answer(401);
  add_key("one");
  add_key("two");
  EXPECT_EQ(refused_of(10), 20);
  EXPECT_EQ(server->requests, 1);
}

TEST_F(KeyTest, OnceAcceptedAllGoOn) {
  answer(200);
  add_key("one");
  add_key("two");
  EXPECT_EQ(refused_of(10), 0);
  EXPECT_EQ(server->requests, 20);
  EXPECT_EQ(server->most_in_flight, 19);
}

TEST_F(KeyTest, AnAnswerThatProvesNothingLetsOneMoreTry) {
  add_key("one");
  server->answer = [this](const http::Request&) -> Result<http::Response> {
    return http::Response{.status = server->requests <= 3 ? 503 : server->requests == 4 ? 429 : 401};
  };
  EXPECT_EQ(refused_of(10), 6);
  EXPECT_EQ(server->requests, 5);
  EXPECT_EQ(server->most_in_flight, 1);
}

}  // namespace
}  // namespace retouch::auth
