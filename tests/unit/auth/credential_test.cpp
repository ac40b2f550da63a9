// Several clouds of one user: what one of them learns about the credentials counts for all.
#include "credential_fixture.hpp"

namespace retouch::auth {
namespace {

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

// Longer than another process would be waited for: who tries the credential may be trying it for this very account.
TEST_F(CredentialTest, ACloudOfTheSameProjectTakesTheTokenThatItWaitedForHoweverLong) {
  answer(201);
  server->takes = 100s;  // it throttles
  for (int i = 0; i < 3; ++i) add("one");
  for (const auto& error : log_in()) EXPECT_FALSE(error);
  EXPECT_EQ(server->requests, 1);
}

// Attempts are then made side by side, but leave one a second: the last of many clouds has its lock, and waits for its
// turn.
TEST_F(CredentialTest, ACloudOfTheSameProjectTakesTheTokenAlsoWhenTheCredentialWasAcceptedLately) {
  answer(201);
  add("another");
  for (const auto& error : log_in()) EXPECT_FALSE(error);
  server->takes = 100s;
  for (int i = 0; i < 3; ++i) add("one");
  for (const auto& error : log_in()) EXPECT_FALSE(error);
  EXPECT_EQ(server->requests, 2);
}

// Nothing but the attempt can be waited for: after it the second one has to look once more.
TEST_F(CredentialTest, WhereNothingCanBeLockedACloudOfTheSameProjectTakesTheTokenAsWell) {
  answer(201);
  files.no_locks = true;
  for (int i = 0; i < 2; ++i) add("one");
  for (const auto& error : log_in()) EXPECT_FALSE(error);
  EXPECT_EQ(server->requests, 1);
}

TEST_F(CredentialTest, ALockThatAnotherProcessKeepsIsGivenUpAfterHalfAMinute) {
  answer(201);
  account.project_name = "one";
  const auto lock = store->try_lock(account);
  ASSERT_TRUE(lock && *lock);
  add("one");
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

}  // namespace
}  // namespace retouch::auth
