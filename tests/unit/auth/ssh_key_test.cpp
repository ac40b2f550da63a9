#include "retouch/auth/ssh_key.hpp"

#include "ssh_keys.hpp"

namespace retouch::auth {
namespace {

using test::openssh;
using test::pkcs8;
using test::TestKey;
using test::traditional;

std::string complaint(const std::string& text) {
  const auto key = SshKey::read(Secret(text), "key");
  return key ? "read" : key.error().message;
}

// Read, named and signed with in this format; what was signed verifies with OpenSSL and the right hash.
void expect_usable(const TestKey& key, const std::string& text, const std::string& type) {
  SCOPED_TRACE(type + " in " + text.substr(0, 35));
  const auto read = SshKey::read(Secret(text), "key");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->type(), type);
  EXPECT_EQ(read->public_blob(), test::halves(key).blob);
  for (const auto algorithm : algorithms_of(type)) {
    const auto signature = read->sign("date: now", algorithm).value();
    EXPECT_EQ(signature.algorithm, algorithm);
    EXPECT_EQ(signature.fingerprint, fingerprints(read->public_blob()).md5);
    EXPECT_TRUE(test::verifies(key, signature.algorithm, "date: now", signature.bytes)) << algorithm;
    EXPECT_FALSE(test::verifies(key, signature.algorithm, "date: later", signature.bytes)) << algorithm;
  }
  EXPECT_EQ(read->sign("x").value().algorithm, algorithms_of(type).front()) << "the default";
}

TEST(SshKey, ReadsRsaInEveryFormat) {
  const auto key = test::rsa_key();
  for (const auto& text : {traditional(key), pkcs8(key), openssh(key)}) expect_usable(key, text, "ssh-rsa");
  EXPECT_EQ(SshKey::read(Secret(openssh(key)), "key").value().bits(), 2048);
}

TEST(SshKey, ReadsEveryCurveInEveryFormat) {
  for (const auto& [group, type] : {std::pair("P-256", "ecdsa-sha2-nistp256"),
                                    {"P-384", "ecdsa-sha2-nistp384"},
                                    {"P-521", "ecdsa-sha2-nistp521"}}) {
    const auto key = test::ec_key(group);
    for (const auto& text : {traditional(key), pkcs8(key), openssh(key)}) expect_usable(key, text, type);
  }
}

TEST(SshKey, ReadsEd25519) {
  const auto key = test::ed25519_key();
  for (const auto& text : {pkcs8(key), openssh(key)}) expect_usable(key, text, "ssh-ed25519");
}

TEST(SshKey, NoHashThatServersRefuseIsUsed) {
  EXPECT_EQ(algorithms_of("ecdsa-sha2-nistp256").front(), "ecdsa-sha256");
  EXPECT_EQ(algorithms_of("ecdsa-sha2-nistp384").front(), "ecdsa-sha512");
  EXPECT_EQ(algorithms_of("ssh-rsa").front(), "rsa-sha256");
  EXPECT_TRUE(algorithms_of("ssh-dss").empty());
  const auto key = SshKey::read(Secret(pkcs8(test::ed25519_key())), "key").value();
  EXPECT_EQ(key.sign("x", "rsa-sha256").error().message, "a key of type ssh-ed25519 does not sign with rsa-sha256");
}

TEST(SshKey, AnEncryptedKeyOfAnyFormatPointsToTheAgent) {
  const auto key = test::rsa_key();
  for (const auto& text : {pkcs8(key, "pass"), traditional(key, "pass"), openssh(key, {.cipher = "aes256-ctr"})}) {
    EXPECT_NE(complaint(text).find("encrypted"), std::string::npos) << text.substr(0, 60) << complaint(text);
    EXPECT_NE(complaint(text).find("`agent: true`"), std::string::npos);
    EXPECT_TRUE(is_encrypted_key(Secret(text)));
  }
  EXPECT_FALSE(is_encrypted_key(Secret(pkcs8(key))));
  EXPECT_FALSE(is_encrypted_key(Secret(openssh(key))));
  EXPECT_EQ(public_blob_of_encrypted(Secret(openssh(key, {.cipher = "aes256-ctr"}))), test::halves(key).blob);
}

TEST(SshKey, OtherKindsAreRefused) {
  EXPECT_NE(complaint(pkcs8(test::ec_key("secp256k1"))).find("not supported"), std::string::npos);
  const TestKey x25519{EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519"), &EVP_PKEY_free};
  EXPECT_NE(complaint(pkcs8(x25519)).find("not supported"), std::string::npos);
  const auto dss = std::string("openssh-key-v1\0", 15) + test::ssh_text("none") + test::ssh_text("none") +
                   test::ssh_text("") + test::ssh_number(1) + test::ssh_text(test::ssh_text("ssh-dss")) +
                   test::ssh_text("12345678");
  EXPECT_NE(complaint(test::armour(dss)).find("keys of type `ssh-dss` are not supported"), std::string::npos);
}

// Found by fuzzing: it was taken for a key with an empty public half, which no agent has.
TEST(SshKey, AnEncryptedOneWithoutAPublicHalfIsDamaged) {
  const auto empty = std::string("openssh-key-v1\0", 15) + test::ssh_text("aes256-ctr") + test::ssh_text("none") +
                     test::ssh_text("") + test::ssh_number(1) + test::ssh_text("") + test::ssh_text("12345678");
  EXPECT_NE(complaint(test::armour(empty)).find("does not say of which type"), std::string::npos);
}

TEST(SshKey, ADamagedOrPaddedContainerIsRefused) {
  const auto key = test::ec_key("P-256"), other = test::ec_key("P-256");
  EXPECT_NE(complaint(openssh(key, {.second_check = 7})).find("check numbers differ"), std::string::npos);
  EXPECT_NE(complaint(openssh(key, {.keys = 2})).find("holds 2 keys"), std::string::npos);
  EXPECT_NE(complaint(openssh(key, {.behind = "x"})).find("stands behind it"), std::string::npos);
  EXPECT_NE(complaint(openssh(key, {.padding = "\1\3"})).find("padding"), std::string::npos);
  EXPECT_NE(complaint(openssh(key, {.public_blob = test::halves(other).blob})).find("do not fit together"),
            std::string::npos);
  EXPECT_NE(complaint(openssh(key) + "more").find("stands behind it"), std::string::npos);
  EXPECT_NE(complaint(pkcs8(key) + "more").find("stands behind it"), std::string::npos);
  EXPECT_NE(complaint("hello").find("not a private key"), std::string::npos);
  EXPECT_NE(complaint("").find("not a private key"), std::string::npos);
}

TEST(SshKey, EveryCutOfAContainerIsRefused) {
  for (const auto& key : {test::ed25519_key(), test::ec_key("P-256")}) {
    const auto whole = test::openssh_bytes(key);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      EXPECT_NE(complaint(test::armour(whole.substr(0, size))), "read") << size << " of " << whole.size();
    }
  }
}

TEST(SshKey, AFlippedBitNeverGivesAnotherKeysSignature) {
  const auto key = test::ed25519_key();
  const auto whole = test::openssh_bytes(key);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    auto bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    const auto read = SshKey::read(Secret(test::armour(bytes)), "key");
    if (!read) continue;  // the comment alone may differ
    EXPECT_TRUE(test::verifies(key, "ed25519-sha512", "x", read->sign("x").value().bytes)) << at;
  }
}

TEST(SshKey, TextsLargerThanAnyKeyAreNotLookedAt) {
  EXPECT_NE(complaint(pkcs8(test::ed25519_key()) + std::string(max_key_file, '\n')).find("too large"),
            std::string::npos);
}

// The host key that github.com publishes, with both fingerprints that it publishes.
constexpr auto line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl comment";
constexpr auto md5 = "65:96:2d:fc:e8:d5:a9:11:64:0c:0f:ea:00:6e:5b:bd";
constexpr auto sha256 = "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU";

TEST(Fingerprints, AreThoseOfSshKeygen) {
  const auto own = fingerprints(public_blob_of_line(line));
  EXPECT_EQ(own.md5, md5);
  EXPECT_EQ(own.sha256, sha256);
  for (const auto* other : {"", "ssh-rsa", "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAA", "ssh-rsa !!!!", "words of a text"}) {
    EXPECT_EQ(public_blob_of_line(other), "") << other;
  }
}

TEST(KeyId, MayBeAnyFingerprintOrAName) {
  const auto own = fingerprints(public_blob_of_line(line));
  for (const std::string text :
       {md5, "MD5:65:96:2d:fc:e8:d5:a9:11:64:0c:0f:ea:00:6e:5b:bd",
        "md5:65:96:2D:FC:E8:D5:A9:11:64:0C:0F:EA:00:6E:5B:BD", "65962dfce8d5a911640c0fea006e5bbd"}) {
    EXPECT_EQ(parse_key_id(text).kind, KeyId::Kind::md5) << text;
    EXPECT_TRUE(parse_key_id(text).matches(own)) << text;
  }
  EXPECT_EQ(parse_key_id(sha256).kind, KeyId::Kind::sha256);
  EXPECT_TRUE(parse_key_id(std::string(sha256) + "=").matches(own));
  EXPECT_FALSE(parse_key_id("SHA256:" + std::string(43, 'A')).matches(own));
  EXPECT_FALSE(parse_key_id("65:96:2d:fc:e8:d5:a9:11:64:0c:0f:ea:00:6e:5b:be").matches(own));
  EXPECT_EQ(parse_key_id("65:96:2d:fc").kind, KeyId::Kind::name);
  EXPECT_EQ(parse_key_id("65-96:2d:fc:e8:d5:a9:11:64:0c:0f:ea:00:6e:5b:bd").kind, KeyId::Kind::name);
  EXPECT_EQ(parse_key_id("laptop").text, "laptop");
}

}  // namespace
}  // namespace retouch::auth
