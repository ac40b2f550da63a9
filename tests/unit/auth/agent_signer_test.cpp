#include <gtest/gtest.h>

#include "fake_agent.hpp"
#include "retouch/auth/signer.hpp"

namespace retouch::auth {
namespace {

struct AgentSigner : testing::Test {
  test::FakeAgent agent;

  static Fingerprints names_of(const test::TestKey& key) { return fingerprints(test::halves(key).blob); }
  Result<Signature> sign(const std::string& key_id, const std::string& algorithm = {}) {
    return make_agent_signer(parse_key_id(key_id), agent.channel(), algorithm)->sign("date: now");
  }
  std::string complaint(const std::string& key_id, const std::string& algorithm = {}) {
    const auto signature = sign(key_id, algorithm);
    return signature ? "signed" : signature.error().message;
  }
};

TEST_F(AgentSigner, SignsWithTheKeyOfTheFingerprint) {
  agent.keys = {test::rsa_key(), test::ed25519_key(), test::ec_key("P-256"), test::ec_key("P-521")};
  const char* labels[] = {"rsa-sha256", "ed25519-sha512", "ecdsa-sha256", "ecdsa-sha512"};
  for (std::size_t i = 0; i < agent.keys.size(); ++i) {
    const auto names = names_of(agent.keys[i]);
    for (const auto& id : {names.md5, names.sha256}) {
      const auto signature = sign(id);
      ASSERT_TRUE(signature) << signature.error().message;
      EXPECT_EQ(signature->algorithm, labels[i]);
      EXPECT_EQ(signature->fingerprint, names.md5) << "the wire knows MD5 alone";
      EXPECT_TRUE(test::verifies(agent.keys[i], labels[i], "date: now", signature->bytes)) << labels[i];
    }
  }
}

// (r, s) are numbers of varying length, with and without a leading zero.
TEST_F(AgentSigner, ManyEcdsaSignaturesSurviveTheirConversion) {
  for (const auto* group : {"P-256", "P-521"}) {
    agent.keys = {test::ec_key(group)};
    const auto signer = make_agent_signer(parse_key_id(names_of(agent.keys[0]).md5), agent.channel());
    for (int i = 0; i < 200; ++i) {
      const auto text = "date: " + std::to_string(i);
      const auto signature = signer->sign(text).value();
      ASSERT_TRUE(test::verifies(agent.keys[0], signature.algorithm, text, signature.bytes)) << group << " " << i;
    }
  }
}

TEST_F(AgentSigner, AsksForSha2AndTakesNoSha1) {
  agent.keys = {test::rsa_key()};
  const auto id = names_of(agent.keys[0]).md5;
  EXPECT_EQ(sign(id, "rsa-sha512").value().algorithm, "rsa-sha512");
  EXPECT_EQ(agent.seen.back().substr(agent.seen.back().size() - 4), std::string("\0\0\0\4", 4));
  EXPECT_EQ(sign(id).value().algorithm, "rsa-sha256");
  EXPECT_EQ(agent.seen.back().substr(agent.seen.back().size() - 4), std::string("\0\0\0\2", 4));
  agent.only_sha1 = true;
  EXPECT_NE(complaint(id).find("SHA-1"), std::string::npos);
}

TEST_F(AgentSigner, TheHashOfACurveIsNoChoice) {
  agent.keys = {test::ec_key("P-384"), test::ec_key("P-256")};
  EXPECT_NE(complaint(names_of(agent.keys[0]).md5).find("SHA-384, which CloudAPI refuses"), std::string::npos);
  EXPECT_NE(complaint(names_of(agent.keys[1]).md5, "ecdsa-sha512").find("cannot be told to use ecdsa-sha512"),
            std::string::npos);
}

TEST_F(AgentSigner, AnotherKeyIsNeverTaken) {
  agent.keys = {test::ed25519_key(), test::ec_key("P-256")};
  const auto wanted = names_of(test::ed25519_key());
  const auto other = names_of(agent.keys[0]);
  EXPECT_EQ(sign(wanted.md5).error().code, Errc::credentials);
  EXPECT_NE(complaint(wanted.md5).find(other.md5), std::string::npos) << complaint(wanted.md5);
  EXPECT_NE(complaint(wanted.sha256).find(other.sha256), std::string::npos);
  EXPECT_NE(complaint("laptop").find("no fingerprint"), std::string::npos) << "a name would fit every key";
  agent.keys.clear();
  EXPECT_NE(complaint(wanted.md5).find("it has none"), std::string::npos);
}

TEST_F(AgentSigner, SaysWhatTheAgentDoesNotDo) {
  agent.keys = {test::ed25519_key()};
  const auto id = names_of(agent.keys[0]).md5;
  agent.refuses = true;
  EXPECT_NE(complaint(id).find("refuses to sign with key " + id), std::string::npos);
  agent.locked = true;
  EXPECT_NE(complaint(id).find("is it locked?"), std::string::npos);
}

TEST_F(AgentSigner, NonsenseFromTheAgentIsNoSignature) {
  agent.keys = {test::ed25519_key()};
  const auto id = names_of(agent.keys[0]).md5;
  const auto signer = make_agent_signer(parse_key_id(id), agent.channel());
  ASSERT_TRUE(signer->sign("x"));
  const auto whole = std::string("\x0e") + test::ssh_text(test::ssh_text("ssh-ed25519") + test::ssh_text("sig"));
  for (std::size_t size = 1; size < whole.size(); ++size) {
    agent.answer_instead = whole.substr(0, size);
    EXPECT_FALSE(signer->sign("x")) << size;
  }
  agent.answer_instead = whole + "x";
  EXPECT_FALSE(signer->sign("x")) << "something behind it";
  agent.answer_instead = "\x0e" + test::ssh_text(test::ssh_text("ssh-unknown") + test::ssh_text("sig"));
  EXPECT_NE(signer->sign("x").error().message.find("`ssh-unknown`"), std::string::npos);
  agent.answer_instead = "\x0c" + test::ssh_number(0xffffffff) + "x";
  EXPECT_NE(complaint(id).find("cut short"), std::string::npos);
}

TEST(MakeSigner, AnAgentThatIsGoneIsAMatterOfCredentials) {
  const auto signer = make_signer({.account = "alice",
                                   .key_id = "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff",
                                   .agent = true,
                                   .agent_socket = "/none/agent.sock"})
                          .value();
  const auto error = signer->sign("x").error();
  EXPECT_EQ(error.code, Errc::credentials);
  EXPECT_EQ(error.reaction, Reaction::auth);
  EXPECT_NE(error.message.find("/none/agent.sock"), std::string::npos);
}

TEST_F(AgentSigner, TheKeyIsLookedUpOnce) {
  agent.keys = {test::ed25519_key()};
  const auto signer = make_agent_signer(parse_key_id(names_of(agent.keys[0]).md5), agent.channel());
  ASSERT_TRUE(signer->sign("x"));
  ASSERT_TRUE(signer->sign("y"));
  EXPECT_EQ(agent.seen.size(), 3u);
}

}  // namespace
}  // namespace retouch::auth
