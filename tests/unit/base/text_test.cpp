#include "retouch/base/text.hpp"

#include <gtest/gtest.h>

#include <array>

namespace retouch {

TEST(GlobMatch, KnowsStarsAndQuestionMarks) {
  struct Case {
    std::string_view pattern, text;
    bool matches;
  };
  for (const Case& c : std::initializer_list<Case>{{"otc-*", "otc-de", true},
                                                   {"otc-*", "lab", false},
                                                   {"*", "", true},
                                                   {"a?c", "abc", true},
                                                   {"a?c", "ac", false},
                                                   {"*b*b*", "abcb", true},
                                                   {"", "x", false},
                                                   {"otc-de", "OTC-DE", false}}) {
    EXPECT_EQ(glob_match(c.pattern, c.text), c.matches) << c.pattern << " ~ " << c.text;
  }
}

TEST(GlobMatch, DoesNotExplodeOnManyStars) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  EXPECT_FALSE(glob_match(pattern + "b", std::string(5000, 'a')));
}

TEST(Nearest, FindsSlipsAndLeavesStrangersAlone) {
  static constexpr std::array<std::string_view, 3> known = {"attributes", "select", "clouds"};
  EXPECT_EQ(nearest("atributes", known), "attributes");
  EXPECT_EQ(nearest("slect", known), "select");
  EXPECT_EQ(nearest("cluods", known), "clouds");
  EXPECT_FALSE(nearest("frobnicate", known));
  EXPECT_EQ(did_you_mean("Clouds", known), "did you mean `clouds`?");
}

TEST(PercentCoding, RoundTrips) {
  EXPECT_EQ(percent_encode("a b/c~d%"), "a%20b%2Fc~d%25");
  EXPECT_EQ(percent_decode("a%20b%2fc"), "a b/c");
  EXPECT_FALSE(percent_decode("%2"));
  EXPECT_FALSE(percent_decode("%zz"));
}

TEST(Utf8, RefusesOverlongAndSurrogates) {
  EXPECT_TRUE(is_valid_utf8("ä東😀"));
  EXPECT_FALSE(is_valid_utf8("\xc0\x80"));
  EXPECT_FALSE(is_valid_utf8("\xed\xa0\x80"));
  EXPECT_FALSE(is_valid_utf8("\xf4\x90\x80\x80"));
  EXPECT_FALSE(is_valid_utf8("\xe2\x82"));
  EXPECT_EQ(utf8_length("ä東😀x"), 4u);
}

TEST(SplitAndJoin, AreInverse) {
  const auto parts = split("a,b,,c", ',');
  EXPECT_EQ(parts.size(), 4u);
  EXPECT_EQ(join(parts, ","), "a,b,,c");
}

}  // namespace retouch
