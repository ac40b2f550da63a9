#include "../../../src/http/authorities.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "certificates.hpp"
#include "client_fixture.hpp"

namespace retouch::http {
namespace {

using namespace test;

int certificates_in(const AuthoritiesPtr& store) { return sk_X509_OBJECT_num(X509_STORE_get0_objects(store.get())); }

// A file of authorities that a test may replace.
struct AuthoritiesFile {
  Certificates made;
  std::string path = made.ca_file() + ".system";

  AuthoritiesFile() { std::filesystem::copy_file(made.ca_file(), path); }
  // By another one under the same name, as packages and configuration management do it.
  void replace() const {
    std::filesystem::copy_file(made.other_ca_file(), path + ".new");
    std::filesystem::rename(path + ".new", path);
  }
};

TEST(Authorities, AreReadOnceForAllWhoAsk) {
  AuthoritiesFile file;
  Authorities authorities(file.path, "");
  auto first = authorities.get();
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(certificates_in(*first), 1);
  EXPECT_EQ(*authorities.get(), *first);
}

TEST(Authorities, AreReadAnewWhenTheFileWasReplacedAndThoseInUseStay) {
  AuthoritiesFile file;
  Authorities authorities(file.path, "");
  auto before = authorities.get();
  ASSERT_TRUE(before);
  file.replace();
  auto after = authorities.get();
  ASSERT_TRUE(after);
  EXPECT_NE(*after, *before);
  EXPECT_EQ(certificates_in(*before), 1);
}

TEST(Authorities, AFileThatCannotBeReadIsAnErrorEachTimeUnlessThereIsADirectory) {
  Authorities alone("/nonexistent/ca", "");
  for (int n = 0; n < 2; ++n) {
    auto none = alone.get();
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, Errc::io);
    EXPECT_NE(none.error().message.find("cannot read certificate authorities from /nonexistent/ca"), std::string::npos)
        << none.error().message;
  }
  Authorities with_directory("/nonexistent/ca", "/nonexistent");
  ASSERT_TRUE(with_directory.get());
}

TEST(Authorities, OfTheSystemAreTheSameForEveryClientOfTheProcess) {
  EXPECT_EQ(system_authorities("").value(), system_authorities("").value());
  AuthoritiesFile file;
  EXPECT_EQ(system_authorities(file.path).value(), system_authorities(file.path).value());
  EXPECT_NE(system_authorities(file.path).value(), system_authorities("").value());
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
