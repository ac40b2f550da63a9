// One opened cloud: credentials resolved, logged in, endpoint found, requests limited, retried and logged.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "retouch/async/semaphore.hpp"
#include "retouch/auth/authorizer.hpp"
#include "retouch/config/settings.hpp"
#include "retouch/providers/provider.hpp"
#include "retouch/reconcile/plan_pass.hpp"
#include "retouch/reconcile/world.hpp"

namespace retouch::reconcile {

struct AccountShare;

// What clouds of the same account key (endpoint origin + project) share: limits (the tightest of each kind), pause,
// retry budget, breaker, and the turn to write. And what clouds of the same credential share, whatever their projects.
// Outlives the sessions.
class Accounts {
 public:
  Accounts();
  ~Accounts();
  std::shared_ptr<AccountShare> of(const std::string& key, const config::Limits& limits, World& world);
  std::shared_ptr<auth::Credential> credential_of(const auth::Account& account) { return credentials_.of(account); }

 private:
  std::map<std::string, std::shared_ptr<AccountShare>> shares_;
  auth::Credentials credentials_;
};

class Session {
 public:
  virtual ~Session() = default;
  virtual Target target() = 0;
  virtual const std::string& account_key() const = 0;
  virtual async::Semaphore& turn() = 0;  // one pass at a time writes to an account
  virtual const auth::Session& identity() const = 0;
  virtual const auth::AccountAuthorizer& authorizer() const = 0;
  virtual const std::string& credentials_origin() const = 0;  // for messages
};

struct SessionOptions {
  bool fresh_login = false;  // `check`: never from the cache
  bool by_hand = true;       // a person runs this verb
};

// Errors: invalid_input (settings, clouds.yaml), credentials, untrusted (endpoint), and those of the token endpoint.
// Each names the cloud.
task<Result<std::unique_ptr<Session>>> open_session(const config::Cloud& cloud, core::AttributeTable table,
                                                    Accounts& accounts, World& world, SessionOptions options);

}  // namespace retouch::reconcile
