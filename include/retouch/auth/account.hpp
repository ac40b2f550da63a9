// Who we are on one cloud: what configuration, clouds.yaml, secure.yaml and OS_* say together, secrets opened.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "retouch/base/place.hpp"
#include "retouch/base/result.hpp"
#include "retouch/base/secret.hpp"
#include "retouch/http/url.hpp"

namespace retouch::auth {

// A value of the configuration's `auth`: literal (never for secrets), or where the secret is.
struct AuthValue {
  enum class From { literal, file, env, credential } from = From::literal;
  std::string text;  // the literal, path, variable or credential name
  Place place{};
};

// `auth:` of one configured cloud, as written. Either `cloud` (an entry of clouds.yaml) or inline keys; inline keys
// win. Of provider triton `profile` takes the place of `cloud`, and is a value like the others.
struct AuthSettings {
  std::optional<std::string> cloud{};
  std::string type{};  // password | application_credential | token | aksk; "" = from clouds.yaml or password
  std::map<std::string, AuthValue> values{};  // keys of clouds.yaml's auth, plus access_key, secret_key
  Place place{};
};

struct PasswordLogin {
  std::string username, user_id, user_domain_name, user_domain_id;
  Secret password;
};
struct ApplicationCredentialLogin {
  std::string id, name, username, user_id, user_domain_name, user_domain_id;
  Secret secret;
};
struct TokenLogin {
  Secret token;
};
struct AkskLogin {
  std::string access_key;
  Secret secret_key;
  Secret security_token;  // temporary credentials; may be empty
  std::string project_id;
  enum class Variant { access, credential } variant = Variant::access;  // protocols/openstack-ims.md 5.4
};
// Of Joyent/Triton CloudAPI: every request is signed with an SSH key (protocols/triton.md 4).
struct HttpSignatureLogin {
  std::string account, user;       // `user` is a sub-user of `account`, or empty
  std::vector<std::string> roles;  // of the sub-user, instead of its default ones
  std::string act_as;              // the account whose images are meant, when it is another
  std::string account_id;          // UUID of that account; empty = asked of the server
  std::string key_id;              // MD5 fingerprint; with the agent also SHA256
  Secret key;                      // private key; empty with the agent
  bool agent = false;
  std::string agent_socket;
  std::string algorithm;  // "rsa-sha512"; empty = the default of the key

  // The account in the paths of requests.
  const std::string& path_account() const { return act_as.empty() ? account : act_as; }
};
using Login = std::variant<PasswordLogin, ApplicationCredentialLogin, TokenLogin, AkskLogin, HttpSignatureLogin>;

struct TlsSettings {
  std::string ca_file{}, client_certificate{}, client_key{};
  bool verify = true;
};

struct Account {
  Login login;
  std::string auth_url{};  // empty for signatures, which have an endpoint
  std::string project_id{}, project_name{}, project_domain_id{}, project_domain_name{};
  std::string region{};  // empty = any
  std::string interface = "public";
  std::string endpoint{};  // override; empty = from the catalogue
  TlsSettings tls{};
  bool insecure = false;  // http beyond loopback is accepted (configured for this cloud, never by environment)
  std::string origin{};   // "clouds.yaml of /etc/openstack, cloud `otc`", for messages
};

// "password", "application_credential", "token", "aksk" or "http_signature".
std::string_view method_of(const Login& login);
// The one secret of a login, for salted checks and signatures.
const Secret& secret_of(const Login& login);
// What tokens are filed under: a hash of auth URL (or endpoint), method, user and domain or credential id, and scope.
// Not the secret.
std::string account_fingerprint(const Account& account);
// The same without the scope: what refusals are filed under, because it is the user or key that a server locks.
std::string credential_fingerprint(const Account& account);

}  // namespace retouch::auth
