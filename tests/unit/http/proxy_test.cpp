#include "retouch/http/proxy.hpp"

#include <gtest/gtest.h>

#include "certificates.hpp"
#include "client_fixture.hpp"
#include "retouch/base/digest.hpp"

namespace retouch::http {
namespace {

using namespace test;

TEST(Proxy, IsReadInTheFormsPeopleWrite) {
  struct Case {
    std::string text, host;
    std::uint16_t port;
    std::string credentials;
  };
  for (const auto& c :
       {Case{"http://proxy.example:8080", "proxy.example", 8080, ""}, Case{"proxy.example", "proxy.example", 3128, ""},
        Case{"http://proxy.example:80/", "proxy.example", 80, ""},
        Case{"http://u%40d:p%3Aw@Proxy:8080", "proxy", 8080, "u@d:p:w"}, Case{"[::1]:3128", "::1", 3128, ""}}) {
    auto proxy = parse_proxy(c.text);
    ASSERT_TRUE(proxy) << c.text << proxy.error().message;
    EXPECT_EQ(proxy->host, c.host);
    EXPECT_EQ(proxy->port, c.port);
    EXPECT_EQ(proxy->credentials.reveal(), c.credentials);
  }
  for (std::string text :
       {"https://proxy:8080", "socks5://h", "http://h/path", "http://", "http://h:99999", "http://a b"}) {
    EXPECT_FALSE(parse_proxy(text)) << text;
  }
  auto secret = parse_proxy("http://u:hunter2@a b:1");
  EXPECT_EQ(secret.error().message.find("hunter2"), std::string::npos);
}

TEST(Proxy, NoProxyIsReadAsOtherToolsDo) {
  auto proxied = [](std::string no_proxy, std::string url) {
    auto settings = parse_proxy_settings("http://proxy:3128", no_proxy);
    return proxy_for(*settings, parse_url(url)->origin) != nullptr;
  };
  EXPECT_TRUE(proxied("", "https://h.example"));
  EXPECT_FALSE(proxied("", "https://127.0.0.1"));  // never loopback
  EXPECT_FALSE(proxied("", "https://localhost"));
  EXPECT_FALSE(proxied("", "http://h.example"));  // nor plain http
  EXPECT_FALSE(proxied("*", "https://h.example"));
  for (auto word : {"example", ".example", "h.example", " x , H.Example ", "*.example", "h.example:443"}) {
    EXPECT_FALSE(proxied(word, "https://h.example")) << word;
  }
  for (auto word : {"ample", "x.h.example", "h.example:8443", "10.0.0.0/8"}) {
    EXPECT_TRUE(proxied(word, "https://h.example")) << word;
  }
  EXPECT_FALSE(proxied("10.0.0.0/8", "https://10.1.2.3"));
  EXPECT_TRUE(proxied("10.0.0.0/8", "https://11.1.2.3"));
  EXPECT_FALSE(proxied("10.1.2.3", "https://10.1.2.3"));
  EXPECT_FALSE(proxied("fd00::/8,x", "https://[fd12::1]"));
  EXPECT_FALSE(proxied("[fd12::1]:443", "https://[fd12:0::1]"));
  EXPECT_TRUE(proxied("[fd12::1]:8443", "https://[fd12:0::1]"));
  EXPECT_EQ(proxy_for({}, parse_url("https://h")->origin), nullptr);
}

// A proxy that records heads and joins both sides byte by byte; `status` other than 200 refuses.
struct RecordingProxy {
  std::vector<std::string> heads;
  std::uint16_t target = 0;
  std::string answer = "HTTP/1.1 200 Connection established\r\n\r\n";
  async::Gate pumps{};

  task<void> serve(tcp::socket& from) {
    heads.push_back(co_await read_head(from));
    co_await say(from, answer);
    if (answer.find(" 200 ") == std::string::npos) co_return;
    auto executor = co_await asio::this_coro::executor;
    auto near = std::make_shared<tcp::socket>(std::move(from));
    auto far = std::make_shared<tcp::socket>(executor);
    tcp::endpoint endpoint(asio::ip::address_v4::loopback(), target);
    co_await far->async_connect(endpoint, asio::use_awaitable);
    pumps.spawn(executor, [near, far] { return pump(*near, *far); });
    pumps.spawn(executor, [near, far] { return pump(*far, *near); });
  }

  static task<void> pump(tcp::socket& from, tcp::socket& to) {
    char piece[4096];
    for (;;) {
      auto [ec, bytes] = co_await from.async_read_some(asio::buffer(piece), async::use_tuple);
      if (ec) break;
      co_await say(to, std::string(piece, bytes));
    }
    boost::system::error_code ignored;
    to.shutdown(tcp::socket::shutdown_send, ignored);
  }
};

struct Tunnelled {
  Result<Response> result;
  std::vector<std::string> heads;   // what the proxy saw
  std::vector<ServerRequest> seen;  // what the origin saw
};

Tunnelled fetch_through(std::string proxy_answer, std::string certificate_name, std::string credentials) {
  Certificates certificates;
  auto identity = certificates.issue({.names = {certificate_name}});
  Tunnelled out;
  RecordingProxy proxy;
  if (!proxy_answer.empty()) proxy.answer = proxy_answer;
  async::SystemClock clock;
  Handler handler = [&](ServerRequest request) -> task<ServerResponse> {
    out.seen.push_back(request);
    co_return ServerResponse{.body = "from the origin"};
  };
  retouch::test::run([&]() -> task<void> {
    auto executor = co_await asio::this_coro::executor;
    auto server =
        *listen(executor, {.certificate_file = identity.certificate, .key_file = identity.key}, clock, handler);
    proxy.target = server->port();
    RawPeer peer(executor, [&](tcp::socket& socket, int) { return proxy.serve(socket); });
    ClientOptions options{.tls = {.ca_file = certificates.ca_file()}};
    options.proxy = *parse_proxy_settings(credentials + "127.0.0.1:" + std::to_string(peer.port()), "");
    auto transport = client(executor, clock, options);
    auto message = request("GET", "https://ims.example/v2");
    message.headers.add("X-Auth-Token", "the-token");
    out.result = co_await transport->send(message);
    transport.reset();
    co_await peer.close();
    co_await server->close();
    co_await proxy.pumps.close();
  });
  out.heads = proxy.heads;
  return out;
}

TEST(Proxy, TunnelsWithoutTokensAndKeepsItsCredentialsFromTheOrigin) {
  auto out = fetch_through("", "DNS:ims.example", "http://user:pass@");
  ASSERT_TRUE(out.result) << out.result.error().message;
  EXPECT_EQ(out.result->body, "from the origin");
  ASSERT_EQ(out.heads.size(), 1u);
  EXPECT_EQ(
      out.heads[0],
      "CONNECT ims.example:443 HTTP/1.1\r\nHost: ims.example:443\r\nProxy-Authorization: Basic dXNlcjpwYXNz\r\n\r\n");
  ASSERT_EQ(out.seen.size(), 1u);
  EXPECT_EQ(out.seen[0].headers.get("X-Auth-Token"), "the-token");
  EXPECT_EQ(out.seen[0].headers.get("Host"), "ims.example");
  EXPECT_FALSE(out.seen[0].headers.get("Proxy-Authorization"));
}

TEST(Proxy, TheOriginIsVerifiedInsideTheTunnel) {
  auto out = fetch_through("", "DNS:evil.example", "");
  ASSERT_FALSE(out.result);
  EXPECT_EQ(out.result.error().code, Errc::tls);
  EXPECT_TRUE(out.seen.empty());
}

TEST(Proxy, ARefusalIsToldAsItsOwn) {
  auto credentials = fetch_through("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "DNS:ims.example", "");
  EXPECT_NE(credentials.result.error().message.find("wants other credentials"), std::string::npos);
  EXPECT_EQ(credentials.result.error().reaction, Reaction::permanent);
  auto broken = fetch_through("HTTP/1.1 503 Sorry\r\n\r\n", "DNS:ims.example", "");
  EXPECT_EQ(broken.result.error().reaction, Reaction::transient);
  EXPECT_EQ(broken.result.error().code, Errc::connect);
  auto talking = fetch_through("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "DNS:ims.example", "");
  EXPECT_EQ(talking.result.error().code, Errc::protocol);
}

}  // namespace
}  // namespace retouch::http
