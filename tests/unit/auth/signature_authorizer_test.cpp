#include "signature_fixture.hpp"

namespace retouch::auth {
namespace {

TEST_F(SignatureAuthorizerTest, SignsTargetDateAndHost) {
  auto authorizer = make();
  run([&]() -> task<void> {
    const auto request = co_await authorized(*authorizer);
    EXPECT_EQ(request.headers.get("Date"), "Sat, 21 Nov 2026 21:07:21 GMT");
    EXPECT_EQ(request.headers.get("Accept-Version"), "~9||~8");
    EXPECT_EQ(request.headers.get("Api-Version"), "~9||~8");
    EXPECT_EQ(request.headers.get("Authorization"), R"(Signature keyId="/alice/keys/19:a7",algorithm="rsa-sha256",)"
                                                    R"(headers="(request-target) date host",signature="c2lnbmF0dXJl")");
    EXPECT_EQ(request.headers.get("Host"), std::nullopt) << "the transport writes it";
  });
  EXPECT_EQ(signer->texts, std::vector<std::string>{"(request-target): post /alice/images/i?action=update\n"
                                                    "date: Sat, 21 Nov 2026 21:07:21 GMT\nhost: api.example"});
}

TEST_F(SignatureAuthorizerTest, RolesOfASubUserAreSigned) {
  login().user = "bob";
  login().roles = {"ops", "dev"};
  auto authorizer = make();
  run([&]() -> task<void> {
    const auto request = co_await authorized(*authorizer);
    EXPECT_EQ(request.url.target(), "/alice/images/i?action=update&as-role=ops,dev");
    EXPECT_NE(request.headers.get("Authorization")->find("/alice/users/bob/keys/19:a7"), std::string::npos);
  });
  EXPECT_NE(signer->texts.at(0).find("as-role=ops,dev\n"), std::string::npos);
}

TEST_F(SignatureAuthorizerTest, EveryAttemptHasItsOwnId) {
  auto authorizer = make();
  run([&]() -> task<void> {
    const auto first = co_await authorized(*authorizer);
    const auto second = co_await authorized(*authorizer);
    EXPECT_EQ(first.headers.get("X-Request-Id")->size(), 36u);
    EXPECT_NE(first.headers.get("X-Request-Id"), second.headers.get("X-Request-Id"));
  });
}

TEST_F(SignatureAuthorizerTest, ASignatureIsGoodForTheSameRequestInTheSameSecond) {
  auto authorizer = make();
  run([&]() -> task<void> {
    (void)co_await authorized(*authorizer);
    clock.jump_wall(900ms);
    (void)co_await authorized(*authorizer);
    EXPECT_EQ(signer->texts.size(), 1u);
    http::Request other{.url = update().url};
    EXPECT_TRUE(co_await authorizer->authorize(other));
    EXPECT_EQ(signer->texts.size(), 2u) << "another method";
    clock.jump_wall(100ms);
    (void)co_await authorized(*authorizer);
    EXPECT_EQ(signer->texts.size(), 3u) << "the next second";
    clock.jump_wall(-1s);
    (void)co_await authorized(*authorizer);
    EXPECT_EQ(signer->texts.size(), 4u) << "and nothing else is kept";
  });
}

TEST_F(SignatureAuthorizerTest, NoSignatureGoesToAnotherOrigin) {
  auto authorizer = make();
  run([&]() -> task<void> {
    http::Request request{.url = http::parse_url("https://evil.example/alice").value()};
    EXPECT_EQ((co_await authorizer->authorize(request)).error().code, Errc::untrusted);
    EXPECT_EQ(request.headers.get("Authorization"), std::nullopt);
  });
  EXPECT_TRUE(signer->texts.empty());
}

TEST_F(SignatureAuthorizerTest, AFailingAgentIsNamedAndNotRemembered) {
  signer->failure = Error{.code = Errc::credentials, .reaction = Reaction::auth, .message = "the ssh-agent is locked"};
  auto authorizer = make();
  run([&]() -> task<void> {
    EXPECT_EQ((co_await error_of(*authorizer))->message, "the ssh-agent is locked");
    signer->failure.reset();
    EXPECT_FALSE(co_await error_of(*authorizer));
  });
}

TEST_F(SignatureAuthorizerTest, TheAccountIsAskedForOnce) {
  login().act_as = "carol";
  wire.expect("GET", "https://api.example/carol")
      .check([](const http::Request& r) { EXPECT_TRUE(r.headers.get("Authorization")); })
      .answer(200, std::string(R"({"id":")") + account_id + R"(","login":"carol"})",
              {{"Date", "Sat, 21 Nov 2026 21:07:25 GMT"}});
  auto authorizer = make();
  run([&]() -> task<void> {
    for (int i = 0; i < 2; ++i) {
      const auto session = (co_await authorizer->session()).value();
      EXPECT_EQ(session.project_id, account_id);
      EXPECT_EQ(session.project_name, "carol");
      EXPECT_EQ(session.user_name, "alice");
      EXPECT_EQ(to_string(session.endpoint), "https://api.example/");
    }
  });
  EXPECT_EQ(authorizer->clock_offset(), Duration(4s));
  EXPECT_NE(signer->texts.at(0).find("date: Sat, 21 Nov 2026 21:07:21 GMT"), std::string::npos);
}

TEST_F(SignatureAuthorizerTest, AConfiguredIdOrAUuidAsksNobody) {
  login().account_id = account_id;
  auto authorizer = make();
  run([&]() -> task<void> {
    const auto session = (co_await authorizer->session()).value();
    EXPECT_EQ(session.project_id, account_id);
    EXPECT_EQ(session.project_name, "alice");
    login() = HttpSignatureLogin{.account = account_id, .user = "bob", .key_id = "19:a7"};
    const auto by_uuid = make();
    const auto other = (co_await by_uuid->session()).value();
    EXPECT_EQ(other.project_id, account_id);
    EXPECT_EQ(other.user_name, "bob");
  });
  EXPECT_TRUE(wire.requests.empty());
}

TEST_F(SignatureAuthorizerTest, AnAccountThatMayNotBeLookedUpIsToBeConfigured) {
  login().user = "bob";
  wire.expect("GET", "/alice").answer(403, R"({"code":"NotAuthorized","message":"no"})", {{"Request-Id", "r9"}});
  wire.expect("GET", "/alice").answer(404, R"({"code":"ResourceNotFound","message":"alice does not exist"})");
  wire.expect("GET", "/alice").answer(200, "<html>");
  wire.expect("GET", "/alice").answer(200, R"({"id":"alice"})");
  auto authorizer = make();
  run([&]() -> task<void> {
    const auto forbidden = (co_await authorizer->session()).error();
    EXPECT_NE(forbidden.message.find("`account_id`"), std::string::npos) << forbidden.message;
    EXPECT_EQ(forbidden.code, Errc::permission);
    EXPECT_EQ(forbidden.request_id, "r9");
    EXPECT_NE((co_await authorizer->session()).error().message.find("there is no account `alice`"), std::string::npos);
    EXPECT_EQ((co_await authorizer->session()).error().code, Errc::protocol);
    EXPECT_EQ((co_await authorizer->session()).error().code, Errc::protocol);
  });
}

TEST_F(SignatureAuthorizerTest, TheLookUpNamesOurIdWhereTheAnswerHasNone) {
  wire.expect("GET", "/alice").answer(504, "<h1>a proxy's</h1>");
  wire.expect("GET", "/alice").error(Errc::closed, Reaction::transient);
  auto authorizer = make();
  run([&]() -> task<void> {
    for (int i = 0; i < 2; ++i) {
      const auto error = (co_await authorizer->session()).error();
      EXPECT_EQ(error.request_id.size(), 36u);
      EXPECT_EQ(error.request_id, wire.requests.back().headers.get("X-Request-Id"));
    }
  });
}

TEST_F(SignatureAuthorizerTest, TheLookUpReadsRefusalsAsTheProviderDoes) {
  wire.expect("GET", "/alice").answer(400, R"({"code":"InvalidHeader","message":"bad param format"})");
  wire.expect("GET", "/alice").answer(400, R"({"code":"InvalidVersion","message":"~9 is not supported"})");
  auto authorizer = make();
  run([&]() -> task<void> {
    const auto error = (co_await authorizer->session()).error();
    EXPECT_EQ(error.code, Errc::credentials);
    EXPECT_EQ(error.reaction, Reaction::auth);
    EXPECT_EQ((co_await authorizer->session()).error().code, Errc::protocol);
  });
}

TEST_F(SignatureAuthorizerTest, WhatCannotBeSignedKeepsNobodyWaiting) {
  signer->failure = Error{.code = Errc::credentials, .reaction = Reaction::auth, .message = "the ssh-agent is locked"};
  auto authorizer = make();
  bool meanwhile = true;
  signer->on_sign = [&] { meanwhile = authorizer->prepared(); };
  run([&]() -> task<void> {
    EXPECT_TRUE(co_await error_of(*authorizer));
    EXPECT_FALSE(meanwhile) << "an agent may take its time";
    EXPECT_TRUE(authorizer->prepared());
  });
}

TEST_F(SignatureAuthorizerTest, ARefusedKeyIsNotTriedAgain) {
  run([&]() -> task<void> {
    auto authorizer = make();
    const auto sent = co_await authorized(*authorizer);
    const auto answer = refusal();
    const auto error = (co_await authorizer->rejected(sent, answer)).error();
    EXPECT_EQ(error.code, Errc::credentials);
    EXPECT_EQ(error.reaction, Reaction::auth);
    EXPECT_EQ(error.request_id, "r1");
    EXPECT_NE(error.message.find("account `alice` with key 19:a7"), std::string::npos) << error.message;
    EXPECT_NE(error.message.find("Invalid authorization credentials"), std::string::npos);
    EXPECT_EQ((co_await error_of(*authorizer))->code, Errc::credentials);
    EXPECT_EQ(authorizer->counters().refused, 1);
    auto next_process = make();
    EXPECT_EQ((co_await error_of(*next_process))->code, Errc::credentials);
    auto by_hand = make(true);
    EXPECT_FALSE(co_await error_of(*by_hand));
    login().key_id = "20:b8";
    auto other_key = make();
    EXPECT_FALSE(co_await error_of(*other_key));
    clock.advance(6h);
    EXPECT_FALSE(co_await error_of(*authorizer));
  });
}

TEST_F(SignatureAuthorizerTest, UntilAKeyIsProvenOneSignedRequestIsInFlight) {
  auto authorizer = make();
  run([&]() -> task<void> {
    EXPECT_FALSE(authorizer->prepared()) << "the disk may know of a refusal";
    EXPECT_TRUE(co_await authorizer->ready());
    EXPECT_TRUE(authorizer->prepared());
    const auto first = co_await authorized(*authorizer);
    EXPECT_FALSE(authorizer->prepared());
    for (const int unproven : {0, 400, 401, 429, 503}) {
      authorizer->ended(first, unproven);
      EXPECT_TRUE(authorizer->prepared()) << "the next one may try";
      (void)co_await authorized(*authorizer);
      EXPECT_FALSE(authorizer->prepared()) << unproven << " proves nothing";
    }
    authorizer->ended(first, 404);
    (void)co_await authorized(*authorizer);
    EXPECT_TRUE(authorizer->prepared()) << "proven: side by side from now on";
  });
}

TEST_F(SignatureAuthorizerTest, TheLookUpOfTheAccountProvesTheKey) {
  wire.expect("GET", "/alice").error(Errc::closed, Reaction::transient);
  wire.expect("GET", "/alice").answer(200, std::string(R"({"id":")") + account_id + R"("})");
  auto authorizer = make();
  run([&]() -> task<void> {
    EXPECT_FALSE(co_await authorizer->session());
    EXPECT_TRUE(authorizer->prepared()) << "the lost one is over";
    EXPECT_TRUE(co_await authorizer->session());
    (void)co_await authorized(*authorizer);
    EXPECT_TRUE(authorizer->prepared());
  });
}

TEST_F(SignatureAuthorizerTest, ARefusalWithoutAnIdNamesOurs) {
  auto authorizer = make();
  run([&]() -> task<void> {
    const auto sent = co_await authorized(*authorizer);
    const http::Response answer{.status = 401};
    EXPECT_EQ((co_await authorizer->rejected(sent, answer)).error().request_id, sent.headers.get("X-Request-Id"));
  });
}

}  // namespace
}  // namespace retouch::auth
