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

TEST(TextRules, TritonNamesAndVersions) {
  for (const auto* good : {"base-64", "a/b c._-", "X"}) EXPECT_TRUE(triton_name(good)) << good;
  for (const auto* bad : {"a+b", "a:b", "caf\u00e9", "a\nb", "a\tb"}) EXPECT_FALSE(triton_name(bad)) << bad;
  for (const auto* good : {"1.0.1", "1+b/c_d-e"}) EXPECT_TRUE(triton_version(good)) << good;
  for (const auto* bad : {"1 0", "1:0", "\u00e9"}) EXPECT_FALSE(triton_version(bad)) << bad;
}

TEST(TextRules, TritonDescriptionsCountUtf16Units) {
  const auto emoji = [](int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += "\U0001F600";
    return out;
  };
  EXPECT_TRUE(triton_description(emoji(5120)));
  EXPECT_FALSE(triton_description(emoji(5120) + "a"));
  EXPECT_TRUE(triton_description("line\nline <b> \u00e9"));
  EXPECT_FALSE(triton_description("a\0b"sv));
}

TEST(TextRules, TritonLinks) {
  for (const auto* good : {"", "http://x", "https://example.com/a?b=c", "HTTPS://x"})
    EXPECT_TRUE(triton_link(good)) << good;
  for (const auto* bad : {"x", "ftp://x", "http:", "http://", "http://a b", "https://a\nb", "javascript:alert(1)"}) {
    EXPECT_FALSE(triton_link(bad)) << bad;
  }
}

TEST(TextRules, TritonAccounts) {
  EXPECT_TRUE(triton_uuid("a11ce000-0000-4000-8000-000000000001"));
  for (const auto* bad : {"", "A11CE000-0000-4000-8000-000000000001", "a11ce000000040008000000000000001", "alice"}) {
    EXPECT_FALSE(triton_uuid(bad)) << bad;
  }
}

}  // namespace
}  // namespace retouch::providers
