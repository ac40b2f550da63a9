// Who sends a request to the simulated CloudAPI: HTTP signatures as http-signature 1.4.0 parses them, the keys of
// accounts and their sub-users, and what the caller may touch (protocols/triton.md 4).
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retouch/base/time.hpp"
#include "retouch/sandbox/cloudapi_answer.hpp"
#include "retouch/sandbox/cloudapi_key.hpp"

namespace retouch::sandbox {

struct NamedKey {
  std::string name;
  PublicKey key;
  std::string file{};  // where the seed had it from; "" = from the seed itself
};

struct SubUser {
  std::string login, uuid;
  std::vector<NamedKey> keys;
  std::vector<std::string> roles;          // what ?as-role may name
  std::vector<std::string> default_roles;  // what holds without it
};

struct CloudApiAccount {
  std::string login, uuid, email;
  std::vector<NamedKey> keys;
  std::vector<SubUser> users;
  bool operates = false;  // an operator: may use the login of others in the path
  bool disabled = false;
};

using CloudApiAccounts = std::vector<CloudApiAccount>;

// By login or UUID.
const CloudApiAccount* find_account(const CloudApiAccounts& accounts, std::string_view name);

struct SignatureHeader {
  std::string key_id, algorithm, signature;  // the algorithm in lower case, the signature as sent
  std::string signed_text;
};

// What the Authorization header says; nullopt = there is none, or one of another scheme. The date must be signed and at
// most 300 s off, a date that cannot be read passes (it does there, too). The 0.9 form, where the signature follows the
// parameters and only the values are signed, is taken as well.
std::expected<std::optional<SignatureHeader>, CloudApiRefusal> read_signature(const ServerRequest& request, Wall now);

struct CloudApiCaller {
  const CloudApiAccount* account = nullptr;
  const SubUser* user = nullptr;  // nullptr = the account itself
};

// `with_users`: sub-users exist since API 7.2.0.
std::expected<CloudApiCaller, CloudApiRefusal> authenticate(const CloudApiAccounts& accounts,
                                                            const std::optional<SignatureHeader>& signature,
                                                            bool with_users);

// Whether the caller may do `what` (as "updateimage") with `owner`'s things. A role, once it is active, allows
// everything here: policies are not simulated.
std::optional<CloudApiRefusal> authorize(const CloudApiCaller& caller, const CloudApiAccount& owner,
                                         std::string_view as_role, std::string_view path, std::string_view what);

}  // namespace retouch::sandbox
