#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <boost/asio/ssl.hpp>

#include "certificates.hpp"
#include "client_fixture.hpp"

namespace retouch::http {
namespace {

using namespace test;

Certificates& certificates() {
  static Certificates made;
  return made;
}

Handler hello() {
  return [](ServerRequest) -> task<ServerResponse> { co_return ServerResponse{.body = "hello"}; };
}

// One GET to `host` (which resolves to loopback) from a server with this identity.
Result<Response> fetch(Identity identity, std::string host, TlsOptions tls = {.ca_file = certificates().ca_file()}) {
  Result<Response> result;
  ClientOptions options{.tls = tls};
  options.resolve = [](const std::string&) { return std::vector<std::string>{"127.0.0.1"}; };
  ListenOptions listening{.certificate_file = identity.certificate, .key_file = identity.key};
  with_server(
      listening, hello(),
      [&](Transport& transport, std::uint16_t port) -> task<void> {
        result = co_await transport.send(request("GET", "https://" + host + ":" + std::to_string(port) + "/"));
      },
      options);
  return result;
}

void expect_refused(const Result<Response>& result, std::string_view part) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::tls);
  EXPECT_EQ(result.error().reaction, Reaction::permanent);
  EXPECT_NE(result.error().message.find(part), std::string::npos) << result.error().message;
}

TEST(Tls, TrustsACertificateOfTheGivenAuthorityForTheNameAsked) {
  for (auto [name, host] : {std::pair<std::string, std::string>{"DNS:ims.example", "ims.example"},
                            {"DNS:*.cloud.example", "ims.cloud.example"},
                            {"DNS:ims.example", "ims.example."},
                            {"IP:127.0.0.1", "127.0.0.1"}}) {
    auto result = fetch(certificates().issue({.names = {name}}), host);
    ASSERT_TRUE(result) << name << " " << host << ": " << result.error().message;
    EXPECT_EQ(result->body, "hello");
  }
}

TEST(Tls, RefusesEveryOtherPeerAndSaysWhy) {
  expect_refused(fetch(certificates().issue({.names = {"DNS:ims.example"}}), "evil.example"), "hostname mismatch");
  expect_refused(fetch(certificates().issue({.names = {"DNS:i*.cloud.example"}}), "ims.cloud.example"),
                 "hostname mismatch");
  expect_refused(fetch(certificates().issue({.names = {}, .common_name = "ims.example"}), "ims.example"),
                 "hostname mismatch; use a name that the certificate was issued for (its subjectAltName");
  expect_refused(
      fetch(certificates().issue({.names = {"URI:https://ims.example/"}, .common_name = "ims.example"}), "ims.example"),
      "hostname mismatch");
  expect_refused(fetch(certificates().issue({.names = {"DNS:127.0.0.1"}}), "127.0.0.1"), "IP address mismatch");
  expect_refused(fetch(certificates().issue({.names = {"IP:127.0.0.2"}}), "127.0.0.1"), "IP address mismatch");
  expect_refused(fetch(certificates().issue({.names = {"DNS:h"}, .begins_days = -9, .ends_days = -1}), "h"),
                 "has expired");
  expect_refused(fetch(certificates().issue({.names = {"DNS:h"}, .begins_days = 1}), "h"), "not yet valid");
  expect_refused(fetch(certificates().self_signed({.names = {"DNS:h"}}), "h"),
                 "self-signed certificate; if that is right");
  expect_refused(fetch(certificates().issue({.names = {"DNS:h"}}), "h", {.ca_file = certificates().other_ca_file()}),
                 "local issuer");
  expect_refused(fetch(certificates().issue({.names = {"DNS:h"}}), "h", TlsOptions{}), "local issuer");
}

TEST(Tls, TakesTheSystemsAuthoritiesFromAGivenFile) {
  auto identity = certificates().issue({.names = {"DNS:h"}});
  EXPECT_TRUE(fetch(identity, "h", {.system_ca_file = certificates().ca_file()}));
  expect_refused(
      fetch(identity, "h", {.ca_file = certificates().other_ca_file(), .system_ca_file = certificates().ca_file()}),
      "local issuer");
}

TEST(Tls, CanBeToldNotToVerify) {
  EXPECT_TRUE(fetch(certificates().self_signed({.names = {"DNS:x"}, .begins_days = -9, .ends_days = -1}), "h",
                    {.verify = false}));
}

TEST(Tls, SaysWhichFileItCannotUse) {
  async::SystemClock clock;
  asio::io_context context;
  auto identity = certificates().issue({.names = {"DNS:h"}});
  auto other = certificates().issue({.names = {"DNS:h"}});
  for (const auto& [options, part] : std::vector<std::pair<TlsOptions, std::string>>{
           {{.ca_file = "/nonexistent/ca"}, "/nonexistent/ca"},
           {{.client_certificate = "/nonexistent/c", .client_key = identity.key}, "/nonexistent/c"},
           {{.client_certificate = identity.certificate, .client_key = "/nonexistent/k"}, "/nonexistent/k"},
           {{.client_certificate = identity.certificate, .client_key = other.key}, other.key},
           {{.client_certificate = identity.certificate}, "belong together"}}) {
    auto made = make_transport(context.get_executor(), {.tls = options}, clock, {});
    ASSERT_FALSE(made) << part;
    EXPECT_NE(made.error().message.find(part), std::string::npos) << made.error().message;
  }
}

// A TLS peer of its own making: what our server does not offer.
struct Peculiar {
  std::function<void(asio::ssl::context&)> configure;
  std::string seen_name{};        // SNI
  bool seen_certificate = false;  // of the client
};

Result<Response> fetch_from(Peculiar& peculiar, TlsOptions tls) {
  auto identity = certificates().issue({.names = {"DNS:h"}});
  asio::ssl::context context(asio::ssl::context::tls_server);
  context.use_certificate_chain_file(identity.certificate);
  context.use_private_key_file(identity.key, asio::ssl::context::pem);
  peculiar.configure(context);
  Result<Response> result;
  ClientOptions options{.tls = tls};
  options.resolve = [](const std::string&) { return std::vector<std::string>{"127.0.0.1"}; };
  auto serve = [&](tcp::socket& socket, int) -> task<void> {
    asio::ssl::stream<tcp::socket&> stream(socket, context);
    auto [ec] = co_await stream.async_handshake(asio::ssl::stream_base::server, async::use_tuple);
    if (ec) co_return;
    if (auto* name = SSL_get_servername(stream.native_handle(), TLSEXT_NAMETYPE_host_name)) peculiar.seen_name = name;
    auto* certificate = SSL_get1_peer_certificate(stream.native_handle());
    peculiar.seen_certificate = certificate != nullptr;
    X509_free(certificate);
    char piece[4096];
    co_await stream.async_read_some(asio::buffer(piece), async::use_tuple);
    std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    co_await asio::async_write(stream, asio::buffer(answer), async::use_tuple);
    co_await until_closed(socket);  // never answers a close_notify
  };
  with_peer(
      serve,
      [&](Transport& transport, RawPeer& peer) -> task<void> {
        result = co_await transport.send(request("GET", "https://h:" + std::to_string(peer.port()) + "/"));
      },
      options);
  return result;
}

TEST(Tls, AsksForTheNameAndNeverHangsInShutdown) {
  Peculiar peculiar{.configure = [](asio::ssl::context&) {}};
  ASSERT_TRUE(fetch_from(peculiar, {.ca_file = certificates().ca_file()}));
  EXPECT_EQ(peculiar.seen_name, "h");
}

TEST(Tls, RefusesVersionsBefore12) {
  Peculiar peculiar{.configure = [](asio::ssl::context& context) {
    SSL_CTX_set_security_level(context.native_handle(), 0);
    SSL_CTX_set_cipher_list(context.native_handle(), "ALL:@SECLEVEL=0");
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context.native_handle(), TLS1_1_VERSION);
  }};
  // Even a process whose OpenSSL configuration allows them (the client's own security level stays as it is).
  expect_refused(fetch_from(peculiar, {.ca_file = certificates().ca_file()}), "TLS 1.2 or newer is required");
}

TEST(Tls, ShowsTheClientCertificateWhereOneIsWanted) {
  Peculiar peculiar{.configure = [](asio::ssl::context& context) {
    context.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
    context.load_verify_file(certificates().ca_file());
  }};
  auto identity = certificates().issue({});
  TlsOptions tls{
      .ca_file = certificates().ca_file(), .client_certificate = identity.certificate, .client_key = identity.key};
  ASSERT_TRUE(fetch_from(peculiar, tls));
  EXPECT_TRUE(peculiar.seen_certificate);
  auto without = fetch_from(peculiar, {.ca_file = certificates().ca_file()});
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().code, Errc::tls) << without.error().message;
}

TEST(Tls, SaysWhenThePeerSpeaksPlainHttp) {
  with_server({}, hello(), [](Transport& transport, std::uint16_t port) -> task<void> {
    auto result = co_await transport.send(request("GET", "https://127.0.0.1:" + std::to_string(port) + "/"));
    expect_refused(result, "plain http");
  });
}

TEST(Tls, ABodyThatEndsWithoutAnnouncementIsNoAnswer) {
  auto identity = certificates().issue({.names = {"IP:127.0.0.1"}});
  asio::ssl::context context(asio::ssl::context::tls_server);
  context.use_certificate_chain_file(identity.certificate);
  context.use_private_key_file(identity.key, asio::ssl::context::pem);
  auto serve = [&](tcp::socket& socket, int) -> task<void> {
    asio::ssl::stream<tcp::socket&> stream(socket, context);
    co_await stream.async_handshake(asio::ssl::stream_base::server, async::use_tuple);
    char piece[4096];
    co_await stream.async_read_some(asio::buffer(piece), async::use_tuple);
    std::string answer = "HTTP/1.1 200 OK\r\n\r\n[1,2";
    co_await asio::async_write(stream, asio::buffer(answer), async::use_tuple);
  };
  with_peer(serve,
            [](Transport& transport, RawPeer& peer) -> task<void> {
              auto result =
                  co_await transport.send(request("GET", "https://127.0.0.1:" + std::to_string(peer.port()) + "/"));
              EXPECT_FALSE(result);
            },
            {.tls = {.ca_file = certificates().ca_file()}});
}

}  // namespace
}  // namespace retouch::http
