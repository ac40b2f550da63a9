#include "retouch/sources/last_good.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <sstream>

namespace retouch::sources {
namespace {

using namespace std::chrono_literals;
using Files = std::map<std::string, std::string>;

const Wall day1 = Wall{} + std::chrono::hours(24 * 365 * 50);
const Wall day2 = day1 + 24h;

// A text is a list of names that the file takes; "!" is an error of its own. As in manifests, the second file that
// takes a name is complained of.
std::map<std::string, std::string> complaints(std::span<const core::ManifestFile> files) {
  std::map<std::string, std::string> result;
  std::map<std::string, std::string> taken;
  for (const auto& file : files) {
    std::istringstream words(file.text);
    for (std::string word; words >> word;) {
      if (word == "!")
        result.try_emplace(file.name, file.name + ": broken");
      else if (!taken.emplace(word, file.name).second)
        result.try_emplace(file.name, file.name + ": " + word + " is taken");
    }
  }
  return result;
}

std::vector<core::ManifestFile> manifest_files(const std::string& source, const Files& files) {
  std::vector<core::ManifestFile> result;
  for (const auto& [name, text] : files) result.push_back({source, name, text});
  return result;
}
Renewal renewal(const Files& last, const std::optional<Files>& fresh, std::vector<StaleFile> stale = {}) {
  Renewal result{.last = {.source = "s",
                          .revision = "old",
                          .read_at = day1,
                          .files = manifest_files("s", last),
                          .stale = std::move(stale)}};
  if (fresh) result.fresh = Snapshot{"s", "new", manifest_files("s", *fresh)};
  return result;
}
LastGood one(Renewal source) { return renew({std::move(source)}, complaints, day2).at(0); }
Files in_force(const LastGood& last) {
  Files result;
  for (const auto& file : last.files) result.emplace(file.name, file.text);
  return result;
}

TEST(LastGood, WhatValidatesIsInForce) {
  const auto last = one(renewal({{"a", "x"}}, Files{{"a", "y"}, {"b", "z"}}));
  EXPECT_EQ(in_force(last), (Files{{"a", "y"}, {"b", "z"}}));
  EXPECT_EQ(last.revision, "new");
  EXPECT_EQ(last.read_at, day2);
  EXPECT_TRUE(last.stale.empty());
}

TEST(LastGood, AFileThatDoesNotValidateKeepsItsLastGoodContent) {
  const auto last = one(renewal({{"a", "x"}, {"b", "y"}}, Files{{"a", "x !"}, {"b", "y2"}}));
  EXPECT_EQ(in_force(last), (Files{{"a", "x"}, {"b", "y2"}}));
  EXPECT_EQ(last.stale, (std::vector<StaleFile>{{"a", day2, "a: broken", false}}));
  EXPECT_EQ(last.revision, "new") << "it is what the rest is of";
}

TEST(LastGood, ANewFileThatDoesNotValidateIsLeftOut) {
  const auto last = one(renewal({{"a", "x"}}, Files{{"a", "x"}, {"n", "!"}}));
  EXPECT_EQ(in_force(last), (Files{{"a", "x"}}));
  EXPECT_EQ(last.stale, (std::vector<StaleFile>{{"n", day2, "n: broken", true}}));
}

TEST(LastGood, AFileThatIsGoneIsGone) {
  const auto last = one(renewal({{"a", "x"}, {"b", "y"}}, Files{{"a", "x"}}, {{"b", day1, "b: broken", false}}));
  EXPECT_EQ(in_force(last), (Files{{"a", "x"}}));
  EXPECT_TRUE(last.stale.empty());
}

TEST(LastGood, StaleIsSinceTheFirstTime) {
  const auto last = one(renewal({{"a", "x"}}, Files{{"a", "! !"}}, {{"a", day1, "a: broken otherwise", false}}));
  EXPECT_EQ(last.stale.at(0).since, day1);
  EXPECT_EQ(last.stale.at(0).complaint, "a: broken") << "but the complaint is that of now";
}

TEST(LastGood, WhatIsMendedIsNotStaleAnyMore) {
  EXPECT_TRUE(one(renewal({{"a", "x"}}, Files{{"a", "y"}}, {{"a", day1, "a: broken", false}})).stale.empty());
  EXPECT_TRUE(one(renewal({{"a", "x"}}, Files{{"a", "x"}}, {{"a", day1, "a: broken", false}})).stale.empty());
}

TEST(LastGood, WithoutAFreshSnapshotAllStaysAsItIs) {
  const auto before = renewal({{"a", "x"}}, std::nullopt, {{"n", day1, "n: broken", true}});
  EXPECT_EQ(one(before), before.last);
}

TEST(LastGood, TwoThatTakeTheSameNameAreBothHeldBackOnlyAsFarAsNeeded) {
  // The complaint is of z, which has not changed: n is the cause.
  const auto last = one(renewal({{"z", "x"}, {"b", "y"}}, Files{{"n", "x"}, {"z", "x"}, {"b", "y2"}}));
  EXPECT_EQ(in_force(last), (Files{{"z", "x"}, {"b", "y2"}}));
  ASSERT_EQ(last.stale.size(), 1u);
  EXPECT_EQ(last.stale[0].file, "n");
  EXPECT_TRUE(last.stale[0].left_out);
  EXPECT_EQ(last.stale[0].complaint, "does not go together with the other files: z: x is taken");
}

TEST(LastGood, AnEntryThatMovesToAFileWhileTheOtherIsBrokenStaysWhereItWas) {
  const auto last = one(renewal({{"a", "p"}, {"z", "x"}}, Files{{"a", "p x"}, {"z", "!"}}));
  EXPECT_EQ(in_force(last), (Files{{"a", "p"}, {"z", "x"}}));
  EXPECT_EQ(last.stale.size(), 2u);
}

TEST(LastGood, AnEntryMayMoveBetweenFiles) {
  const auto last = one(renewal({{"a", "p"}, {"z", "x q"}}, Files{{"a", "p x"}, {"z", "q"}}));
  EXPECT_EQ(in_force(last), (Files{{"a", "p x"}, {"z", "q"}}));
  EXPECT_TRUE(last.stale.empty());
}

TEST(LastGood, SourcesAreJudgedTogether) {
  auto first = renewal({{"a", "x"}}, Files{{"a", "x y"}});
  auto second = renewal({{"b", "y"}}, std::nullopt);
  second.last.source = "t";
  const auto result = renew({first, second}, complaints, day2);
  EXPECT_EQ(in_force(result[0]), (Files{{"a", "x"}})) << "y is in force in the other source, which could not be read";
  EXPECT_EQ(in_force(result[1]), (Files{{"b", "y"}}));
  EXPECT_EQ(result[1].revision, "old");
}

TEST(LastGood, WhatWasGoodAndIsNotUnderANewConfigurationIsLeftOut) {
  const auto last = one(renewal({{"a", "!"}, {"b", "y"}}, Files{{"a", "!"}, {"b", "y2"}}));
  EXPECT_EQ(in_force(last), (Files{{"b", "y2"}}));
  EXPECT_TRUE(last.stale.at(0).left_out);
  const auto unread = one(renewal({{"a", "!"}, {"b", "y"}}, std::nullopt));
  EXPECT_EQ(in_force(unread), (Files{{"b", "y"}}));
}

TEST(LastGood, AWholeCommitThatFailsAndRemovesWhatOthersNeedStaysOutAsAWhole) {
  // Without "base" there is an error that no fresh content answers for.
  const Judge judge = [](std::span<const core::ManifestFile> files) {
    const bool base = std::ranges::any_of(files, [](const auto& file) { return file.name == "base"; });
    std::map<std::string, std::string> result;
    for (const auto& file : files) {
      if (!base && file.text == "needs") result.emplace(file.name, "no base");
    }
    return result;
  };
  const auto last =
      renew({renewal({{"base", ""}, {"u", "needs"}}, Files{{"u", "needs"}, {"v", "free"}})}, judge, day2).at(0);
  EXPECT_EQ(in_force(last), (Files{{"base", ""}, {"u", "needs"}, {"v", "free"}}));
  EXPECT_EQ(last.stale.at(0).file, "base");
}

// Whatever is thrown at it: what is in force validates, every file is either as fresh, as before, gone on purpose or
// stale, and the result is the same again.
TEST(LastGood, PropertiesHoldForAnything) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    const auto pick = [&](unsigned n) { return std::uniform_int_distribution<unsigned>(0, n - 1)(random); };
    const auto any_files = [&](bool good) {
      Files files;
      for (char name = 'a'; name < 'h'; ++name) {
        if (pick(3) == 0) continue;
        std::string text(1, static_cast<char>('p' + (good ? name - 'a' : static_cast<int>(pick(9)))));
        if (!good && pick(4) == 0) text += " !";
        files.emplace(std::string(1, name), text);
      }
      return files;
    };
    const Files before = any_files(true);
    const Files fresh = any_files(false);
    const auto last = one(renewal(before, fresh));
    ASSERT_TRUE(complaints(last.files).empty()) << seed;
    const Files now = in_force(last);
    const auto is_stale = [&](const std::string& name) {
      return std::ranges::find(last.stale, name, &StaleFile::file) != last.stale.end();
    };
    for (const auto& [name, text] : fresh) {
      if (now.contains(name) && now.at(name) == text) {
        ASSERT_FALSE(is_stale(name)) << seed << name;
      } else {
        ASSERT_TRUE(is_stale(name)) << seed << name;
        if (now.contains(name)) {
          ASSERT_EQ(now.at(name), before.at(name)) << seed;
        }
      }
    }
    for (const auto& [name, text] : now) ASSERT_TRUE(fresh.contains(name) || is_stale(name)) << seed << name;
    ASSERT_EQ(one(renewal(before, fresh)), last) << seed;
  }
}

// One broken file never changes what the others say.
TEST(LastGood, AFileThatBreaksByItselfTouchesNoOther) {
  for (char broken = 'a'; broken < 'h'; ++broken) {
    Files before, fresh;
    for (char name = 'a'; name < 'h'; ++name) {
      before.emplace(std::string(1, name), std::string("old-") + name);
      fresh.emplace(std::string(1, name), std::string("new-") + name);
    }
    Files expected = fresh;
    fresh[std::string(1, broken)] += " !";
    expected[std::string(1, broken)] = before[std::string(1, broken)];
    EXPECT_EQ(in_force(one(renewal(before, fresh))), expected) << broken;
  }
}

TEST(LastGoodDocument, IsReadAsItWasWritten) {
  LastGood last{.source = "images",
                .origin = "git x",
                .revision = "abc",
                .read_at = day1,
                .files = manifest_files("images", {{"a", "x: \"ü\"\n"}})};
  last.stale = {{"a", day2, "a:1:1: error: no", false}, {"b", day1, "b", true}};
  const auto read = from_document(to_document(last), "images");
  ASSERT_TRUE(read) << describe(read.error());
  EXPECT_EQ(*read, last);
}

TEST(LastGoodDocument, WhatIsNotOursIsRefused) {
  const auto document = to_document({.source = "images", .read_at = day1});
  EXPECT_TRUE(from_document(document, "images"));
  EXPECT_EQ(from_document(document, "other").error().code, Errc::protocol);
  EXPECT_FALSE(from_document(document.substr(0, 20), "images"));
  EXPECT_FALSE(from_document("{}", "images"));
  auto later = document;
  later.replace(later.find("1.0"), 3, "2.0");
  EXPECT_EQ(from_document(later, "images").error().code, Errc::protocol);
}

TEST(LastGoodDocument, AnyNameCanBeWritten) {
  const auto document = to_document({.source = "s", .read_at = day1, .files = {{"s", "a\xff.yaml", "x"}}});
  EXPECT_TRUE(from_document(document, "s"));
}

}  // namespace
}  // namespace retouch::sources
