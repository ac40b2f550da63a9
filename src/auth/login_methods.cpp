#include "retouch/auth/resolve.hpp"

namespace retouch::auth {

const std::vector<LoginMethod>& login_methods() {
  static const std::vector<LoginMethod> methods{
      {"password",
       {"auth_url", "username", "user_id", "user_domain_name", "user_domain_id", "password", "project_name",
        "project_id", "project_domain_name", "project_domain_id"},
       {"password"}},
      {"application_credential",
       {"auth_url", "application_credential_id", "application_credential_name", "application_credential_secret",
        "username", "user_id", "user_domain_name", "user_domain_id"},
       {"application_credential_secret"}},
      {"token",
       {"auth_url", "token", "project_name", "project_id", "project_domain_name", "project_domain_id"},
       {"token"}},
      {"aksk",
       {"access_key", "secret_key", "security_token", "project_id", "variant"},
       {"secret_key", "security_token"}},
  };
  return methods;
}

const LoginMethod& triton_login() {
  static const LoginMethod method{
      "http_signature",
      {"profile", "url", "account", "key_id", "key", "agent", "user", "roles", "act_as", "account_id", "algorithm"},
      {"key"}};
  return method;
}

}  // namespace retouch::auth
