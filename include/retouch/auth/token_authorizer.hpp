// The token of one account, on every request. However many requests wait, one of them logs in; the decisions are
// core::TokenFreshness's, the rules of the files TokenStore's.
#pragma once

#include <memory>
#include <optional>

#include "retouch/async/condition.hpp"
#include "retouch/auth/authorizer.hpp"
#include "retouch/auth/keystone.hpp"
#include "retouch/core/token.hpp"

namespace retouch::auth {

class TokenAuthorizer final : public AccountAuthorizer {
 public:
  TokenAuthorizer(Account account, AuthContext context) : account_(std::move(account)), context_(std::move(context)) {
    if (!context_.credential) context_.credential = std::make_shared<Credential>();
    if (context_.options.by_hand) asked_at_ = context_.clock.now();
  }

  // Logs in, and renews ahead of time.
  task<Result<void>> ready() override;
  bool prepared() const override;
  // Refuses (Errc::untrusted) to put the token on a request to any origin but the endpoint's.
  task<Result<void>> authorize(http::Request& request) override;
  task<Result<bool>> rejected(const http::Request& sent, const http::Response& answer) override;

  task<Result<Session>> session() override;
  const AuthCounters& counters() const override { return counters_; }
  std::optional<Duration> clock_offset() const override { return clock_offset_; }
  std::optional<Duration> token_left() const override { return freshness_.left(context_.clock.now()); }

 private:
  struct Obtained {
    TokenAnswer answer;
    Mono issued;
  };
  enum class Ahead { renew, leave };
  task<Result<void>> ensure_token(Ahead ahead);
  task<Result<void>> renew();
  task<Result<Obtained>> obtain();
  task<Result<Obtained>> try_credential();
  task<Result<Obtained>> log_in();
  task<std::unique_ptr<os::Files::Lock>> wait_for_lock();
  task<std::optional<Obtained>> take_stored();
  task<std::optional<Error>> remembered_refusal();
  Reach judge(const Result<Obtained>& outcome);
  task<void> remember(const Result<Obtained>& outcome, Reach reach);

  Result<void> adopt(Obtained obtained);
  void note_failure(const Error& error);
  std::optional<Error> standing_refusal() const;
  Error pause_error() const;

  Account account_;
  AuthContext context_;
  core::TokenFreshness freshness_;
  async::Condition changed_;
  Secret token_;
  std::optional<Session> session_;
  std::optional<Error> last_error_;  // of the last attempt: what callers are told while we pause
  std::optional<Error> refusal_;     // the credentials were refused, at refused_at_
  std::optional<Mono> asked_at_{};   // by hand
  Mono refused_at_{};
  AuthCounters counters_;
  std::optional<Duration> clock_offset_;
};

}  // namespace retouch::auth
