// Who may ask what over the control socket, and how mistakes are answered.
#include "retouch/service/control_handler.hpp"

#include <gtest/gtest.h>

#include "manual_clock.hpp"
#include "run.hpp"

namespace retouch::service {
namespace {

using namespace std::chrono_literals;
using What = state::Suspended::What;

// Writes down what it was asked.
class Asked final : public Controls {
 public:
  std::vector<std::string> calls;
  std::optional<ReconcileAsk> reconciled;
  std::optional<state::Suspended> suspended;
  std::optional<Error> fails;

  task<Json> status() override {
    calls.emplace_back("status");
    co_return Json{{"version", "1"}};
  }
  task<Result<Json>> reconcile(ReconcileAsk ask) override {
    reconciled = ask;
    return answer("reconcile");
  }
  task<Result<Json>> suspend(state::Suspended what) override {
    suspended = what;
    return answer("suspend");
  }
  task<Result<Json>> resume(ReleaseAsk what) override {
    return answer("resume " + std::string(what.what == What::cloud ? "cloud " : "entry ") + what.name);
  }
  task<Result<Json>> reload() override { return answer("reload"); }

 private:
  task<Result<Json>> answer(std::string call) {
    calls.push_back(std::move(call));
    if (fails) co_return fail(*fails);
    co_return Json{{"exit_code", 0}};
  }
};

class ControlHandlerTest : public ::testing::Test {
 protected:
  http::ServerResponse ask(const std::string& method, const std::string& path, const std::string& body = "",
                           std::optional<std::uint32_t> uid = 0) {
    http::ServerRequest request{.method = method, .target = path, .path = path, .body = body};
    if (uid) request.peer = http::Peer{.uid = *uid, .gid = *uid};
    const http::Handler handler = make_control_handler({.controls = controls,
                                                        .clock = clock,
                                                        .rules = [this]() -> const AccessRules& { return rules; },
                                                        .name_of = [](const http::Peer&) { return "ann"; }});
    return retouch::test::run_for<http::ServerResponse>([&] { return handler(request); }, &clock);
  }
  std::string why(const http::ServerResponse& response) {
    return Json::parse(response.body).at("error").at("message").get<std::string>();
  }

  retouch::test::ManualClock clock{Wall{} + std::chrono::seconds(1795262400)};
  AccessRules rules{.own_user = 977, .reader_users = {1001}, .operator_users = {1002}};
  Asked controls;
};

TEST_F(ControlHandlerTest, ReadersMayLookOperatorsMayActAndStrangersMayNothing) {
  struct Case {
    std::optional<std::uint32_t> uid;
    int look, act;
  };
  for (const Case& one : {Case{0, 200, 200},
                          {977, 200, 200},
                          {1002, 200, 200},
                          {1001, 200, 403},
                          {1003, 403, 403},
                          {std::nullopt, 403, 403}}) {
    EXPECT_EQ(ask("GET", "/v1/status", "", one.uid).status, one.look) << one.uid.value_or(9999);
    for (const char* path : {"/v1/reconcile", "/v1/reload"})
      EXPECT_EQ(ask("POST", path, "", one.uid).status, one.act) << path << one.uid.value_or(9999);
  }
  EXPECT_EQ(ask("POST", "/v1/suspend", R"({"cloud": "lab"})", 1001).status, 403);
  EXPECT_EQ(ask("POST", "/v1/resume", R"({"cloud": "lab"})", 1001).status, 403);
  EXPECT_FALSE(controls.suspended);
}

TEST_F(ControlHandlerTest, TheWrongMethodIsToldTheRightOne) {
  const auto posted = ask("POST", "/v1/status");
  EXPECT_EQ(posted.status, 405);
  EXPECT_EQ(posted.headers.get("Allow"), "GET");
  const auto got = ask("GET", "/v1/reload");
  EXPECT_EQ(got.status, 405);
  EXPECT_EQ(got.headers.get("Allow"), "POST");
  EXPECT_TRUE(controls.calls.empty());
}

TEST_F(ControlHandlerTest, WhatIsNotThereIsNamed) {
  const auto answer = ask("GET", "/v1/stats");
  EXPECT_EQ(answer.status, 404);
  EXPECT_NE(why(answer).find("/v1/stats"), std::string::npos);
}

TEST_F(ControlHandlerTest, ARequestIsPassedOnWithAllItsMembers) {
  EXPECT_EQ(
      ask("POST", "/v1/reconcile", R"({"cloud": "lab", "revision": "ab", "accept": "sha256:1", "wait": true})").status,
      200);
  ASSERT_TRUE(controls.reconciled);
  EXPECT_EQ(controls.reconciled->cloud, "lab");
  EXPECT_EQ(controls.reconciled->revision, "ab");
  EXPECT_EQ(controls.reconciled->accept, "sha256:1");
  EXPECT_TRUE(controls.reconciled->wait);
  EXPECT_EQ(ask("POST", "/v1/reconcile", " ").status, 200) << "an empty body asks for all";
  EXPECT_EQ(controls.reconciled->cloud, "");
  EXPECT_EQ(ask("POST", "/v1/suspend", R"({"entry": "e", "until": "2027-01-01T00:00:00+01:00", "reason": "r"})").status,
            200);
  ASSERT_TRUE(controls.suspended);
  EXPECT_EQ(controls.suspended->what, What::entry);
  EXPECT_EQ(controls.suspended->name, "e");
  EXPECT_EQ(controls.suspended->suspension.by, "ann");
  EXPECT_EQ(controls.suspended->suspension.reason, "r");
  EXPECT_EQ(format_rfc3339(*controls.suspended->suspension.until), "2026-12-31T23:00:00Z");
  EXPECT_EQ(ask("POST", "/v1/resume", R"({"cloud": "lab"})").status, 200);
  EXPECT_EQ(controls.calls.back(), "resume cloud lab");
}

TEST_F(ControlHandlerTest, MistakesInABodyAreExplainedAndNothingIsDone) {
  for (const auto& [path, body, part] :
       {std::tuple{"/v1/reconcile", R"({"clud": "lab"})", "unknown member `clud`"},
        {"/v1/reconcile", R"({"cloud": 3})", "`cloud` must be a text"},
        {"/v1/reconcile", R"({"wait": "yes"})", "`wait` must be true or false"},
        {"/v1/reconcile", "[1]", "must be a JSON object"},
        {"/v1/reconcile", "{", "the body"},
        {"/v1/suspend", R"({})", "one of `cloud` and `entry`"},
        {"/v1/suspend", R"({"cloud": "a", "entry": "b"})", "one of `cloud` and `entry`"},
        {"/v1/suspend", R"({"cloud": "a", "until": "2027-01-01T00:00:00"})", "a time with an offset"},
        {"/v1/suspend", R"({"cloud": "a", "until": "2020-01-01T00:00:00Z"})", "has passed"},
        {"/v1/resume", R"({"cloud": "a", "reason": "x"})", "unknown member `reason`"}}) {
    const auto answer = ask("POST", path, body);
    EXPECT_EQ(answer.status == 400 || answer.status == 500, true) << body;
    EXPECT_NE(why(answer).find(part), std::string::npos) << why(answer);
  }
  EXPECT_TRUE(controls.calls.empty());
}

TEST_F(ControlHandlerTest, AnErrorHasTheStatusAndTheExitCodeOfItsKind) {
  for (const auto& [code, status, exit_code] : {std::tuple{Errc::usage, 400, 1},
                                                {Errc::invalid_input, 400, 5},
                                                {Errc::stale_plan, 409, 7},
                                                {Errc::io, 500, 1}}) {
    controls.fails = Error{.code = code, .message = "no"};
    const auto answer = ask("POST", "/v1/reload");
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(Json::parse(answer.body).at("exit_code"), exit_code);
  }
}

}  // namespace
}  // namespace retouch::service
