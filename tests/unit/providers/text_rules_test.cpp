#include "text_rules.hpp"

#include <gtest/gtest.h>

namespace retouch::providers {
namespace {

using namespace std::string_view_literals;

TEST(TextRules, GlanceTakesNoEmojiAndNoNul) {
  EXPECT_TRUE(glance_text(""));
  EXPECT_TRUE(glance_text("Größe 大"));
  EXPECT_FALSE(glance_text("\U0001F600"));
  EXPECT_FALSE(glance_text("a\0b"sv));
}

TEST(TextRules, GlancePropertyNames) {
  for (const auto* good : {"a", "__support_xen", "a/b", "a~b", "trait:CUSTOM x.y", "Größe"}) {
    EXPECT_TRUE(glance_property_name(good)) << good;
  }
  EXPECT_TRUE(glance_property_name(std::string(255, 'a')));
  EXPECT_FALSE(glance_property_name(std::string(256, 'a')));
  for (const auto* bad : {"", " a", "a ", "a\tb", "a\x7f", "\U0001F600", "os_glance", "os_glance_x", "\xff"}) {
    EXPECT_FALSE(glance_property_name(bad)) << bad;
  }
}

TEST(TextRules, ImsImageNames) {
  for (const auto* good : {"Ubuntu 24.04", "a-b_c.d", "\u4e00\u9fff", "a\u4e2d b"})
    EXPECT_TRUE(ims_image_name(good)) << good;
  for (const auto* bad : {" a", "a ", "a/b", "a\nb", "caf\u00e9", "a\u3042", "\xe4\xb8", "a<"}) {
    EXPECT_FALSE(ims_image_name(bad)) << bad;
  }
}

TEST(TextRules, ImsDescriptions) {
  EXPECT_TRUE(ims_description("ims test, with blanks: 1.0"));
  for (const auto* bad : {"a<b", "a>b", "a\rb", "a\nb"}) EXPECT_FALSE(ims_description(bad)) << bad;
}

TEST(TextRules, ImsEnterpriseProjects) {
  EXPECT_TRUE(ims_enterprise_project("0"));
  EXPECT_TRUE(ims_enterprise_project("33ad552d-1149-471c-8190-ff6776174a00"));
  for (const auto* bad :
       {"", "1", "33ad552d", "33ad552d-1149-471c-8190-ff6776174a0g", "33ad552dx1149-471c-8190-ff6776174a00"}) {
    EXPECT_FALSE(ims_enterprise_project(bad)) << bad;
  }
}

TEST(TextRules, ImsExtensionNamesHaveNoCapitals) {
  EXPECT_TRUE(ims_extension_name("os_distro"));
  for (const auto* bad : {"", "Os", "os_Distro", " a", "a\n"}) EXPECT_FALSE(ims_extension_name(bad)) << bad;
  EXPECT_FALSE(ims_extension_name(std::string(256, 'a')));
}

}  // namespace
}  // namespace retouch::providers
