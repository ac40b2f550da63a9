#include "retouch/base/printable.hpp"

#include <gtest/gtest.h>

namespace retouch {

TEST(Printable, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(printable("Ubuntu 24.04 — für Köln, 東京"), "Ubuntu 24.04 — für Köln, 東京");
}

TEST(Printable, EscapesWhatWouldSpeakToATerminal) {
  EXPECT_EQ(printable("a\x1b[31mred"), "a\\u{1b}[31mred");
  EXPECT_EQ(printable("two\nlines\t"), "two\\nlines\\t");
  EXPECT_EQ(printable(std::string_view("nul\0", 4)), "nul\\u{0}");
  EXPECT_EQ(printable("\xc2\x9b"), "\\u{9b}") << "the C1 form of ESC [";
}

TEST(Printable, EscapesBidiAndZeroWidth) {
  EXPECT_EQ(printable("abc\u202egpj.exe"), "abc\\u{202e}gpj.exe");
  EXPECT_EQ(printable("pay\u200bpal"), "pay\\u{200b}pal");
  EXPECT_EQ(printable("\ufeffbom"), "\\u{feff}bom");
}

TEST(Printable, ShowsInvalidUtf8AsBytes) {
  EXPECT_EQ(printable("\xff\xc0\xaf"), "\\xff\\xc0\\xaf");
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "a surrogate";
}

TEST(Printable, CutsLongTextsAndSaysSo) {
  EXPECT_EQ(printable(std::string(2000, 'a'), 10), "aaaaaaaaaa…(+1990 bytes)");
}

TEST(MarkdownText, KeepsMarkupMentionsAndTablesFromComingAlive) {
  EXPECT_EQ(markdown_text("<b>|`x`"), "&lt;b&gt;&#124;&#96;x&#96;");
  EXPECT_EQ(markdown_text("@team #1"), "&#64;team &#35;1");
  EXPECT_EQ(markdown_text("[a](http://b)"), "&#91;a&#93;(http&#58;//b)");
  EXPECT_EQ(markdown_text("see WWW.evil.example or a.b"), "see WWW&#46;evil.example or a.b")
      << "autolinked without a scheme";
  EXPECT_EQ(markdown_text("a: b"), "a: b");
}

TEST(HtmlText, EscapesTheFiveCharacters) {
  EXPECT_EQ(html_text("<a href=\"x\">&'"), "&lt;a href=&quot;x&quot;&gt;&amp;&#x27;");
}

}  // namespace retouch
