// The identity service: Keystone v3 as OpenStack runs it, and IAM as Open Telekom Cloud does.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "retouch/base/random.hpp"
#include "retouch/base/time.hpp"
#include "retouch/sandbox/answer.hpp"
#include "retouch/sandbox/model.hpp"

namespace retouch::sandbox {

struct IdentityOptions {
  // IAM instead of Keystone: PKI-sized tokens, no application credentials, a project name without a domain is looked up
  // in the user's own, no scope = no project.
  bool iam = false;
  Duration token_lifetime = std::chrono::hours(1);
  std::string region = "RegionOne";
  std::string identity_url{};  // without /v3
  std::string image_url{};     // as the catalogue shows it; devstack and OTC have no /v2 in it
};

struct Token {
  std::string value;
  std::string user_id, project_id;  // no project = unscoped
  std::vector<std::string> methods;
  Wall issued_at{}, expires_at{};
};

class Keystone {
 public:
  Keystone(Directory directory, IdentityOptions options)
      : directory_(std::move(directory)), options_(std::move(options)) {}

  // The answer to one request. Every wrong credential is the same 401, as observed on Keystone 22.
  ServerResponse handle(const ServerRequest& request, Wall now, Random& random);

  // The caller behind a token that is known and has not expired.
  std::optional<Caller> validate(std::string_view token, Wall now) const;
  bool knows(std::string_view token) const { return tokens_.contains(std::string(token)); }

  void expire_all(Wall now);  // every token that is out is expired from `now` on
  std::size_t issued() const { return issued_; }
  IdentityOptions& options() { return options_; }
  const Directory& directory() const { return directory_; }

 private:
  struct Login;
  ServerResponse authenticate(const ServerRequest& request, Wall now, Random& random);
  std::optional<Login> identify(const Json& identity, Wall now) const;
  std::optional<Login> by_password(const Json& identity) const;
  std::optional<Login> by_application_credential(const Json& identity) const;
  std::optional<Login> by_token(const Json& identity, Wall now) const;
  const Domain* find_domain(const Json* reference) const;
  const User* find_user(const Json& reference) const;
  std::optional<std::string> project_of_scope(const Json& scope, const User& user) const;
  ServerResponse inspect(const ServerRequest& request, Wall now);
  Json describe(const Token& token, bool with_catalogue) const;
  Json catalogue() const;

  Directory directory_;
  IdentityOptions options_;
  std::map<std::string, Token, std::less<>> tokens_;
  std::size_t issued_ = 0;
};

}  // namespace retouch::sandbox
