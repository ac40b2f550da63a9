// What the accounts of one credential share within a process, whatever their projects: servers lock a user or a key
// after a few refusals, so ten clouds with one wrong password must not make ten attempts.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "retouch/async/condition.hpp"
#include "retouch/auth/account.hpp"
#include "retouch/base/error.hpp"

namespace retouch::auth {

inline constexpr Duration refusal_memory = std::chrono::hours(6);

// Unless the server has accepted the credential lately, one attempt is made at a time; a refusal stands for all of
// them.
class Credential {
 public:
  // Whether to wait for somebody else's attempt, until changed().
  bool busy(Mono now) const { return attempts_ > 0 && !(accepted_ && now - accepted_at_ < std::chrono::minutes(10)); }
  bool being_tried() const { return attempts_ > 0; }
  task<void> changed() { return changed_.wait(); }

  // Whoever tries the credential says so, and exactly once that this has ended; in between what came of it, if known.
  void began() {
    ++attempts_;
    failure_.reset();
  }
  void ended();
  void accepted(Mono now) {
    accepted_ = true;
    accepted_at_ = now;
    refusal_.reset();
  }
  void refused(Error refusal, Mono now);
  // Refused after it had been accepted: as it seems for the sake of a project. The next attempt is made alone again.
  void doubted() { accepted_ = false; }

  // No verdict: the server is down, or asks for patience. Those who have waited need not find out one after the other.
  void failed(Error failure) { failure_ = std::move(failure); }

  bool was_accepted() const { return accepted_; }
  const std::optional<Error>& failure() const { return failure_; }  // of the last attempt
  // `asked_at`: somebody asked by hand then, and may have mended things on the server: what was refused before stands
  // no more against him.
  std::optional<Error> refusal(Mono now, std::optional<Mono> asked_at = {}) const;

 private:
  int attempts_ = 0;
  bool accepted_ = false;
  std::optional<Error> refusal_, failure_;
  Mono refused_at_{}, accepted_at_{};
  async::Condition changed_;
};

// One attempt, also when its coroutine is cancelled.
class [[nodiscard]] CredentialAttempt {
 public:
  explicit CredentialAttempt(Credential& credential) : credential_(credential) { credential_.began(); }
  ~CredentialAttempt() { credential_.ended(); }
  CredentialAttempt(const CredentialAttempt&) = delete;
  CredentialAttempt& operator=(const CredentialAttempt&) = delete;

 private:
  Credential& credential_;
};

// All credentials of a run. The same fingerprint with another secret is another credential.
class Credentials {
 public:
  std::shared_ptr<Credential> of(const Account& account);

 private:
  struct Known {
    std::string fingerprint;
    Secret secret;
    std::shared_ptr<Credential> credential;
  };
  std::vector<Known> known_;
};

}  // namespace retouch::auth
