#include "../../../src/http/authorities.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "../../../src/http/tls.hpp"
#include "certificates.hpp"
#include "client_fixture.hpp"

namespace retouch::http {
namespace {

using namespace test;

// A file of authorities that a test may replace.
struct ReplacedFile {
  Certificates made;
  std::string path = made.ca_file() + ".system";

  ReplacedFile() { std::filesystem::copy_file(made.ca_file(), path); }
  // By another one under the same name, as packages and configuration management do it.
  void become(const std::string& file) const {
    std::filesystem::copy_file(file, path + ".new");
    std::filesystem::rename(path + ".new", path);
  }
};

// The only certificate that a store trusts; nullptr: it trusts none or many.
X509* only_one(X509_STORE* store) {
  auto* objects = X509_STORE_get0_objects(store);
  return sk_X509_OBJECT_num(objects) == 1 ? X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, 0)) : nullptr;
}

// A store that trusts what is in the file now.
class Store {
 public:
  explicit Store(AuthoritiesFile& file) : added(file.add_to(store_.get())) {}
  X509* certificate() const { return only_one(store_.get()); }

 private:
  std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store_{X509_STORE_new(), X509_STORE_free};

 public:
  Result<void> added;
};

TEST(Authorities, AreParsedOnceForAllWhoAsk) {
  ReplacedFile file;
  AuthoritiesFile authorities(file.path);
  Store first(authorities), second(authorities);
  ASSERT_TRUE(first.added) << first.added.error().message;
  ASSERT_NE(first.certificate(), nullptr);
  EXPECT_EQ(first.certificate(), second.certificate());
}

TEST(Authorities, AreParsedAnewWhenTheFileWasReplaced) {
  ReplacedFile file;
  AuthoritiesFile authorities(file.path), others(file.made.other_ca_file());
  Store before(authorities), other(others);
  file.become(file.made.other_ca_file());
  Store after(authorities);
  ASSERT_NE(after.certificate(), nullptr);
  EXPECT_NE(X509_cmp(after.certificate(), before.certificate()), 0);
  EXPECT_EQ(X509_cmp(after.certificate(), other.certificate()), 0);
}

TEST(Authorities, AFileThatCannotBeReadIsAnErrorWithItsReasonUntilItCan) {
  ReplacedFile file;
  AuthoritiesFile authorities(file.path);
  std::filesystem::remove(file.path);
  for (int n = 0; n < 2; ++n) {
    Store none(authorities);
    ASSERT_FALSE(none.added);
    EXPECT_EQ(none.added.error().code, Errc::io);
    EXPECT_EQ(none.added.error().message,
              "cannot read certificate authorities from " + file.path + ": No such file or directory");
  }
  file.become(file.made.ca_file());
  EXPECT_TRUE(Store(authorities).added);
  // And what had been read does not stay when what came after it is broken.
  std::ofstream(file.path) << "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
  Store broken(authorities);
  ASSERT_FALSE(broken.added);
  EXPECT_EQ(broken.certificate(), nullptr);
  EXPECT_NE(broken.added.error().message.find("bad base64 decode"), std::string::npos) << broken.added.error().message;
}

// A store keeps what OpenSSL found in a directory of authorities: it must not outlive the client.
TEST(Authorities, OfTheSystemAreTheSameForEveryClientButWhatItTrustsIsItsOwn) {
  Certificates made;
  const TlsOptions options{.system_ca_file = made.ca_file()};
  auto one = make_client_context(options), another = make_client_context(options);
  ASSERT_TRUE(one && another);
  auto* certificate = only_one(SSL_CTX_get_cert_store(one->native_handle()));
  ASSERT_NE(certificate, nullptr);
  EXPECT_EQ(certificate, only_one(SSL_CTX_get_cert_store(another->native_handle())));
  EXPECT_NE(SSL_CTX_get_cert_store(one->native_handle()), SSL_CTX_get_cert_store(another->native_handle()));
}

TEST(Authorities, OfTheSystemAreNotLookedForBeforeTlsIsWanted) {
  ClientOptions options{.tls = {.system_ca_file = "/nonexistent/ca"}};
  with_server(
      {}, [](ServerRequest) -> task<ServerResponse> { co_return ServerResponse{.body = "hello"}; },
      [](Transport& transport, std::uint16_t port) -> task<void> {
        auto plain = co_await transport.send(request("GET", "http://127.0.0.1:" + std::to_string(port) + "/"));
        EXPECT_TRUE(plain);
        for (int n = 0; n < 2; ++n) {
          auto tls = co_await transport.send(request("GET", "https://127.0.0.1:" + std::to_string(port) + "/"));
          EXPECT_FALSE(tls);
          if (tls) co_return;
          EXPECT_EQ(tls.error().code, Errc::io);
          EXPECT_NE(tls.error().message.find("/nonexistent/ca"), std::string::npos) << tls.error().message;
        }
      },
      options);
}

}  // namespace
}  // namespace retouch::http
