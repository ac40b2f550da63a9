// Where the key comes from, and that it is the right one.
#include "triton_fixture.hpp"

namespace retouch::auth {
namespace {

using ResolveTritonKey = ResolveTriton;

TEST_F(ResolveTritonKey, WhateverNamesTheKeyTheWireGetsItsMd5Fingerprint) {
  const auto names = names_of(a_key());
  for (const auto& id : {names.md5, "MD5:" + names.md5, names.sha256, std::string("laptop")}) {
    literal("key_id", id);
    EXPECT_EQ(login().key_id, names.md5) << id;
  }
}

TEST_F(ResolveTritonKey, AFingerprintOfAnotherKeyIsRefusedAndBothAreNamed) {
  const auto own = names_of(a_key()), other = names_of(test::ed25519_key());
  literal("key_id", other.md5);
  EXPECT_TRUE(complains(other.md5) && complains(own.md5)) << message();
  literal("key_id", other.sha256);
  EXPECT_TRUE(complains(other.sha256) && complains(own.sha256)) << message();
}

TEST_F(ResolveTritonKey, TheAgentIsUsedOnlyWhenAskedFor) {
  variables["SSH_AUTH_SOCK"] = "/run/agent";
  EXPECT_FALSE(login().agent);
  literal("agent", "true");
  literal("key_id", names_of(a_key()).sha256);
  EXPECT_TRUE(complains("not both"));
  request.auth.values.erase("key");
  EXPECT_TRUE(login().agent);
  EXPECT_EQ(login().agent_socket, "/run/agent");
  EXPECT_EQ(login().key_id, names_of(a_key()).sha256) << "the key says more at the first signature";
  literal("key_id", "laptop");
  EXPECT_TRUE(complains("its fingerprint is needed"));
  request.auth.values.erase("key_id");
  EXPECT_TRUE(complains("`key_id` is missing"));
  variables.erase("SSH_AUTH_SOCK");
  EXPECT_TRUE(complains("SSH_AUTH_SOCK is not set"));
}

TEST_F(ResolveTritonKey, AKeyThatCannotBeReadIsAMistakeOfTheConfiguration) {
  files.unreadable = {"/k"};
  EXPECT_TRUE(complains("cannot read /k: Permission denied")) << message();
  EXPECT_EQ(resolve().error().code, Errc::invalid_input);
}

TEST_F(ResolveTritonKey, WithoutAKeyTheFingerprintIsLookedForInDotSsh) {
  request.auth.values.erase("key");
  EXPECT_TRUE(complains("the key is missing"));
  literal("key_id", "laptop");
  EXPECT_TRUE(complains("does not say where the private key is"));
  const auto names = names_of(a_key());
  literal("key_id", names.md5);
  EXPECT_TRUE(complains("no key " + names.md5 + " was found")) << message();
  files.add("/h/.ssh/config", "Host x");
  files.add("/h/.ssh/other", test::pkcs8(test::ed25519_key()));
  EXPECT_TRUE(complains("none of the 1 private keys in /h/.ssh has the fingerprint " + names.md5)) << message();
  files.add("/h/.ssh/key", test::openssh(a_key()));
  EXPECT_EQ(login().key_id, names.md5);
  literal("key_id", names.sha256);
  EXPECT_EQ(login().key_id, names.md5);
  files.files["/h/.ssh/key"].info.writable_by_others = true;
  EXPECT_TRUE(complains("/h/.ssh/key can be written by others"));
  files.files["/h/.ssh/key"].info.writable_by_others = false;
  files.files["/h/.ssh/key"].info.readable_by_others = true;
  EXPECT_TRUE(complains("others can read the private key /h/.ssh/key"));
  files.files["/h/.ssh/key"].info = {.owned_by_user = true};
  EXPECT_TRUE(complains("none of the 1 private keys")) << "a pipe is not opened";
  files.add("/h/.ssh/key", test::openssh(a_key()) + std::string(max_key_file, ' '));
  EXPECT_TRUE(complains("none of the 1 private keys")) << "nor something huge";
}

TEST_F(ResolveTritonKey, TheRightKeyEncryptedIsSaidToBeSo) {
  request.auth.values.erase("key");
  literal("key_id", names_of(a_key()).md5);
  files.add("/h/.ssh/key", test::openssh(a_key(), {.cipher = "aes256-ctr"}));
  EXPECT_TRUE(complains("/h/.ssh/key: the private key is encrypted") && complains("`agent: true`")) << message();
  files.add("/h/.ssh/key", test::pkcs8(a_key(), "pass"));
  EXPECT_TRUE(complains("none of the 0"));
  const auto blob = test::halves(a_key()).blob;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(blob.data());
  files.add("/h/.ssh/key.pub", "ssh-ed25519 " + base64({bytes, blob.size()}) + " a@b\n");
  EXPECT_TRUE(complains("is encrypted")) << message();
}

TEST_F(ResolveTritonKey, AFullDirectoryIsNotSearched) {
  request.auth.values.erase("key");
  literal("key_id", names_of(a_key()).md5);
  for (int i = 0; i < 201; ++i) files.add("/h/.ssh/hosts.d/" + std::to_string(i), "x");
  files.add("/h/.ssh/key", test::openssh(a_key()));
  EXPECT_EQ(message(), "resolved") << "what is in directories below is no key";
  for (int i = 0; i < 201; ++i) files.add("/h/.ssh/" + std::to_string(i), "x");
  EXPECT_TRUE(complains("`key: {file: PATH}`"));
}

TEST_F(ResolveTritonKey, AKeyThatOthersCanReadIsNotUsed) {
  const auto place = [&](const std::string& path) -> os::FileInfo& {
    auto& file = files.add(path, test::openssh(a_key()));
    file.info.readable_by_others = true;
    request.auth.values["key"].text = path;
    return file.info;
  };
  variables["CREDENTIALS_DIRECTORY"] = "/c";
  auto& info = place("/k");
  EXPECT_TRUE(complains("others can read the private key /k") && complains("chmod 600")) << message();
  info.owned_by_user = false;
  EXPECT_EQ(message(), "resolved") << "the owner chose the mode: Kubernetes mounts secrets so";
  for (const auto* path : {"/c/key", "/run/credentials/retouch.service/key", "/run/secrets/key"}) {
    place(path);
    EXPECT_EQ(message(), "resolved") << path;
  }
}

TEST_F(ResolveTritonKey, ThePublicHalfIsCalledThat) {
  for (const auto* text : {"ssh-ed25519 AAAAC3 a@b\n", "ecdsa-sha2-nistp256 AAAA\n"}) {
    files.add("/k", text);
    EXPECT_TRUE(complains("public half") && complains("without `.pub`")) << message();
  }
}

TEST_F(ResolveTritonKey, AShortRsaKeyIsUsedWithANotice) {
  files.add("/k", test::pkcs8(test::rsa_key(1024)));
  const auto resolved = resolve().value();
  ASSERT_EQ(resolved.notices.size(), 1u);
  EXPECT_NE(resolved.notices[0].find("only 1024 bits"), std::string::npos);
  literal("algorithm", "ed25519-sha512");
  EXPECT_TRUE(complains("this key signs with rsa-sha256 or rsa-sha512"));
}

}  // namespace
}  // namespace retouch::auth
