// Several clouds of one user or key, and a server that takes its time.
#pragma once

#include "retouch/auth/credential.hpp"
#include "token_fixture.hpp"

namespace retouch::auth {

using namespace std::chrono_literals;

// A server that takes its time for an answer.
struct SlowServer final : http::Transport {
  explicit SlowServer(async::Clock& c) : clock(c) {}
  async::Clock& clock;
  Duration takes = 1s;
  std::function<Result<http::Response>(const http::Request&)> answer{};
  int requests = 0, in_flight = 0, most_in_flight = 0;
  task<Result<http::Response>> send(http::Request request, http::BodySink* = nullptr) override {
    ++requests;
    most_in_flight = std::max(most_in_flight, ++in_flight);
    co_await clock.sleep_for(takes);
    --in_flight;
    co_return answer(request);
  }
};

struct CredentialTest : TokenAuthorizerTest {
  Credentials credentials;
  std::shared_ptr<SlowServer> server = std::make_shared<SlowServer>(clock);
  std::vector<std::unique_ptr<AccountAuthorizer>> clouds;

  void add(const std::string& project, AuthOptions options = {.by_hand = true},
           const std::string& password = "pw-canary") {
    auto who = account;
    who.project_name = project;
    std::get<PasswordLogin>(who.login).password = Secret(password);
    add_account(who, options);
  }
  void add_account(const Account& who, AuthOptions options) {
    clouds.push_back(make_authorizer(who, AuthContext{.transport = server,
                                                      .store = store,
                                                      .clock = clock,
                                                      .random = random,
                                                      .blocking = *blocking,
                                                      .options = options,
                                                      .credential = credentials.of(who)}));
  }
  // All clouds log in at once.
  std::vector<std::optional<Error>> log_in() {
    std::vector<std::optional<Error>> errors(clouds.size());
    run([&]() -> task<void> {
      std::vector<std::function<task<void>()>> work;
      for (std::size_t i = 0; i < clouds.size(); ++i) {
        work.emplace_back([&, i]() -> task<void> {
          auto session = co_await clouds[i]->session();
          if (!session) errors[i] = session.error();
        });
      }
      co_await async::join_all(std::move(work));
    });
    return errors;
  }
  void answer(int status) {
    server->answer = [this, status](const http::Request&) -> Result<http::Response> {
      if (status == 201) return test::token_response("t", clock.wall(), life);
      return http::Response{.status = status};
    };
  }
  // Who knows the project `good` only. Keystone does not tell a wrong password from a wrong project.
  void knows_only_project_good() {
    server->answer = [this](const http::Request& request) -> Result<http::Response> {
      if (request.body.find("\"good\"") == std::string::npos) return http::Response{.status = 401};
      return test::token_response("t", clock.wall(), life);
    };
  }
};

}  // namespace retouch::auth
