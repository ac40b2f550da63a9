#include "retouch/http/url.hpp"

#include <gtest/gtest.h>

namespace retouch::http {
namespace {

Origin origin(std::string_view text) {
  auto url = parse_url(text);
  EXPECT_TRUE(url.has_value()) << text << ": " << (url ? "" : url.error().message);
  return url ? url->origin : Origin{};
}

TEST(Url, IsTakenApartAndPutTogetherAgain) {
  struct Case {
    std::string text, host;
    std::uint16_t port;
    std::string target, again;
  };
  for (const auto& c : {
           Case{"https://ims.eu-de.example", "ims.eu-de.example", 443, "/", "https://ims.eu-de.example/"},
           Case{"HTTPS://IMS.example:443/v2", "ims.example", 443, "/v2", "https://ims.example/v2"},
           Case{"http://h:9292/v2/images?limit=1&x=%2F", "h", 9292, "/v2/images?limit=1&x=%2F",
                "http://h:9292/v2/images?limit=1&x=%2F"},
           Case{"http://[0:0::1]:80/", "::1", 80, "/", "http://[::1]/"},
           Case{"https://[2001:DB8::1]:8443/x", "2001:db8::1", 8443, "/x", "https://[2001:db8::1]:8443/x"},
           Case{"http://h/a%2Fb/../c", "h", 80, "/a%2Fb/../c", "http://h/a%2Fb/../c"},
       }) {
    auto url = parse_url(c.text);
    ASSERT_TRUE(url) << c.text << ": " << url.error().message;
    EXPECT_EQ(url->origin.host, c.host);
    EXPECT_EQ(url->origin.port, c.port);
    EXPECT_EQ(url->target(), c.target);
    EXPECT_EQ(to_string(*url), c.again);
  }
}

TEST(Url, RefusesWhatIsNoCleanHttpUrl) {
  for (std::string text : {"",
                           "h",
                           "//h/x",
                           "ftp://h/",
                           "https:///x",
                           "https://",
                           "https://h:0/",
                           "https://h:65536/",
                           "https://h:x/",
                           "https://u:p@h/",
                           "https://u@h/",
                           "https://h/#f",
                           "https://h/a b",
                           "https://h/\n",
                           "https://h/\x01",
                           " https://h/",
                           "https://h%41/",
                           "https://a,b/",
                           "https://h\xc3\xa4/",
                           "http://127.1/",
                           "http://0x7f.0.0.1/",
                           "http://0x7f000001/",
                           "http://2130706433/",
                           "http://0177.0.0.1/",
                           "http://1.2.3.4.5/",
                           "http://1.2.3.256/",
                           "http://[::1/",
                           "http://[fe80::1%25eth0]/",
                           "http://./"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
  EXPECT_FALSE(parse_url(std::string_view("https://h/\0x", 12)));
  EXPECT_FALSE(parse_url("https://" + std::string(254, 'a') + "/"));
}

TEST(Url, NeverShowsCredentialsOfAUrlInTheRefusal) {
  auto url = parse_url("https://user:hunter2@h/");
  ASSERT_FALSE(url);
  EXPECT_EQ(url.error().message.find("hunter2"), std::string::npos);
}

TEST(Url, KnowsLoopback) {
  for (auto text : {"http://localhost", "http://LOCALHOST.", "http://a.localhost", "http://127.0.0.1",
                    "http://127.9.9.9", "http://[::1]", "http://[::ffff:127.0.0.1]"}) {
    EXPECT_TRUE(is_loopback(origin(text))) << text;
  }
  for (auto text : {"http://localhost.example", "http://128.0.0.1", "http://[::2]", "http://127.0.0.1.example",
                    "http://10.0.0.1.nip.example"}) {
    EXPECT_FALSE(is_loopback(origin(text))) << text;
  }
}

TEST(Url, KnowsLinkLocalAndMetadataAddresses) {
  for (auto text : {"http://169.254.169.254", "http://169.254.0.1", "http://[fe80::1]", "http://[febf::1]",
                    "http://0.0.0.0", "http://[::]", "http://[::ffff:169.254.169.254]",
                    "http://metadata.google.internal.", "http://100.100.100.200", "http://[fd00:ec2::254]"}) {
    EXPECT_TRUE(is_link_local(origin(text))) << text;
  }
  for (auto text : {"http://169.255.0.1", "http://[fec0::1]", "http://metadata.example", "http://10.0.0.1"}) {
    EXPECT_FALSE(is_link_local(origin(text))) << text;
  }
}

TEST(Url, HostHeaderLeavesOutTheDefaultPort) {
  EXPECT_EQ(host_header(origin("https://h")), "h");
  EXPECT_EQ(host_header(origin("https://h:80")), "h:80");
  EXPECT_EQ(host_header(origin("http://[::1]:8080")), "[::1]:8080");
}

TEST(Url, ResolvesReferencesWithinTheOriginOnly) {
  auto base = *parse_url("https://h:9292/v2/images?limit=1");
  EXPECT_EQ(to_string(*resolve_same_origin(base, "/v2/images?marker=x")), "https://h:9292/v2/images?marker=x");
  EXPECT_EQ(to_string(*resolve_same_origin(base, "?marker=x")), "https://h:9292/v2/images?marker=x");
  EXPECT_EQ(to_string(*resolve_same_origin(base, "https://H:9292/x")), "https://h:9292/x");
  EXPECT_EQ(to_string(*resolve_same_origin(base, "//h:9292/x")), "https://h:9292/x");
  for (auto foreign : {"https://h/v2", "http://h:9292/v2", "//evil.example/x", "https://evil.example/"}) {
    auto url = resolve_same_origin(base, foreign);
    ASSERT_FALSE(url) << foreign;
    EXPECT_EQ(url.error().code, Errc::untrusted) << foreign;
  }
  for (auto bad : {"", "images", "../x", "javascript:1", "/a b"}) EXPECT_FALSE(resolve_same_origin(base, bad)) << bad;
}

TEST(Url, AppendsAPathWithExactlyOneSlash) {
  auto bare = *parse_url("https://h");
  auto based = *parse_url("https://h/image/?x=1");
  EXPECT_EQ(to_string(append_path(bare, "v2/images")), "https://h/v2/images");
  EXPECT_EQ(to_string(append_path(bare, "/v2/images?limit=1")), "https://h/v2/images?limit=1");
  EXPECT_EQ(to_string(append_path(based, "/v2")), "https://h/image/v2");
}

}  // namespace
}  // namespace retouch::http
