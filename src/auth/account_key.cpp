#include <vector>

#include "retouch/auth/account.hpp"
#include "retouch/base/digest.hpp"

namespace retouch::auth {
namespace {

using Parts = std::vector<std::string>;

Parts identity(const PasswordLogin& login) {
  return {login.username, login.user_id, login.user_domain_name, login.user_domain_id};
}
Parts identity(const ApplicationCredentialLogin& login) {
  return {login.id, login.name, login.username, login.user_id, login.user_domain_name, login.user_domain_id};
}
Parts identity(const TokenLogin&) { return {}; }
Parts identity(const AkskLogin& login) { return {login.access_key}; }
Parts identity(const HttpSignatureLogin& login) { return {login.account, login.user, login.key_id}; }

}  // namespace

std::string_view method_of(const Login& login) {
  struct Name {
    std::string_view operator()(const PasswordLogin&) const { return "password"; }
    std::string_view operator()(const ApplicationCredentialLogin&) const { return "application_credential"; }
    std::string_view operator()(const TokenLogin&) const { return "token"; }
    std::string_view operator()(const AkskLogin&) const { return "aksk"; }
    std::string_view operator()(const HttpSignatureLogin&) const { return "http_signature"; }
  };
  return std::visit(Name{}, login);
}

const Secret& secret_of(const Login& login) {
  struct Pick {
    const Secret& operator()(const PasswordLogin& l) const { return l.password; }
    const Secret& operator()(const ApplicationCredentialLogin& l) const { return l.secret; }
    const Secret& operator()(const TokenLogin& l) const { return l.token; }
    const Secret& operator()(const AkskLogin& l) const { return l.secret_key; }
    const Secret& operator()(const HttpSignatureLogin& l) const { return l.key; }
  };
  return std::visit(Pick{}, login);
}

namespace {

Parts credential_parts(const Account& account) {
  Parts parts{account.auth_url, std::string(method_of(account.login))};
  if (account.auth_url.empty()) parts.front() = account.endpoint;
  for (auto& part : std::visit([](const auto& login) { return identity(login); }, account.login)) {
    parts.push_back(std::move(part));
  }
  return parts;
}

std::string fingerprint(const Parts& parts) {
  // Lengths first: "ab"+"c" and "a"+"bc" are different accounts.
  std::string text;
  for (const auto& part : parts) text.append(std::to_string(part.size())).append(":").append(part);
  return sha256_hex(text);
}

}  // namespace

std::string credential_fingerprint(const Account& account) { return fingerprint(credential_parts(account)); }

std::string account_fingerprint(const Account& account) {
  auto parts = credential_parts(account);
  for (const auto& part :
       {account.project_id, account.project_name, account.project_domain_id, account.project_domain_name}) {
    parts.push_back(part);
  }
  return fingerprint(parts);
}

}  // namespace retouch::auth
