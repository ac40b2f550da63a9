#include "retouch/base/html.hpp"

#include <gtest/gtest.h>

namespace retouch {

TEST(Html, WhatHasAMeaningBecomesAnEntity) {
  EXPECT_EQ(escape_html("<a href=\"x\">&'ü"), "&lt;a href=&quot;x&quot;&gt;&amp;&#x27;ü");
  EXPECT_EQ(escape_html_to_ascii("it's <ü>😀"), "it&#x27;s &lt;&#252;&gt;&#128512;");
  EXPECT_EQ(escape_html_to_ascii("\xff!"), "\xff!") << "no character, nothing to name";
}

TEST(Html, EntitiesBecomeTheirCharacters) {
  EXPECT_EQ(unescape_html("&lt;a href=&quot;x&quot;&gt;&amp;&nbsp;b"), "<a href=\"x\">& b");
  EXPECT_EQ(unescape_html("it&#x27;s it&#39;s &#XfC;&#252;&#8364;&#128512;"), "it's it's üü€😀");
  EXPECT_EQ(unescape_html("&amp;lt;"), "&lt;") << "once, not twice";
}

TEST(Html, WhatIsNoEntityStays) {
  for (const auto* text : {"a & b", "&", "&#", "&#x", "&#;", "&#x;", "&#27", "&lt", "&nosuch;", "&#-5;", "&#x110000;",
                           "&#55296;", "&#0;", "&#99999999999999999999;"}) {
    EXPECT_EQ(unescape_html(text), text);
  }
}

}  // namespace retouch
