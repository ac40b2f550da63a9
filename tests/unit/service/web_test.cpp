#include "retouch/service/web.hpp"

#include <gmock/gmock.h>

#include "page_files.hpp"
#include "run.hpp"

namespace retouch::service {
namespace {

using testing::HasSubstr;

struct Daemon {
  bool alive = true, ready = true;
  Json document = {{"version", "1.2.3"}};

  http::ServerResponse ask(http::ServerRequest request) {
    const auto handler = make_web_handler({.status = [this]() -> task<Json> { co_return document; },
                                           .metrics = [] { return std::string("a_metric 1\n"); },
                                           .alive = [this] { return alive; },
                                           .ready = [this] { return ready; }});
    return retouch::test::run_for<http::ServerResponse>([&] { return handler(request); });
  }
  http::ServerResponse get(const std::string& path, const std::string& host = "localhost:9469") {
    http::ServerRequest request{.method = "GET", .target = path, .path = path};
    request.headers.add("Host", host);
    return ask(request);
  }
  int status_for(const std::string& host) { return get("/healthz", host).status; }
};

std::string header(const http::ServerResponse& response, std::string_view name) {
  return std::string(response.headers.get(name).value_or("absent"));
}

TEST(Web, ServesEachPathAsWhatItIs) {
  Daemon daemon;
  const std::vector<std::pair<std::string, std::string>> types = {
      {"/", "text/html; charset=utf-8"},
      {"/page.js", "text/javascript; charset=utf-8"},
      {"/page.css", "text/css; charset=utf-8"},
      {"/favicon.svg", "image/svg+xml"},
      {"/metrics", "text/plain; version=0.0.4; charset=utf-8"},
      {"/status.json", "application/json"},
      {"/healthz", "text/plain; charset=utf-8"},
      {"/readyz", "text/plain; charset=utf-8"},
  };
  for (const auto& [path, type] : types) {
    const auto response = daemon.get(path);
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_EQ(header(response, "Content-Type"), type) << path;
    EXPECT_FALSE(response.body.empty()) << path;
  }
  EXPECT_EQ(daemon.get("/metrics").body, "a_metric 1\n");
  EXPECT_EQ(daemon.get("/status.json").body, "{\"version\":\"1.2.3\"}\n");
}

TEST(Web, OtherPathsAreNotFound) {
  Daemon daemon;
  for (const char* path : {"/index.html", "/metrics/", "/../etc/passwd", "//", "http://localhost/metrics", ""})
    EXPECT_EQ(daemon.get(path).status, 404) << path;
}

TEST(Web, HealthIsAStatusAndALine) {
  Daemon daemon{.alive = false, .ready = false};
  EXPECT_EQ(daemon.get("/healthz").status, 503);
  EXPECT_EQ(daemon.get("/readyz").status, 503);
  EXPECT_THAT(daemon.get("/healthz").body, HasSubstr("stuck"));
  EXPECT_THAT(daemon.get("/readyz").body, HasSubstr("not ready"));
  daemon.alive = daemon.ready = true;
  EXPECT_EQ(daemon.get("/healthz").body, "alive\n");
  EXPECT_EQ(daemon.get("/readyz").body, "ready\n");
}

TEST(Web, OnlyReadingMethods) {
  Daemon daemon;
  http::ServerRequest request{.method = "POST", .target = "/", .path = "/"};
  request.headers.add("Host", "localhost");
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"}) {
    request.method = method;
    const auto response = daemon.ask(request);
    EXPECT_EQ(response.status, 405) << method;
    EXPECT_EQ(header(response, "Allow"), "GET, HEAD") << method;
  }
  request.method = "HEAD";
  EXPECT_EQ(daemon.ask(request).status, 200);
}

TEST(Web, EveryAnswerForbidsWhatThePageDoesNotNeed) {
  Daemon daemon;
  for (const char* path : {"/", "/status.json", "/metrics", "/nothing"}) {
    const auto response = daemon.get(path);
    EXPECT_EQ(
        header(response, "Content-Security-Policy"),
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'");
    EXPECT_EQ(header(response, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header(response, "Referrer-Policy"), "no-referrer");
    EXPECT_EQ(header(response, "Cache-Control"), std::string(path) == "/" ? "no-cache" : "no-store");
  }
  EXPECT_NE(header(daemon.get("/", "evil.example"), "Content-Security-Policy"), "absent");
}

TEST(Web, AFileThatIsKnownIsNotSentAgain) {
  Daemon daemon;
  const auto etag = header(daemon.get("/page.js"), "ETag");
  http::ServerRequest request{.method = "GET", .target = "/page.js", .path = "/page.js"};
  request.headers.add("Host", "localhost");
  request.headers.add("If-None-Match", "\"other\", W/" + etag);
  const auto known = daemon.ask(request);
  EXPECT_EQ(known.status, 304);
  EXPECT_EQ(header(known, "ETag"), etag);
  EXPECT_TRUE(known.body.empty());
  request.headers.set("If-None-Match", "\"other\"");
  EXPECT_EQ(daemon.ask(request).status, 200);
}

TEST(WebHost, LoopbackNamesAndAddressesAreServed) {
  Daemon daemon;
  for (const char* host : {"localhost", "LOCALHOST:9469", "localhost.:80", "retouch.localhost", "127.0.0.1:9469",
                           "[::1]:9469", "[::1]", "192.0.2.7", "[2001:db8::1]:80"})
    EXPECT_EQ(daemon.status_for(host), 200) << host;
}

TEST(WebHost, AnotherNameIsRefused) {
  Daemon daemon;
  for (const char* host :
       {"evil.example", "localhost.evil.example", "127.0.0.1.nip.example", "evil.example:9469", "localhost:80:80",
        "[::1", "[::1]x", "::1", "1.2.3", "0x7f.1", "localhost@evil.example", "evillocalhost", "."})
    EXPECT_EQ(daemon.status_for(host), 421) << host;
  EXPECT_THAT(daemon.get("/", "evil.example").body, HasSubstr("not served under that name"));
}

TEST(WebHost, ExactlyOneIsNeeded) {
  Daemon daemon;
  http::ServerRequest request{.method = "GET", .target = "/healthz", .path = "/healthz"};
  EXPECT_EQ(daemon.ask(request).status, 400);
  request.headers.add("Host", "localhost");
  EXPECT_EQ(daemon.ask(request).status, 200);
  request.headers.add("host", "evil.example");
  EXPECT_EQ(daemon.ask(request).status, 400);
}

TEST(Web, ForeignTextThatIsNoUtf8IsShownAllTheSame) {
  Daemon daemon{.document = {{"name", "a\xff"}}};
  const auto response = daemon.get("/status.json");
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(Json::accept(response.body));
}

TEST(Web, TheDocumentDoesNotSpeakToTheTerminalOfWhoFetchesIt) {
  Daemon daemon{.document = {{"name", "a\u009b31m\u202e\x1b"}}};
  const auto body = daemon.get("/status.json").body;
  EXPECT_NE(body.find(R"(a\u009b31m\u202e\u001b)"), std::string::npos) << body;
}

TEST(Page, PutsForeignTextOnlyIntoTextNodes) {
  for (const PageFile& file : page_files()) {
    for (const char* forbidden :
         {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "DOMParser", "new Function",
          "srcdoc", "createContextualFragment", "setAttribute('on", "setAttribute(\"on"})
      EXPECT_EQ(file.content.find(forbidden), std::string_view::npos) << file.name << " has " << forbidden;
  }
}

TEST(Page, NeedsNothingFromElsewhere) {
  for (const PageFile& file : page_files()) {
    std::string text(file.content);
    const std::string name_space = "http://www.w3.org/2000/svg";  // a name, never fetched
    for (auto at = text.find(name_space); at != std::string::npos; at = text.find(name_space))
      text.erase(at, name_space.size());
    EXPECT_EQ(text.find("://"), std::string::npos) << file.name;
    EXPECT_EQ(text.find("@import"), std::string::npos) << file.name;
    EXPECT_EQ(text.find("style=\""), std::string::npos) << file.name << ": the policy forbids inline styles";
  }
}

}  // namespace
}  // namespace retouch::service
