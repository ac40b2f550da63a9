// What the composition needs of an account, whether it uses tokens or signatures.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "retouch/async/blocking.hpp"
#include "retouch/async/clock.hpp"
#include "retouch/auth/account.hpp"
#include "retouch/auth/credential.hpp"
#include "retouch/auth/token_store.hpp"
#include "retouch/base/log.hpp"
#include "retouch/base/random.hpp"
#include "retouch/http/authorizer.hpp"
#include "retouch/http/transport.hpp"

namespace retouch::auth {

// Who we turned out to be.
struct Session {
  std::string project_id, project_name, user_name;
  http::Url endpoint;  // of the image service, without /v2
};

struct AuthCounters {
  std::int64_t logins = 0;      // tokens obtained from the token endpoint
  std::int64_t from_cache = 0;  // tokens taken from disk
  std::int64_t failed = 0;      // no answer, throttled, 5xx
  std::int64_t refused = 0;     // 401, 403
};

struct AuthOptions {
  bool use_cache = true;  // false (`check`): always log in; the result is stored all the same
  bool by_hand = false;   // somebody waits for it: a remembered refusal does not keep us from one try
  // For another process that is logging in. Longer while this one tries the credential, perhaps for the same account:
  // attempts leave one a second, so the last of many clouds waits long for its turn.
  Duration lock_wait = std::chrono::seconds(30);
  Duration request_timeout = std::chrono::seconds(30);  // of each request of our own: a login, a look at who we are
};

// The references outlive the authorizer. `store` may be null: no HOME, no cache.
struct AuthContext {
  http::TransportPtr transport;  // for token requests: limited and retried, but not authorized
  std::shared_ptr<const TokenStore> store;
  async::Clock& clock;
  Random& random;
  async::Blocking& blocking;
  Log log{};
  AuthOptions options{};
  std::shared_ptr<Credential> credential{};  // shared with other accounts of it; null = with none
};

class AccountAuthorizer : public http::Authorizer {
 public:
  // Logs in if needed. Known without a request for signatures.
  virtual task<Result<Session>> session() = 0;
  virtual const AuthCounters& counters() const = 0;
  // Whether this answer refuses the credentials, so that rejected() is to look at it.
  virtual bool refuses(const http::Response& answer) const { return answer.status == 401; }
  // The server's clock minus ours; nullopt = not known yet.
  virtual std::optional<Duration> clock_offset() const = 0;
  // What the current token has left, for metrics; nullopt = no token.
  virtual std::optional<Duration> token_left() const { return std::nullopt; }
};

// Tokens or signatures, as the account says.
std::unique_ptr<AccountAuthorizer> make_authorizer(Account account, AuthContext context);

}  // namespace retouch::auth
