// The clouds over real loopback sockets.
#include "retouch/sandbox/host.hpp"

#include <sys/stat.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <fstream>
#include <sstream>

#include "retouch/http/url.hpp"
#include "run.hpp"
#include "sandbox_support.hpp"
#include "temporary_directory.hpp"

namespace retouch::sandbox {
namespace {

using asio::ip::tcp;

// Sends one request on a connection of its own and returns everything up to the server's close.
task<std::string> ask(std::string base, std::string head, std::string body = "") {
  const http::Url url = *http::parse_url(base);
  tcp::socket socket(co_await asio::this_coro::executor);
  const tcp::endpoint endpoint(asio::ip::make_address(url.origin.host), url.origin.port);
  auto [failure] = co_await socket.async_connect(endpoint, async::use_tuple);
  if (failure) co_return "";
  const std::string text =
      head + "\r\nHost: x\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  co_await asio::async_write(socket, asio::buffer(text), async::use_tuple);
  std::string answer;
  co_await asio::async_read(socket, asio::dynamic_buffer(answer), async::use_tuple);
  co_return answer;
}

struct HostTest : testing::Test {
  async::SystemClock clock;

  void serve(const std::function<task<void>(Host&, Cloud&)>& body, CloudSeed seed) {
    Host host(clock);
    test::run([&]() -> task<void> {
      const auto executor = co_await asio::this_coro::executor;
      const Result<Cloud*> cloud = host.add(executor, std::move(seed));
      if (cloud) {
        co_await body(host, **cloud);
      } else {
        ADD_FAILURE() << cloud.error().message;
      }
      co_await host.close();
    });
  }
};

TEST_F(HostTest, ServesBothServicesOnTheirOwnPorts) {
  serve(
      [](Host& host, Cloud& cloud) -> task<void> {
        EXPECT_NE(cloud.identity_url(), cloud.image_url());
        const std::string versions = co_await ask(cloud.identity_url(), "GET /v3 HTTP/1.1");
        EXPECT_TRUE(versions.starts_with("HTTP/1.1 200")) << versions;
        const std::string refused = co_await ask(cloud.image_url(), "GET /v2/images HTTP/1.1");
        EXPECT_TRUE(refused.starts_with("HTTP/1.1 401")) << refused;
        EXPECT_NE(refused.find("Www-Authenticate: Keystone uri=\"" + cloud.identity_url()), std::string::npos);
        const std::string control = co_await ask(cloud.image_url(), "GET /_sandbox/stats HTTP/1.1");
        EXPECT_NE(control.find("\"requests\":2"), std::string::npos) << control;
        EXPECT_EQ(host.describe()["clouds"][0]["name"], "lab");
      },
      lab_seed());
}

TEST_F(HostTest, ADroppedRequestGetsNoAnswer) {
  serve(
      [](Host&, Cloud& cloud) -> task<void> {
        cloud.faults().add(*fault_from_json(Json::parse(R"({"kind":"drop"})")));
        const std::string nothing = co_await ask(cloud.image_url(), "GET /v2/images HTTP/1.1");
        EXPECT_EQ(nothing, "");
      },
      lab_seed());
}

TEST_F(HostTest, ClosesWhileARequestHangsOrSleeps) {
  serve(
      [this](Host&, Cloud& cloud) -> task<void> {
        cloud.faults().add(*fault_from_json(Json::parse(R"({"kind":"slow","delay":"1h"})")));
        tcp::socket socket(co_await asio::this_coro::executor);
        const http::Url url = *http::parse_url(cloud.image_url());
        co_await socket.async_connect({asio::ip::make_address(url.origin.host), url.origin.port}, async::use_tuple);
        const std::string text = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
        co_await asio::async_write(socket, asio::buffer(text), async::use_tuple);
        while (cloud.log().all().empty()) co_await clock.sleep_for(std::chrono::milliseconds(1));
      },
      lab_seed());
}

TEST_F(HostTest, AnswersALoginAndAPatch) {
  serve(
      [](Host&, Cloud& cloud) -> task<void> {
        const User& user = cloud.seed().directory.users.front();
        const Json login = {
            {"auth",
             {{"identity",
               {{"methods", {"password"}}, {"password", {{"user", {{"id", user.id}, {"password", "secret"}}}}}}}}}};
        const std::string answer = co_await ask(cloud.identity_url(), "POST /v3/auth/tokens HTTP/1.1", login.dump());
        const std::size_t at = answer.find("X-Subject-Token: ");
        EXPECT_NE(at, std::string::npos) << answer;
        if (at == std::string::npos) co_return;
        const std::string token = answer.substr(at + 17, answer.find('\r', at) - at - 17);
        const std::string id = cloud.seed().images.front().id;
        const std::string head =
            "PATCH /v2/images/" + id + " HTTP/1.1\r\nX-Auth-Token: " + token + "\r\nContent-Type: " + v21;
        const std::string changed = co_await ask(cloud.image_url(), head, R"([{"op":"add","path":"/a","value":"1"}])");
        EXPECT_TRUE(changed.starts_with("HTTP/1.1 200")) << changed;
        EXPECT_EQ(cloud.images().find(id)->text("a"), "1");
      },
      lab_seed());
}

TEST_F(HostTest, WritesAConfigurationWithItsSecretsApart) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.text();
  serve(
      [&](Host& host, Cloud& cloud) -> task<void> {
        const auto written = write_client_config(host, path + "/config", "manifests");
        EXPECT_TRUE(written);
        std::ostringstream text;
        text << std::ifstream(path + "/config/retouch.yaml").rdbuf();
        EXPECT_NE(text.str().find("auth_url: \"" + cloud.identity_url() + "/v3\""), std::string::npos) << text.str();
        EXPECT_NE(text.str().find("password: {file: \"secrets/lab\"}"), std::string::npos);
        EXPECT_EQ(text.str().find("secret\n"), std::string::npos);
        struct stat info{};
        EXPECT_EQ(::stat((path + "/config/secrets/lab").c_str(), &info), 0);
        EXPECT_EQ(info.st_mode & 0777U, 0600U);
        co_return;
      },
      lab_seed());
}

}  // namespace
}  // namespace retouch::sandbox
