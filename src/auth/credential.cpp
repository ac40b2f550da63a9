#include "retouch/auth/credential.hpp"

#include <algorithm>

namespace retouch::auth {

void Credential::ended() {
  --attempts_;
  changed_.notify_all();
}

void Credential::refused(Error refusal, Mono now) {
  accepted_ = false;
  refusal_ = std::move(refusal);
  refused_at_ = now;
  changed_.notify_all();
}

std::optional<Error> Credential::refusal(Mono now, std::optional<Mono> asked_at) const {
  if (!refusal_ || now - refused_at_ >= refusal_memory) return std::nullopt;
  if (asked_at && refused_at_ < *asked_at) return std::nullopt;
  return refusal_;
}

std::shared_ptr<Credential> Credentials::of(const Account& account) {
  auto fingerprint = credential_fingerprint(account);
  const auto& secret = secret_of(account.login);
  const auto found = std::ranges::find_if(
      known_, [&](const Known& one) { return one.fingerprint == fingerprint && one.secret.equals(secret); });
  if (found != known_.end()) return found->credential;
  known_.push_back({std::move(fingerprint), secret, std::make_shared<Credential>()});
  return known_.back().credential;
}

}  // namespace retouch::auth
