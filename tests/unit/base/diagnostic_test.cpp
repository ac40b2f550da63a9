#include "retouch/base/diagnostic.hpp"

#include <gtest/gtest.h>

namespace retouch {

TEST(Diagnostic, SaysWhereWhatAndAGuess) {
  const Diagnostic d{Severity::error, {"a.yaml", 3, 5}, "unknown key `atributes`", "did you mean `attributes`?"};
  EXPECT_EQ(to_string(d), "a.yaml:3:5: error: unknown key `atributes` (did you mean `attributes`?)");
}

TEST(Diagnostic, NeverLetsAFileNameSpeakToTheTerminal) {
  const Diagnostic d{Severity::warning, {"a\x1b[2J.yaml", 1, 1}, "odd"};
  EXPECT_EQ(to_string(d).find('\x1b'), std::string::npos);
}

TEST(FileName, IsWhatItSaysWhoeverSharesIt) {
  const FileName one("a.yaml"), shared = one, other("a.yaml"), later("b.yaml");
  EXPECT_EQ(&one.text(), &shared.text());
  EXPECT_NE(&one.text(), &other.text());
  EXPECT_TRUE(one == shared && one == other && one != later && one < later && !(one < other));
}

TEST(FileName, OfNoFileIsEmpty) {
  EXPECT_TRUE(FileName().empty());
  EXPECT_TRUE(FileName("").empty());
  EXPECT_EQ(FileName().text(), "");
  EXPECT_TRUE(FileName() == FileName("") && FileName() < FileName("a"));
}

TEST(Diagnostics, SortsByPlaceAndDropsRepetitions) {
  Diagnostics all;
  all.error({"b.yaml", 1, 1}, "x");
  all.error({"a.yaml", 9, 1}, "y");
  all.error({"a.yaml", 2, 1}, "z");
  all.error({"b.yaml", 1, 1}, "x");
  const auto sorted = all.sorted();
  ASSERT_EQ(sorted.size(), 3u);
  EXPECT_EQ(sorted[0].message, "z");
  EXPECT_EQ(sorted[1].message, "y");
  EXPECT_EQ(sorted[2].message, "x");
}

TEST(Diagnostics, TellsErrorsFromWarningsAndFileFromFile) {
  Diagnostics all;
  all.warning({"a.yaml", 1, 1}, "odd");
  EXPECT_FALSE(all.has_errors());
  all.error({"b.yaml", 1, 1}, "bad");
  EXPECT_TRUE(all.has_errors());
  EXPECT_FALSE(all.has_errors_in("a.yaml"));
  EXPECT_TRUE(all.has_errors_in("b.yaml"));
}

}  // namespace retouch
