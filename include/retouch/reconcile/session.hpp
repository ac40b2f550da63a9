// One opened cloud: credentials resolved, logged in, endpoint found, requests limited, retried and logged.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "retouch/auth/authorizer.hpp"
#include "retouch/config/settings.hpp"
#include "retouch/providers/provider.hpp"
#include "retouch/reconcile/plan_pass.hpp"
#include "retouch/reconcile/world.hpp"

namespace retouch::reconcile {

struct AccountShare;

// What clouds of the same account key (endpoint origin + project) share: limits (the tightest of each kind), pause,
// retry budget, breaker, the account's lock and the turn to write. And what clouds of the same credential share,
// whatever their projects: its verdict and the pace of its token requests. Outlives the sessions, and every Passes that
// was given it.
class Accounts {
 public:
  Accounts();
  ~Accounts();
  std::shared_ptr<AccountShare> of(const std::string& key, const config::Cloud& cloud, World& world);
  // The limits of the configuration may have become others: each account takes those of whoever comes next, as soon as
  // nobody uses it. What has left counts on, and a pause that its server asked for stays.
  void renew() { ++generation_; }
  std::shared_ptr<auth::Credential> credential_of(const auth::Account& account) { return credentials_.of(account); }
  // Token requests have a limit of their own, which no configuration changes: they must not wait behind the images'
  // requests, nor slow them down. `credential`: of credential_of().
  std::shared_ptr<core::Limiter> logins_of(const auth::Credential& credential);

 private:
  struct Known {
    std::shared_ptr<AccountShare> share{};
    std::uint64_t generation = 0;
  };
  std::map<std::string, Known> shares_;
  std::map<const auth::Credential*, std::shared_ptr<core::Limiter>> logins_;  // `credentials_` forgets none of them
  std::uint64_t generation_ = 0;
  auth::Credentials credentials_;
};

// How fast an account may be asked now, and who waits for it.
struct CurrentRates {
  double reads = 0, writes = 0;  // per second
  std::size_t waiting_reads = 0, waiting_writes = 0;
};

class Session {
 public:
  virtual ~Session() = default;
  virtual Target target() = 0;
  virtual const std::string& account_key() const = 0;
  virtual const std::shared_ptr<AccountShare>& share() const = 0;
  virtual CurrentRates rates(Mono now) const = 0;
  virtual const auth::Session& identity() const = 0;
  virtual const auth::AccountAuthorizer& authorizer() const = 0;
  virtual const std::string& credentials_origin() const = 0;  // for messages
};

struct SessionOptions {
  bool fresh_login = false;  // `check`: never from the cache
  bool by_hand = true;       // a person runs this verb
  bool read_only = false;    // policy.mode: report; a request that would write is refused before it is sent
};

// Errors: invalid_input (settings, clouds.yaml), credentials, untrusted (endpoint), and those of the token endpoint.
// Each names the cloud.
task<Result<std::unique_ptr<Session>>> open_session(const config::Cloud& cloud, core::AttributeTable table,
                                                    Accounts& accounts, World& world, SessionOptions options);

}  // namespace retouch::reconcile
