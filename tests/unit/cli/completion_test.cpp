// What the scripts do in real shells is tested by tests/host.
#include <gtest/gtest.h>

#include "verb_fixture.hpp"

namespace retouch::cli::test {

using CompletionVerb = VerbTest;

TEST_F(CompletionVerb, NamesEveryVerbOfTheHelpInEveryShell) {
  const std::string help = parse_arguments({"--help"}).text;
  std::istringstream lines(help.substr(help.find("Subcommands:") + 13));
  std::vector<std::string> verbs;
  for (std::string word, line; std::getline(lines, line);) {
    if (line.starts_with("  ") && line.size() > 2 && line[2] != ' ')
      verbs.push_back(line.substr(2, line.find(' ', 2) - 2));
  }
  ASSERT_GE(verbs.size(), 14U) << help;
  for (const char* shell : {"bash", "zsh", "fish"}) {
    ASSERT_EQ(verb({"completion", shell}), 0);
    for (const std::string& name : verbs) EXPECT_TRUE(has(out(), name)) << shell << " " << name;
    EXPECT_FALSE(has(out(), "manual ")) << shell << ": hidden verbs stay hidden";
  }
}

TEST_F(CompletionVerb, KnowsTheWordsOfAnOption) {
  ASSERT_EQ(verb({"completion", "bash"}), 0);
  EXPECT_TRUE(has(out(), "\"plan --output\") _retouch_words \"json markdown text\""));
  EXPECT_TRUE(has(out(), "\"apply --output\") _retouch_words \"json text\""));
  EXPECT_TRUE(has(out(), "\"apply --force\") _retouch_words \"changed_percent"));
  EXPECT_TRUE(has(out(), "schema) case"));
  EXPECT_TRUE(has(out(), "_retouch_words \"config manifest\"") || has(out(), "_retouch_words \"manifest config\""));
}

TEST_F(CompletionVerb, RefusesAnUnknownShell) { EXPECT_EQ(verb({"completion", "tcsh"}), 1); }

using ManualVerb = VerbTest;

TEST_F(ManualVerb, OfTheCommandHasEveryVerbAndOption) {
  ASSERT_EQ(verb({"manual", "retouch.1"}), 0);
  EXPECT_TRUE(has(out(), ".TH retouch 1"));
  EXPECT_TRUE(has(out(), ".SS \"retouch apply [options] [PLANFILE]\"")) << out();
  EXPECT_TRUE(has(out(), "\\fB\\-\\-wait\\-lock \\fIDURATION\\fB\\fR")) << out();
  EXPECT_TRUE(has(out(), "One of: "));
  EXPECT_FALSE(has(out(), "manual")) << "hidden";
}

TEST_F(ManualVerb, OfTheConfigurationHasItsKeysWithTheirKinds) {
  ASSERT_EQ(verb({"manual", "retouch.yaml.5"}), 0);
  EXPECT_TRUE(has(out(), "\\fBclouds.\\fINAME\\fB.limits.requests\\fR\nsum of all requests to the account; rate"));
  EXPECT_TRUE(has(out(), "\\fBsources[].git.url\\fR\nhttps, ssh or file; text; required."));
  EXPECT_TRUE(has(out(), "auth.password\\fR\nwith password; secret:"));
  EXPECT_TRUE(has(out(), "policy.guards.failures.percent"));
}

TEST_F(ManualVerb, OfManifestsIsThere) {
  ASSERT_EQ(verb({"manual", "retouch-manifest.5"}), 0);
  EXPECT_TRUE(has(out(), "apiVersion: retouch/v1"));
  EXPECT_EQ(verb({"manual", "bash.1"}), 1);
}

}  // namespace retouch::cli::test
