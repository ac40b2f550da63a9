#include "../../../src/sources/git_answers.hpp"

#include <gtest/gtest.h>

namespace retouch::sources {
namespace {

using namespace std::string_literals;

constexpr auto id = "1111111111111111111111111111111111111111";

std::string item(const std::string& mode, const std::string& type, const std::string& size, const std::string& path) {
  return mode + " " + type + " " + id + "    " + size + "\t" + path + "\0"s;
}

TEST(GitFailure, IsOneLineOfTheCauseWithoutAdvice) {
  const auto error = git_failure(
      "warning: redirecting\nremote: Counting objects: 3\nfatal: couldn't find remote ref refs/heads/x\n"
      "Please make sure you have the correct access rights\nand the repository exists.\n",
      "fetch https://host/x");
  EXPECT_EQ(error.message, "cannot fetch https://host/x: couldn't find remote ref refs/heads/x");
  EXPECT_EQ(error.code, Errc::invalid_input);
  EXPECT_EQ(error.reaction, Reaction::permanent);
}

TEST(GitFailure, HoldsNoCredentialsAndNoControlCharacters) {
  const auto error =
      git_failure("fatal: unable to access 'https://u:word@host/x@y/': \x1b[31mno\n", "fetch ssh://me@host/x");
  EXPECT_EQ(error.message.find("word"), std::string::npos) << error.message;
  EXPECT_EQ(error.message.find('\x1b'), std::string::npos);
  EXPECT_NE(error.message.find("https://…@host/x@y/"), std::string::npos) << error.message;
}

TEST(GitFailure, WhoseFaultItIsDecidesWhatComesOfIt) {
  EXPECT_EQ(git_failure("Host key verification failed.\n", "x").code, Errc::untrusted);
  const Error revoked =
      git_failure("@    WARNING: REVOKED HOST KEY DETECTED!     @\nHost key verification failed.\n", "x");
  EXPECT_EQ(revoked.code, Errc::untrusted);
  EXPECT_FALSE(revoked.message.contains("ssh-keyscan")) << revoked.message;
  EXPECT_EQ(git_failure("git@host: Permission denied (publickey).\n", "x").reaction, Reaction::auth);
  EXPECT_EQ(git_failure("fatal: could not read Username for 'https://h': terminal prompts disabled\n", "x").reaction,
            Reaction::auth);
  EXPECT_EQ(git_failure("fatal: unable to access 'x': Could not resolve host: h\n", "x").reaction, Reaction::transient);
  EXPECT_EQ(git_failure("", "x").message, "cannot x: git does not say why");
  EXPECT_EQ(git_failure("fatal: early EOF\n", "x").message, "cannot x: early EOF") << "better than nothing";
}

TEST(GitFailure, ARedirectComesWithWhatToDo) {
  const auto error =
      git_failure("fatal: unable to access 'https://h/x/': The requested URL returned error: 301\n", "x");
  EXPECT_TRUE(error.message.contains("Redirects are not followed")) << error.message;
}

TEST(GitFailure, AHostThatIsNotTrustedComesWithWhatToDo) {
  const auto unknown = git_failure(
      "No ED25519 host key is known for [h]:22 and you have requested strict checking.\n"
      "Host key verification failed.\nfatal: Could not read from remote repository.\n",
      "fetch ssh://h/x");
  EXPECT_TRUE(unknown.message.contains("No ED25519 host key is known for [h]:22")) << unknown.message;
  EXPECT_TRUE(unknown.message.contains("ssh-keyscan")) << unknown.message;
  EXPECT_TRUE(unknown.message.contains("/etc/ssh/ssh_known_hosts")) << unknown.message;
  const auto changed = git_failure(
      "@@@@@@@@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n@@@@@@@@@@@\n"
      "IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!\n"
      "Someone could be eavesdropping on you right now (man-in-the-middle attack)!\n"
      "It is also possible that a host key has just been changed.\n"
      "The fingerprint for the ED25519 key sent by the remote host is\nSHA256:abc.\n"
      "Please contact your system administrator.\n"
      "Add correct host key in /h/.ssh/known_hosts to get rid of this message.\n"
      "Offending ED25519 key in /h/.ssh/known_hosts:3\n"
      "Host key for h has changed and you have requested strict checking.\nHost key verification failed.\n",
      "fetch ssh://h/x");
  EXPECT_EQ(changed.code, Errc::untrusted);
  EXPECT_TRUE(changed.message.contains("SHA256:abc.; Offending ED25519 key in /h/.ssh/known_hosts:3"))
      << changed.message;
  EXPECT_TRUE(changed.message.contains("somebody may be in between")) << changed.message;
  EXPECT_FALSE(changed.message.contains("ssh-keyscan")) << "asking the host itself would only bring the new key";
}

TEST(GitTree, OnlyManifestsThatAreFilesAreTaken) {
  const auto listing =
      parse_tree(item("100644", "blob", "3", "b.yaml") + item("100755", "blob", "4", "a/x.yml") +
                     item("120000", "blob", "5", "link.yaml") + item("160000", "commit", "-", "module.yaml") +
                     item("100644", "blob", "6", "README.md") + item("100644", "blob", "6", ".ci/x.yaml") +
                     item("100644", "blob", "6", "a/.x.yaml") + item("120000", "blob", "6", "link.md"),
                 {});
  ASSERT_TRUE(listing);
  ASSERT_EQ(listing->files.size(), 2u);
  EXPECT_EQ(listing->files[0].path, "a/x.yml");
  EXPECT_EQ(listing->files[0].size, 4u);
  EXPECT_EQ(listing->files[1].id, id);
  EXPECT_EQ(listing->links, std::vector<std::string>{"link.yaml"});
}

TEST(GitTree, LimitsHoldBeforeAnythingIsRead) {
  const auto two = item("100644", "blob", "5", "a.yaml") + item("100644", "blob", "5", "b.txt");
  EXPECT_TRUE(parse_tree(two, {.files = 2}));
  EXPECT_EQ(parse_tree(two, {.files = 1}).error().code, Errc::too_large);
  EXPECT_TRUE(parse_tree(two, {.bytes_of_file = 5}));
  EXPECT_EQ(parse_tree(two, {.bytes_of_file = 4}).error().code, Errc::too_large);
  const auto both = two + item("100644", "blob", "5", "c.yaml");
  EXPECT_TRUE(parse_tree(both, {.bytes = 10}));
  EXPECT_EQ(parse_tree(both, {.bytes = 9}).error().code, Errc::too_large);
}

TEST(GitTree, AnythingElseIsAnError) {
  EXPECT_EQ(parse_tree("nonsense", {}).error().code, Errc::protocol);
  EXPECT_EQ(parse_tree(item("100644", "blob", "-", "a.yaml"), {}).error().code, Errc::protocol);
}

TEST(GitBlobs, AreTakenApartByTheirSizes) {
  const std::vector<TreeFile> asked{{"a", id, 3}, {"b", id, 0}, {"c", id, 5}};
  const auto head = std::string(id) + " blob ";
  const auto output = head + "3\na\nb\n" + head + "0\n\n" + head + "5\n12345\n";
  EXPECT_EQ(parse_blobs(output, asked).value(), (std::vector<std::string>{"a\nb", "", "12345"}));
  EXPECT_EQ(parse_blobs(output + "x", asked).error().code, Errc::protocol);
  EXPECT_EQ(parse_blobs(output.substr(0, output.size() - 2), asked).error().code, Errc::protocol);
  EXPECT_EQ(parse_blobs(std::string(id) + " missing\n", {{"a", id, 3}}).error().code, Errc::protocol);
}

TEST(GitTag, ItsNameIsThatOfItsHeaderAlone) {
  EXPECT_EQ(name_of_tag("object x\ntype commit\ntag v1\ntagger t\n\ntag v2\n"), "v1");
  EXPECT_EQ(name_of_tag("object x\n\ntag v2\n"), "");
}

}  // namespace
}  // namespace retouch::sources
