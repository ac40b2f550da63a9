// CloudAPI's HTTP Signatures: nothing to log in to and nothing to renew. What matters is the clock, and which account
// it is.
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "retouch/auth/authorizer.hpp"
#include "retouch/auth/signer.hpp"

namespace retouch::auth {

class RefusalMemory;

class SignatureAuthorizer final : public AccountAuthorizer {
 public:
  // `signer` null: made from the login at the first signature.
  SignatureAuthorizer(Account account, AuthContext context, std::shared_ptr<const Signer> signer = nullptr);
  ~SignatureAuthorizer() override;

  // Waits for the answer to the first request with this key.
  task<Result<void>> ready() override;
  bool prepared() const override;
  // Adds the roles to the target, the version headers, a new x-request-id, Date and Authorization. Refuses
  // (Errc::untrusted) to sign for any origin but the endpoint's.
  task<Result<void>> authorize(http::Request& request) override;
  // 401, and the 400 that speaks of the clock. A skewed clock is corrected from the answer's Date: up to 1 h, only over
  // verified TLS or loopback, once a minute at most. A 401 stands as a refusal.
  task<Result<bool>> rejected(const http::Request& sent, const http::Response& answer) override;
  bool refuses(const http::Response& answer) const override;
  void ended(const http::Request& sent, int status) override;

  // Asks the server once for the account's UUID, unless it is configured or the account is named by it.
  task<Result<Session>> session() override;
  const AuthCounters& counters() const override { return counters_; }
  std::optional<Duration> clock_offset() const override { return offset_ ? offset_ : measured_; }

 private:
  task<Result<Signature>> signed_text(std::string text);
  task<Result<void>> sign(http::Request& request);
  task<Result<std::string>> ask_account_id(const http::Url& endpoint);
  task<Result<http::Response>> send_signed(const http::Request& request);
  Result<std::string> read_account(const http::Request& request, const http::Response& answer) const;
  Result<bool> correct_clock(const http::Request& sent, const http::Response& answer);
  void believe(Wall server);
  Error refused(const http::Request& sent, const http::Response& answer) const;
  Result<http::Url> endpoint() const;
  const HttpSignatureLogin& login() const { return std::get<HttpSignatureLogin>(account_.login); }
  Wall server_now() const { return context_.clock.wall() + offset_.value_or(Duration{0}); }

  Account account_;
  AuthContext context_;
  std::shared_ptr<const Signer> signer_;
  std::unique_ptr<RefusalMemory> refusals_;
  std::optional<Session> session_;
  std::string second_;                         // the Date of what is in made_
  std::map<std::string, Signature> made_;      // by signing string: the only cache there is (protocols/triton.md 4.3)
  std::optional<Duration> offset_, measured_;  // what signatures are corrected by; what an answer showed
  std::optional<Mono> corrected_at_;
  AuthCounters counters_;
};

}  // namespace retouch::auth
