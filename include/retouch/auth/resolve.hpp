// From what a configured cloud says to an Account with its secrets opened.
#pragma once

#include <string>
#include <vector>

#include "retouch/auth/account.hpp"
#include "retouch/auth/clouds_yaml.hpp"
#include "retouch/base/diagnostic.hpp"

namespace retouch::auth {

// The parts of a configured cloud that say who we are and where it is.
struct AccountRequest {
  std::string cloud;       // its configured name, for messages
  std::string provider{};  // "triton" has logins of its own
  AuthSettings auth{};
  std::string region{}, interface{}, endpoint{};
  TlsSettings tls{};  // what is set here wins over clouds.yaml
  bool insecure = false;
};

struct ResolvedAccount {
  Account account;
  std::vector<std::string> notices;  // for stderr: files used or ignored, TLS verification switched off
};

// Everything that is missing or wrong is named in one error, Errc::invalid_input.
Result<ResolvedAccount> resolve_account(const AccountRequest& request, const AccountSources& sources);

// The same checks without opening a secret (`validate`). A clouds.yaml or profile that is not here is a warning:
// manifests are validated on machines that have no credentials.
void check_account(const AccountRequest& request, const AccountSources& sources, Diagnostics& diagnostics);

// The login methods that `type` may name, and the keys that `auth` may have with each.
struct LoginMethod {
  std::string_view type;
  std::vector<std::string_view> keys;         // all that are meaningful
  std::vector<std::string_view> secret_keys;  // those of them that hold a secret
};
const std::vector<LoginMethod>& login_methods();
// The keys of `auth` for provider triton, which has one method: no `type`, no `cloud`.
const LoginMethod& triton_login();

}  // namespace retouch::auth
