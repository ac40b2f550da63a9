// Signatures instead of tokens. There is nothing to renew; what matters is the clock, and not to try a refused key
// again: after five refusals in a row the gateway locks the key for minutes, for every program that uses it. So until
// the first answer shows whether the key is good, one signed request is in flight.
#pragma once

#include <optional>

#include "retouch/auth/authorizer.hpp"
#include "retouch/auth/signing.hpp"

namespace retouch::auth {

class RefusalMemory;

class AkskAuthorizer final : public AccountAuthorizer {
 public:
  AkskAuthorizer(Account account, AuthContext context);
  ~AkskAuthorizer() override;

  // Waits for the answer to the first request with this key.
  task<Result<void>> ready() override;
  bool prepared() const override;
  task<Result<void>> authorize(http::Request& request) override;
  // A skewed clock is corrected once from the answer's Date: up to 1 h, only over verified TLS or loopback (else
  // anybody on the way could set our clock). Anything else is a refusal that stands.
  task<Result<bool>> rejected(const http::Request& sent, const http::Response& answer) override;

  void ended(const http::Request& sent, int status) override;

  task<Result<Session>> session() override;
  const AuthCounters& counters() const override { return counters_; }
  std::optional<Duration> clock_offset() const override { return offset_; }

 private:
  Result<http::Url> endpoint() const;
  Wall server_now() const { return context_.clock.wall() + offset_.value_or(Duration{0}); }

  Account account_;
  AuthContext context_;
  std::unique_ptr<RefusalMemory> refusals_;
  std::optional<Duration> offset_;
  std::optional<Mono> corrected_at_;
  AuthCounters counters_;
};

}  // namespace retouch::auth
