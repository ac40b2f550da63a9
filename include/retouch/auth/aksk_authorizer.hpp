// Signatures instead of tokens. There is nothing to renew; what matters is the clock, and not to try a refused key
// again: after five refusals in a row the gateway locks the key for minutes, for every program that uses it.
#pragma once

#include <optional>

#include "retouch/auth/authorizer.hpp"
#include "retouch/auth/signing.hpp"

namespace retouch::auth {

class AkskAuthorizer final : public AccountAuthorizer {
 public:
  AkskAuthorizer(Account account, AuthContext context) : account_(std::move(account)), context_(std::move(context)) {}

  task<Result<void>> authorize(http::Request& request) override;
  // A skewed clock is corrected once from the answer's Date: up to 1 h, only over TLS or loopback (else anybody on the
  // way could set our clock). Anything else is a refusal that stands.
  task<Result<bool>> rejected(const http::Request& sent, const http::Response& answer) override;

  task<Result<Session>> session() override;
  const AuthCounters& counters() const override { return counters_; }
  std::optional<Duration> clock_offset() const override { return offset_; }

 private:
  Result<http::Url> endpoint() const;
  task<std::optional<Error>> standing_refusal();
  task<void> remember(Error refusal);
  Wall server_now() const { return context_.clock.wall() + offset_.value_or(Duration{0}); }

  Account account_;
  AuthContext context_;
  bool looked_ = false;  // for a refusal on disk
  std::optional<Error> refusal_;
  Mono refused_at_{};
  std::optional<Duration> offset_;
  AuthCounters counters_;
};

}  // namespace retouch::auth
