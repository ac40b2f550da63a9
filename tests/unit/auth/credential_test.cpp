// Several clouds of one user or key: what one of them learns about the credentials counts for all.
#include "retouch/auth/credential.hpp"

#include "retouch/auth/aksk_authorizer.hpp"
#include "token_fixture.hpp"

namespace retouch::auth {
namespace {

using namespace std::chrono_literals;

// A server that takes its time for an answer.
struct SlowServer final : http::Transport {
  explicit SlowServer(async::Clock& c) : clock(c) {}
  async::Clock& clock;
  Duration takes = 1s;
  std::function<Result<http::Response>(const http::Request&)> answer{};
  int requests = 0, in_flight = 0, most_in_flight = 0;
  task<Result<http::Response>> send(http::Request request, http::BodySink* = nullptr) override {
    ++requests;
    most_in_flight = std::max(most_in_flight, ++in_flight);
    co_await clock.sleep_for(takes);
    --in_flight;
    co_return answer(request);
  }
};

struct CredentialTest : TokenAuthorizerTest {
  Credentials credentials;
  std::shared_ptr<SlowServer> server = std::make_shared<SlowServer>(clock);
  std::vector<std::unique_ptr<AccountAuthorizer>> clouds;

  void add(const std::string& project, AuthOptions options = {.by_hand = true},
           const std::string& password = "pw-canary") {
    auto who = account;
    who.project_name = project;
    std::get<PasswordLogin>(who.login).password = Secret(password);
    auto credential = credentials.of(who);
    clouds.push_back(make_authorizer(who, AuthContext{.transport = server,
                                                      .store = store,
                                                      .clock = clock,
                                                      .random = random,
                                                      .blocking = *blocking,
                                                      .options = options,
                                                      .credential = std::move(credential)}));
  }
  // All clouds log in at once.
  std::vector<std::optional<Error>> log_in() {
    std::vector<std::optional<Error>> errors(clouds.size());
    run([&]() -> task<void> {
      std::vector<std::function<task<void>()>> work;
      for (std::size_t i = 0; i < clouds.size(); ++i) {
        work.emplace_back([&, i]() -> task<void> {
          auto session = co_await clouds[i]->session();
          if (!session) errors[i] = session.error();
        });
      }
      co_await async::join_all(std::move(work));
    });
    return errors;
  }
  void answer(int status) {
    server->answer = [this, status](const http::Request&) -> Result<http::Response> {
      if (status == 201) return test::token_response("t", clock.wall(), life);
      return http::Response{.status = status};
    };
  }
  // Who knows the project `good` only. Keystone does not tell a wrong password from a wrong project.
  void knows_only_project_good() {
    server->answer = [this](const http::Request& request) -> Result<http::Response> {
      if (request.body.find("\"good\"") == std::string::npos) return http::Response{.status = 401};
      return test::token_response("t", clock.wall(), life);
    };
  }
};

TEST_F(CredentialTest, AWrongPasswordLeavesOnceHoweverManyCloudsHaveIt) {
  answer(401);
  for (const auto* project : {"one", "two", "three"}) add(project);
  const auto errors = log_in();
  EXPECT_EQ(server->requests, 1);
  for (const auto& error : errors) {
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, Errc::credentials);
    EXPECT_EQ(error->reaction, Reaction::auth);
    EXPECT_TRUE(error->message.starts_with(errors[0]->message)) << error->message;
  }
  EXPECT_NE(errors[1]->message.find("another cloud"), std::string::npos);
  EXPECT_EQ(clock.now(), Mono{} + 1s) << "the others say so at once";
}

TEST_F(CredentialTest, TheNextProcessDoesNotTryItForAnotherProjectEither) {
  answer(401);
  add("one");
  log_in();
  clouds.clear();
  credentials = {};
  add("two", {.by_hand = false});
  EXPECT_NE(log_in()[0]->message.find("not tried again before 6 h"), std::string::npos);
  EXPECT_EQ(server->requests, 1);
}

TEST_F(CredentialTest, WhoeverAsksByHandIsTriedOnceAlsoByAProcessThatHasSeenARefusal) {
  answer(401);
  add("one", {.by_hand = false});
  log_in();
  clock.advance(1min);
  clouds.clear();
  add("one", {.by_hand = false});
  EXPECT_TRUE(log_in()[0]);
  EXPECT_EQ(server->requests, 1);
  answer(201);  // the password was mended on the server
  clouds.clear();
  add("one");
  EXPECT_FALSE(log_in()[0]);
  clouds.clear();
  add("one", {.by_hand = false});
  EXPECT_FALSE(log_in()[0]) << "the refusal is forgotten for all";
  EXPECT_EQ(server->requests, 2);
}

TEST_F(CredentialTest, WhoeverAsksByHandIsTriedOnceAlsoForASignature) {
  account.login = AkskLogin{.access_key = "AK", .secret_key = Secret("sk")};
  account.endpoint = "https://ims.example";
  account.project_id = "p";
  const auto credential = credentials.of(account);
  credential->refused(Error{.code = Errc::credentials, .reaction = Reaction::auth, .message = "no"}, clock.now());
  clock.advance(1min);
  const auto ready = [&](bool by_hand) {
    const auto authorizer = make_authorizer(account, AuthContext{.transport = server,
                                                                 .clock = clock,
                                                                 .random = random,
                                                                 .blocking = *blocking,
                                                                 .options = {.by_hand = by_hand},
                                                                 .credential = credential});
    bool well = false;
    run([&]() -> task<void> { well = (co_await authorizer->ready()).has_value(); });
    return well;
  };
  EXPECT_FALSE(ready(false));
  EXPECT_TRUE(ready(true));
}

TEST_F(CredentialTest, AnotherSecretOrUserIsAnotherCredential) {
  answer(401);
  add("one");
  add("one", {.by_hand = true}, "another");
  std::get<PasswordLogin>(account.login).username = "somebody";
  add("one");
  log_in();
  EXPECT_EQ(server->requests, 3);
}

TEST_F(CredentialTest, OnceAcceptedTheOthersLogInSideBySide) {
  answer(201);
  for (const auto* project : {"one", "two", "three", "four"}) add(project);
  for (const auto& error : log_in()) EXPECT_FALSE(error);
  EXPECT_EQ(server->requests, 4);
  EXPECT_EQ(server->most_in_flight, 3);
  EXPECT_EQ(clock.now(), Mono{} + 2s);
}

// The lock of the cache is waited for no longer than half a minute; who then waits for the credential finds the token.
TEST_F(CredentialTest, ACloudOfTheSameProjectTakesTheTokenThatItWaitedForHoweverLong) {
  answer(201);
  server->takes = 100s;  // it throttles
  for (int i = 0; i < 3; ++i) add("one");
  for (const auto& error : log_in()) EXPECT_FALSE(error);
  EXPECT_EQ(server->requests, 1);
}

// Attempts leave one a second: the last of many clouds has its lock, and waits for its turn.
TEST_F(CredentialTest, ACloudOfTheSameProjectTakesTheTokenAlsoWhenTheCredentialWasAcceptedLately) {
  answer(201);
  add("another");
  for (const auto& error : log_in()) EXPECT_FALSE(error);
  server->takes = 100s;
  for (int i = 0; i < 3; ++i) add("one");
  for (const auto& error : log_in()) EXPECT_FALSE(error);
  EXPECT_EQ(server->requests, 2);
}

TEST_F(CredentialTest, ALockThatAnotherProcessKeepsIsGivenUpAfterHalfAMinute) {
  answer(201);
  add("one");
  const auto lock = store->try_lock([&] {
    auto who = account;
    who.project_name = "one";
    return who;
  }());
  ASSERT_TRUE(lock && *lock);
  for (const auto& error : log_in()) EXPECT_FALSE(error);
  EXPECT_EQ(server->requests, 1);
  EXPECT_GE(clock.now(), Mono{} + 30s);
  EXPECT_LT(clock.now(), Mono{} + 32s);
}

TEST_F(CredentialTest, ARefusalAfterASuccessIsOfThatProjectAlone) {
  knows_only_project_good();
  add("good");
  log_in();
  add("bad");
  EXPECT_TRUE(log_in()[1]);
  clouds.clear();
  credentials = {};
  files.files.erase(files.writes.front());  // the token of `good`
  add("good", {.by_hand = false});
  add("bad", {.by_hand = false});
  const auto errors = log_in();
  EXPECT_FALSE(errors[0]);
  EXPECT_TRUE(errors[1]);
  EXPECT_EQ(server->requests, 3) << "the next process remembers the refusal of `bad`";
}

TEST_F(CredentialTest, APasswordThatTurnsBadIsTriedForTwoCloudsAtMost) {
  life = 1h;
  answer(201);
  for (const auto* project : {"one", "two", "three", "four"}) add(project);
  log_in();
  clock.advance(1h);
  answer(401);
  // The first refusal could be for the sake of its project, so a second one is awaited before all are given up.
  for (const auto& error : log_in()) EXPECT_TRUE(error);
  EXPECT_EQ(server->requests, 4 + 2);
  clock.advance(1h);
  for (const auto& error : log_in()) EXPECT_TRUE(error);
  EXPECT_EQ(server->requests, 4 + 2);
}

TEST_F(CredentialTest, AServerThatIsDownIsNotAskedByOneCloudAfterTheOther) {
  server->answer = [](const http::Request&) -> Result<http::Response> {
    return fail(Errc::connect, "connection refused", Reaction::transient);
  };
  for (const auto* project : {"one", "two", "three"}) add(project);
  for (const auto& error : log_in()) {
    ASSERT_TRUE(error);
    EXPECT_EQ(error->reaction, Reaction::transient);
    EXPECT_NE(error->message.find("connection refused"), std::string::npos);
  }
  EXPECT_EQ(server->requests, 1);
}

// Requests with an access key, each as the decorators send it.
struct KeyTest : CredentialTest {
  KeyTest() { account = test::aksk_account(); }
  std::vector<int> statuses;

  void add_key(const std::string& project) {
    auto who = account;
    std::get<AkskLogin>(who.login).project_id = project;
    auto credential = credentials.of(who);
    clouds.push_back(make_authorizer(who, AuthContext{.transport = server,
                                                      .store = store,
                                                      .clock = clock,
                                                      .random = random,
                                                      .blocking = *blocking,
                                                      .options = {.by_hand = true},
                                                      .credential = std::move(credential)}));
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
