#include "cli/roff.hpp"

#include <gtest/gtest.h>

namespace retouch::cli::roff {

TEST(Roff, TextIsNeverARequestOrAnEscape) {
  EXPECT_EQ(text(R"(a\fB --x)"), R"(a\efB \-\-x)");
  EXPECT_EQ(text("30 … ≤ 15 s"), R"(30 \[u2026] \[u2264] 15 s)");
  Page page("x", 1, "about");
  page.paragraph(".SH no\n'tis").example("\n.so /etc/passwd\n");
  const std::string result = page.str();
  EXPECT_NE(result.find("\n\\&.SH no\n\\&'tis\n"), std::string::npos) << result;
  EXPECT_NE(result.find("\n\\&\n\\&.so /etc/passwd\n"), std::string::npos) << result;
}

TEST(Roff, AHeadShowsWhatStandsForSomething) {
  Page page("x", 1, "about");
  page.item("--cloud <GLOB>", "Only clouds.").item("a < b", "c");
  EXPECT_NE(page.str().find(".TP\n\\fB\\-\\-cloud \\fIGLOB\\fB\\fR\nOnly clouds.\n"), std::string::npos) << page.str();
  EXPECT_NE(page.str().find("\\fBa < b\\fR\nc\n"), std::string::npos) << page.str();
}

}  // namespace retouch::cli::roff
