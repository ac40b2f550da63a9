#include "retouch/http/answer.hpp"

#include <gtest/gtest.h>

namespace retouch::http {
namespace {

using namespace std::chrono_literals;

Response response(int status, std::string body, std::vector<std::pair<std::string, std::string>> headers = {}) {
  Response made{.status = status, .body = std::move(body)};
  for (auto& [name, value] : headers) made.headers.add(name, value);
  return made;
}

TEST(Answer, EveryShapeOfAnErrorGivesOneReadableLine) {
  struct Case {
    int status;
    std::string type, body, message, code, request_id;
  };
  for (
      const auto& c : {
          Case{
              401, "application/json",
              R"({"error":{"code":401,"message":"The request you have made requires authentication.","title":"Unauthorized"}})",
              "The request you have made requires authentication.", "", ""},
          Case{400, "application/json", R"({"error":{"message":"The imagetype is invalid.","code":"IMG.0024"}})",
               "The imagetype is invalid.", "IMG.0024", ""},
          Case{429, "application/json",
               R"({"error_msg":"over ratelimit","error_code":"APIGW.0308","request_id":"0a1b"})", "over ratelimit",
               "APIGW.0308", "0a1b"},
          Case{403, "application/json",
               R"({"error":{"code":403,"message":"inner"},"error_code":"X.1","error_msg":"outer","request_id":"r"})",
               "inner", "X.1", "r"},
          Case{409, "application/json",
               "{\"message\": \"Property nope does not exist.<br /><br />\\n\\n\\n\", \"code\": \"409 Conflict\", "
               "\"title\": "
               "\"Conflict\"}",
               "Property nope does not exist.", "409 Conflict", ""},
          Case{
              422, "application/json",
              R"({"code":"ValidationFailed","message":"invalid image data","errors":[{"field":"homepage","code":"Invalid","message":"invalid URL"},{"field":"eula","code":"Missing"}]})",
              "invalid image data (homepage: invalid URL, eula: Missing)", "ValidationFailed", ""},
          Case{413, "application/json", R"({"overLimit":{"code":413,"message":"This request was rate-limited."}})",
               "This request was rate-limited.", "", ""},
          Case{500, "application/json", "{}", "", "", ""},
          Case{500, "application/json", R"({"message":"connect ECONNREFUSED 10.0.0.1:80"})",
               "connect ECONNREFUSED 10.0.0.1:80", "", ""},
          Case{400, "application/json", R"({"error":{"code":1234,"message":"m"}})", "m", "1234", ""},
          Case{400, "application/json", R"({"error":"invalid_request"})", "invalid_request", "", ""},
          Case{400, "application/json", R"(["a list"])", R"(["a list"])", "", ""},
          Case{409, "text/html; charset=UTF-8",
               "<html>\n <head>\n  <title>409 Conflict</title>\n <style>p{}</style></head>\n <body>\n  <h1>409 "
               "Conflict</h1>\n  Property &lt;x&gt; does not exist.<br /><br />\n </body>\n</html>",
               "409 Conflict Property <x> does not exist.", "", ""},
          Case{404, "text/html; charset=UTF-8",
               "<body>\n  No image &#x27;it&#39;s &#252;&amp;lt;&#x27;<br /><br />\n </body>", "No image 'it's ü&lt;'",
               "", ""},
          Case{502, "text/html", "<html><head><title>502 Bad Gateway</title></head><body></body></html>",
               "502 Bad Gateway", "", ""},
          Case{502, "", "<!DOCTYPE html><script>alert(1)</script><p>no type</p>", "no type", "", ""},
          Case{404, "text/plain", "404 Not Found\n\nThe resource\tcould not be found.\n",
               "404 Not Found The resource could not be found.", "", ""},
          Case{400, "application/json", R"({"message":"size must be < 5 and > 3"})", "size must be < 5 and > 3", "",
               ""},
          Case{500, "", "", "", "", ""},
      }) {
    auto complaint = read_complaint(response(c.status, c.body, {{"Content-Type", c.type}}));
    EXPECT_EQ(complaint.message, c.message) << c.body;
    EXPECT_EQ(complaint.code, c.code) << c.body;
    EXPECT_EQ(complaint.request_id, c.request_id) << c.body;
  }
}

TEST(Answer, TheRequestIdComesFromWhicheverHeaderHasIt) {
  for (auto name : {"X-Openstack-Request-Id", "x-request-id", "Request-Id"}) {
    EXPECT_EQ(read_complaint(response(500, R"({"request_id":"body"})", {{name, "header"}})).request_id, "header")
        << name;
  }
}

TEST(Answer, ItsReactionFollowsStatusAndCode) {
  struct Case {
    int status;
    std::string body;
    Reaction of_read, of_write;
    Errc code;
  };
  for (const auto& c : {
           Case{400, "", Reaction::permanent, Reaction::permanent, Errc::http_status},
           Case{401, "", Reaction::auth, Reaction::auth, Errc::credentials},
           Case{403, "", Reaction::auth, Reaction::auth, Errc::permission},
           Case{404, "", Reaction::permanent, Reaction::permanent, Errc::not_found},
           Case{409, "", Reaction::conflict, Reaction::conflict, Errc::http_status},
           Case{400, R"({"error":{"code":"IMG.0060"}})", Reaction::throttled, Reaction::throttled, Errc::throttled},
           Case{429, "", Reaction::throttled, Reaction::throttled, Errc::throttled},
           Case{408, "", Reaction::transient, Reaction::uncertain, Errc::http_status},
           Case{500, "", Reaction::transient, Reaction::uncertain, Errc::http_status},
           Case{502, "", Reaction::transient, Reaction::uncertain, Errc::http_status},
           Case{503, "", Reaction::transient, Reaction::transient, Errc::http_status},
           Case{504, "", Reaction::transient, Reaction::uncertain, Errc::http_status},
           Case{302, "", Reaction::permanent, Reaction::permanent, Errc::http_status},
       }) {
    Request read{.method = "GET", .url = *parse_url("https://h/v2/images?limit=1")};
    Request write{.method = "PATCH", .url = *parse_url("https://h/v2/images/1"), .repeatable = false};
    auto of_read = to_error(read, response(c.status, c.body), {});
    EXPECT_EQ(of_read.reaction, c.of_read) << c.status;
    EXPECT_EQ(of_read.code, c.code) << c.status;
    EXPECT_EQ(of_read.status, c.status);
    EXPECT_EQ(of_read.where, "GET /v2/images?limit=1");
    EXPECT_FALSE(of_read.message.empty());
    EXPECT_EQ(to_error(write, response(c.status, c.body), {}).reaction, c.of_write) << c.status;
  }
}

TEST(Answer, AFamilysOwnCodesComeBeforeTheStatus) {
  const CodeMeaning meanings[] = {{"IMG.0144", Errc::permission, Reaction::permanent}};
  Request read{.url = *parse_url("https://h/")};
  auto error = to_error(read, response(500, R"({"error":{"code":"IMG.0144","message":"m"}})"), {}, meanings);
  EXPECT_EQ(error.code, Errc::permission);
  EXPECT_EQ(error.reaction, Reaction::permanent);
  EXPECT_EQ(error.cloud_code, "IMG.0144");
}

TEST(Answer, CarriesHowLongToWaitAndWhereItWasRedirected) {
  Request read{.url = *parse_url("https://h/")};
  EXPECT_EQ(to_error(read, response(429, "", {{"Retry-After", "7"}}), {}).retry_after, 7s);
  EXPECT_EQ(to_error(read, response(500, "", {{"Retry-After", "7"}}), {}).retry_after, 7s);
  EXPECT_FALSE(to_error(read, response(404, "", {{"Retry-After", "7"}}), {}).retry_after);
  auto moved = to_error(read, response(301, "<html>moved</html>", {{"Location", "https://other.example/"}}), {});
  EXPECT_NE(moved.message.find("https://other.example/"), std::string::npos);
}

TEST(Answer, AHugeBodyBecomesAShortMessage) {
  EXPECT_LE(read_complaint(response(400, std::string(1 << 20, 'x'))).message.size(), 4096u);
}

// Each opened tag was looked for an end through all of the rest, seconds of CPU for one answer. (This would only take
// longer then; what holds it to its time is the fuzz target error_body.)
TEST(Answer, MarkupThatNeverEndsIsReadInOnePass) {
  std::string opened;
  while (opened.size() < 1'000'000) opened += "<a ";
  EXPECT_LE(read_complaint(response(400, R"({"message":")" + opened + R"("})")).message.size(), 4096u);
  EXPECT_LE(read_complaint(response(400, '"' + opened + '"')).message.size(), 4096u);
}

}  // namespace
}  // namespace retouch::http
