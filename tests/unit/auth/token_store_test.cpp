#include "retouch/auth/token_store.hpp"

#include <gtest/gtest.h>

#include "accounts.hpp"
#include "fake_files.hpp"

namespace retouch::auth {
namespace {

using namespace std::chrono_literals;
using test::password_account;
const Wall noon = *parse_rfc3339("2026-11-21T12:00:00Z");

struct TokenStoreTest : testing::Test {
  test::FakeFiles files;
  SeededRandom random{1};
  TokenStore store{"/cache", files, random};
  Account account = password_account();
  void SetUp() override {
    const auto answer = parse_token_answer(test::token_response("tok-canary", noon, 1h)).value();
    ASSERT_TRUE(store.save(account, answer, noon));
  }
  std::string path() const { return files.writes.at(0); }
  std::string why;
};

TEST_F(TokenStoreTest, KeepsWhatTheNextProcessNeeds) {
  const auto stored = store.load(account, noon + 10min);
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->answer.token.reveal(), "tok-canary");
  EXPECT_EQ(stored->answer.expires_at - stored->answer.date, Duration(1h));
  EXPECT_EQ(stored->age, Duration(10min));
  EXPECT_EQ(stored->answer.project_id, "p1");
  EXPECT_EQ(stored->answer.image_endpoints.at(1).url, "https://glance.example/v2/");
}

TEST_F(TokenStoreTest, TheFileNeverHoldsThePassword) {
  EXPECT_EQ(files.files.at(path()).content.find("pw-canary"), std::string::npos);
  EXPECT_EQ(path().find("imgbot"), std::string::npos);
}

TEST_F(TokenStoreTest, AnExpiredTokenIsNoToken) {
  EXPECT_TRUE(store.load(account, noon + 1h - 1s));
  EXPECT_FALSE(store.load(account, noon + 1h));
}

TEST_F(TokenStoreTest, AClockSetBackMakesItVoid) {
  EXPECT_FALSE(store.load(account, noon - 1s, &why));
  EXPECT_NE(why.find("set back"), std::string::npos);
}

TEST_F(TokenStoreTest, AChangedSecretMakesItVoid) {
  std::get<PasswordLogin>(account.login).password = Secret("another");
  EXPECT_FALSE(store.load(account, noon, &why));
  EXPECT_NE(why.find("another secret"), std::string::npos);
}

TEST_F(TokenStoreTest, EveryPartOfTheAccountIsPartOfTheKey) {
  const auto differs = [&](auto change) {
    auto other = password_account();
    change(other);
    return account_fingerprint(other) != account_fingerprint(account) && !store.load(other, noon);
  };
  EXPECT_TRUE(differs([](Account& a) { a.auth_url = "https://other.example/v3"; }));
  EXPECT_TRUE(differs([](Account& a) { a.project_name = "other"; }));
  EXPECT_TRUE(differs([](Account& a) { a.project_id = "other"; }));
  EXPECT_TRUE(differs([](Account& a) { a.project_domain_name = "other"; }));
  EXPECT_TRUE(differs([](Account& a) { std::get<PasswordLogin>(a.login).username = "other"; }));
  EXPECT_TRUE(differs([](Account& a) { std::get<PasswordLogin>(a.login).user_domain_name = "other"; }));
  EXPECT_TRUE(
      differs([](Account& a) { a.login = ApplicationCredentialLogin{.id = "imgbot", .secret = Secret("pw-canary")}; }));
  EXPECT_TRUE(differs([](Account& a) { a.project_name = "imagesD", a.project_domain_name = "efault"; }));
}

TEST_F(TokenStoreTest, AFileThatOthersCanReadIsNotUsed) {
  files.files.at(path()).info.readable_by_others = true;
  EXPECT_FALSE(store.load(account, noon, &why));
  EXPECT_NE(why.find("not trusted"), std::string::npos);
}

TEST_F(TokenStoreTest, ADamagedOrHugeFileIsNotUsed) {
  const auto good = files.files.at(path()).content;
  for (const auto& bad : {std::string(), std::string("{"), std::string("[]"), std::string(R"({"format":2})"),
                          good.substr(0, good.size() / 2)}) {
    files.files.at(path()).content = bad;
    EXPECT_FALSE(store.load(account, noon, &why)) << bad;
    EXPECT_FALSE(why.empty());
  }
  files.files.at(path()).content = good + std::string(max_token_file, ' ');
  EXPECT_FALSE(store.load(account, noon));
}

TEST_F(TokenStoreTest, ATokenThatIsTooLargeIsNotStored) {
  auto answer = parse_token_answer(test::token_response(std::string(max_token_file, 'x'), noon, 1h)).value();
  EXPECT_EQ(store.save(account, answer, noon).error().code, Errc::too_large);
}

struct RefusalTest : TokenStoreTest {
  void SetUp() override {
    const Error refusal{
        .code = Errc::credentials, .reaction = Reaction::auth, .message = "refused user", .status = 401};
    ASSERT_TRUE(store.remember_refusal(account, refusal, noon));
  }
};

TEST_F(RefusalTest, IsRememberedForSixHours) {
  const auto error = store.remembered_refusal(account, noon + 6h - 1s);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, Errc::credentials);
  EXPECT_EQ(error->status, 401);
  EXPECT_NE(error->message.find("refused user"), std::string::npos);
  EXPECT_NE(error->message.find("2026-11-21T12:00:00Z"), std::string::npos);
  EXPECT_FALSE(store.remembered_refusal(account, noon + 6h));
}

TEST_F(RefusalTest, AClockSetBackForgetsItOnlyWhenItIsFarOff) {
  EXPECT_TRUE(store.remembered_refusal(account, noon - 1h));
  EXPECT_FALSE(store.remembered_refusal(account, noon - 7h));
}

TEST_F(RefusalTest, IsForgottenWithTheSecretItBelongsTo) {
  std::get<PasswordLogin>(account.login).password = Secret("changed");
  EXPECT_FALSE(store.remembered_refusal(account, noon));
}

TEST_F(RefusalTest, StandsForEveryProjectOfTheCredential) {
  auto other = account;
  other.project_name = "other";
  EXPECT_TRUE(store.remembered_refusal(other, noon));
  std::get<PasswordLogin>(other.login).username = "somebody";
  EXPECT_FALSE(store.remembered_refusal(other, noon));
}

TEST_F(RefusalTest, OfOneProjectStandsForThatOneAlone) {
  store.forget_refusal(account, noon);
  ASSERT_TRUE(store.remember_refusal(account, {.message = "no role"}, noon, Reach::project));
  EXPECT_TRUE(store.remembered_refusal(account, noon));
  account.project_name = "other";
  EXPECT_FALSE(store.remembered_refusal(account, noon));
}

TEST_F(RefusalTest, OfAnotherSecretIsNotForgottenBeforeItIsOver) {
  auto corrected = account;
  std::get<PasswordLogin>(corrected.login).password = Secret("corrected");
  store.forget_refusal(corrected, noon);
  EXPECT_TRUE(store.remembered_refusal(account, noon));
  const auto count = files.files.size();
  store.forget_refusal(corrected, noon + 6h);
  EXPECT_EQ(files.files.size(), count - 1);
}

TEST_F(RefusalTest, IsForgottenOnRequest) {
  store.forget_refusal(account, noon);
  EXPECT_FALSE(store.remembered_refusal(account, noon));
}

TEST_F(RefusalTest, HoldsNoSecret) { EXPECT_EQ(files.files.at(path()).content.find("pw-canary"), std::string::npos); }

// What was derived is kept: no other secret and no other salt may get it.
TEST(SecretCheck, IsTheSameForTheSameAndAnotherForWhateverDiffers) {
  const std::string first = secret_check(Secret("secret"), "salt");
  EXPECT_EQ(first, secret_check(Secret("secret"), "salt"));
  EXPECT_NE(first, secret_check(Secret("secre"), "salt"));
  EXPECT_NE(first, secret_check(Secret("secret"), "sal"));
  EXPECT_NE(first, secret_check(Secret("tsecret"), "sal"));
  EXPECT_EQ(first.size(), 64u);
}

}  // namespace
}  // namespace retouch::auth
