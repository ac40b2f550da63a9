#include <gtest/gtest.h>

#include "retouch/auth/keystone.hpp"

namespace retouch::auth {
namespace {

using Catalog = std::vector<CatalogEndpoint>;

EndpointRules rules(std::string auth_url = "https://k.example/v3", std::string region = "") {
  return {.region = std::move(region), .auth_url = std::move(auth_url)};
}

std::string chosen(const Catalog& catalog, const EndpointRules& r) {
  auto url = image_endpoint(catalog, r);
  return url ? to_string(*url) : "error: " + url.error().message;
}

TEST(ImageEndpoint, IsTheSameWithAndWithoutTheVersion) {
  for (const auto* url : {"https://g.example", "https://g.example/", "https://g.example/v2", "https://g.example/v2/",
                          "https://g.example/v2.0"}) {
    EXPECT_EQ(chosen({{"public", "eu", "eu", url}}, rules()), "https://g.example/") << url;
  }
  EXPECT_EQ(chosen({{"public", "eu", "eu", "https://g.example/image/v2/"}}, rules()), "https://g.example/image");
}

TEST(ImageEndpoint, IsChosenByInterfaceAndRegion) {
  const Catalog catalog = {{"internal", "eu-de", "", "https://in.example"},
                           {"public", "eu-de", "", "https://de.example"},
                           {"public", "", "eu-nl", "https://nl.example"}};
  EXPECT_EQ(chosen(catalog, rules("https://k.example", "eu-de")), "https://de.example/");
  EXPECT_EQ(chosen(catalog, rules("https://k.example", "eu-nl")), "https://nl.example/");
  auto internal = rules();
  internal.interface = "internalURL";
  EXPECT_EQ(chosen(catalog, internal), "https://in.example/");
  EXPECT_EQ(chosen({{"public", "*", "", "https://all.example"}}, rules("https://k.example", "eu-de")),
            "https://all.example/");
}

TEST(ImageEndpoint, SeveralRegionsNeedAName) {
  const Catalog catalog = {{"public", "eu-de", "", "https://de.example"},
                           {"public", "eu-nl", "", "https://nl.example"}};
  EXPECT_NE(chosen(catalog, rules()).find("set `region` to one of eu-de, eu-nl"), std::string::npos);
}

TEST(ImageEndpoint, NoneSaysWhatThereIs) {
  const auto text = chosen({{"public", "eu-de", "", "https://de.example"}}, rules("https://k.example", "eu-nl"));
  EXPECT_NE(text.find("interface `public` in region `eu-nl`"), std::string::npos) << text;
  EXPECT_NE(text.find("public in eu-de"), std::string::npos) << text;
  EXPECT_NE(chosen({}, rules()).find("lists no service of type image"), std::string::npos);
}

TEST(ImageEndpoint, TheCatalogueIsNotBelievedEverything) {
  struct Case {
    const char *auth_url, *url, *reason;
  };
  const Case cases[] = {
      {"https://k.example/v3", "http://g.example", "is http although"},
      {"https://k.example/v3", "https://user:pw@g.example", "refused"},
      {"https://k.example/v3", "https://169.254.169.254/", "metadata"},
      {"https://k.example/v3", "https://[fe80::1]/", "link-local"},
      {"https://k.example/v3", "https://127.0.0.1:9292", "loopback"},
      {"https://k.example/v3", "https://localhost/", "loopback"},
      {"http://k.example/v3", "http://127.0.0.1:9292", "loopback"},
      {"https://k.example/v3", "ftp://g.example", "refused"},
      {"https://k.example/v3", "", "refused"},
  };
  for (const auto& c : cases) {
    const auto url = image_endpoint({{"public", "eu", "", c.url}}, rules(c.auth_url));
    ASSERT_FALSE(url) << c.url;
    EXPECT_EQ(url.error().code, Errc::untrusted);
    EXPECT_NE(url.error().message.find(c.reason), std::string::npos) << url.error().message;
  }
  EXPECT_EQ(chosen({{"public", "eu", "", "http://127.0.0.1:9292"}}, rules("http://127.0.0.1:5000/v3")),
            "http://127.0.0.1:9292/");
}

TEST(ImageEndpoint, AnOverrideNeedsNoCatalogueButHttps) {
  auto r = rules();
  r.override = "https://mine.example/v2";
  EXPECT_EQ(chosen({}, r), "https://mine.example/");
  r.override = "http://mine.example";
  EXPECT_EQ(image_endpoint({}, r).error().code, Errc::untrusted);
  r.insecure = true;
  EXPECT_EQ(chosen({}, r), "http://mine.example/");
  r.insecure = false;
  r.override = "http://127.0.0.1:9292";
  EXPECT_EQ(chosen({}, r), "http://127.0.0.1:9292/");
}

}  // namespace
}  // namespace retouch::auth
