// An account of CloudAPI from the configuration, a profile of the `triton` client, and a key.
#include <fmt/format.h>

#include <algorithm>

#include "key_search.hpp"
#include "resolution.hpp"
#include "retouch/auth/keystone.hpp"
#include "retouch/auth/secrets.hpp"
#include "retouch/auth/ssh_key.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"
#include "retouch/os/paths.hpp"
#include "triton_profile.hpp"
#include "uuid.hpp"

namespace retouch::auth {
namespace {

class TritonBuilder {
 public:
  TritonBuilder(const AccountRequest& request, const AccountSources& sources) : request_(request), sources_(sources) {}

  Resolution build();

 private:
  bool take_profile();
  void take_place(Account& account);
  void take_names();
  void take_agent();
  void take_key();
  Result<FoundKey> open_key();
  void fit(const SshKey& key);
  TlsSettings tls();

  std::string text(const std::string& key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? "" : found->second.text;
  }
  void problem(std::string message, Errc code = Errc::invalid_input) {
    result_.problems.push_back(Error{.code = code, .message = std::move(message), .place = request_.auth.place});
  }
  void problem(Error error) {
    if (error.place.file.empty()) error.place = request_.auth.place;
    result_.problems.push_back(std::move(error));
  }
  void missing(std::string message) {
    problem(std::move(message));
    ++missing_;
  }

  const AccountRequest& request_;
  const AccountSources& sources_;
  std::map<std::string, AuthValue> values_;
  TritonProfile profile_;
  HttpSignatureLogin login_;
  Resolution result_;
  std::vector<std::string> notices_;
  std::size_t missing_ = 0;
};

// Who gives url, account or key_id means them; otherwise the profile that the stock client would take.
bool TritonBuilder::take_profile() {
  const auto& given = request_.auth.values;
  const auto named = given.find("profile");
  const bool complete = given.contains("url") || given.contains("account") || given.contains("key_id");
  if (named != given.end() || !complete) {
    auto found = find_triton_profile(named == given.end() ? "" : named->second.text, sources_);
    if (!found) {
      result_.elsewhere = found.error().code == Errc::not_found;
      problem(std::move(found).error());
      return false;
    }
    profile_ = *std::move(found);
    values_ = profile_.values;
  }
  // An own way to the key replaces the profile's.
  if (given.contains("agent")) values_.erase("key");
  for (const auto& [key, value] : given) values_[key] = value;
  return true;
}

void TritonBuilder::take_place(Account& account) {
  account.endpoint = request_.endpoint.empty() ? text("url") : request_.endpoint;
  account.insecure = request_.insecure;
  if (account.endpoint.empty()) {
    missing("`url` is missing: where the CloudAPI is, such as https://us-central-1.api.example");
  } else if (auto url = trusted_url(account.endpoint, "url", account.insecure); !url) {
    problem(std::move(url).error());
  }
}

// They stand in paths and between the quotes of a header.
bool is_login(std::string_view text) {
  return text != "my" && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  std::string_view("._@+-").find(c) != std::string_view::npos;
         });
}

void TritonBuilder::take_names() {
  login_.account = text("account");
  login_.user = text("user");
  login_.act_as = text("act_as");
  login_.account_id = to_lower(text("account_id"));
  if (login_.account.empty()) missing("`account` is missing: the login (or the UUID) of the account");
  for (const auto& [key, value] :
       {std::pair("account", &login_.account), std::pair("user", &login_.user), std::pair("act_as", &login_.act_as)}) {
    if (!is_login(*value)) problem(fmt::format("`{}` cannot be `{}`: a login is meant", key, printable(*value, 100)));
  }
  if (!login_.account_id.empty() && !is_uuid(login_.account_id)) {
    problem(fmt::format("`account_id` must be a UUID, not `{}`", printable(login_.account_id, 100)));
  }
  for (const auto& role : split(text("roles"), ',')) {
    if (const auto name = trim(role); !name.empty()) login_.roles.emplace_back(name);
  }
}

void TritonBuilder::take_agent() {
  const auto id = parse_key_id(login_.key_id);
  if (values_.contains("key")) problem("give `key` or `agent: true`, not both");
  if (login_.key_id.empty()) {
    missing("`key_id` is missing: the fingerprint of the key in the ssh-agent, as `ssh-add -l -E md5` shows it");
  } else if (id.kind == KeyId::Kind::name) {
    problem(
        fmt::format("`key_id` is `{}`; to find a key in the ssh-agent its fingerprint is needed (`ssh-add -l -E "
                    "md5`)",
                    printable(login_.key_id, 100)));
  }
  login_.key_id = id.text;
  login_.agent_socket = sources_.environment.get("SSH_AUTH_SOCK").value_or("");
  if (login_.agent_socket.empty() && sources_.open_secrets) {
    problem("`agent: true` needs an ssh-agent, but SSH_AUTH_SOCK is not set; start one, or give `key: {file: PATH}`");
  }
}

Result<FoundKey> TritonBuilder::open_key() {
  const auto found = values_.find("key");
  if (found == values_.end()) return find_key(parse_key_id(login_.key_id), sources_);
  if (found->second.from == AuthValue::From::file) {
    RETOUCH_CHECK(check_key_file(os::expand_home(found->second.text, sources_.environment), sources_));
  }
  RETOUCH_TRY(auto text, open_secret(found->second, "key", sources_.environment, sources_.files, notices_));
  return FoundKey{.text = std::move(text), .path = "key " + found->second.text};
}

void TritonBuilder::take_key() {
  const auto id = parse_key_id(login_.key_id);
  if (!values_.contains("key")) {
    constexpr auto ways =
        "give `key: {file: PATH}`, or `agent: true`, or the key's MD5 or SHA256 fingerprint as "
        "`key_id`, by which it is looked for in ~/.ssh";
    if (login_.key_id.empty()) return missing(fmt::format("the key is missing: {}", ways));
    if (id.kind == KeyId::Kind::name) {
      return problem(fmt::format("`key_id` is `{}`, which does not say where the private key is: {}",
                                 printable(login_.key_id, 100), ways));
    }
  }
  if (!sources_.open_secrets) return;
  auto found = open_key();
  if (!found) return problem(std::move(found).error());
  auto key = SshKey::read(found->text, found->path);
  if (!key) return problem(std::move(key).error());
  login_.key = std::move(found->text);
  fit(*key);
}

// What goes over the wire is always the MD5 fingerprint (protocols/triton.md 4.2), and only of the right key.
void TritonBuilder::fit(const SshKey& key) {
  constexpr int weak = 2048;
  const auto own = fingerprints(key.public_blob());
  const auto id = parse_key_id(login_.key_id);
  if (!id.matches(own)) {
    problem(fmt::format("`key_id` is {}, but the key given has {}", id.text,
                        id.kind == KeyId::Kind::sha256 ? own.sha256 : own.md5));
  }
  login_.key_id = own.md5;
  if (key.type() == "ssh-rsa" && key.bits() < weak) {
    notices_.push_back(fmt::format("the RSA key {} has only {} bits; use at least {}", own.md5, key.bits(), weak));
  }
  const auto possible = algorithms_of(key.type());
  if (!login_.algorithm.empty() && std::ranges::find(possible, login_.algorithm) == possible.end()) {
    const std::vector<std::string> names(possible.begin(), possible.end());
    problem(fmt::format("`algorithm` is {}, but this key signs with {}", printable(login_.algorithm, 50),
                        join(names, " or ")));
  }
}

TlsSettings TritonBuilder::tls() {
  auto result = request_.tls;
  result.verify = result.verify && !request_.insecure;
  if (request_.insecure)
    notices_.emplace_back("`insecure: true` is set: http is accepted, and TLS peers are NOT verified");
  if (!profile_.insecure) return result;
  if (profile_.from_environment) {
    notices_.emplace_back(
        "TRITON_TLS_INSECURE, SDC_TLS_INSECURE, SDC_TESTING and TRITON_SKIP_TLS_VERIFY are ignored: variables alone do "
        "not turn TLS verification off; set `insecure: true` for the cloud in the configuration");
  } else if (profile_.by_variable) {
    notices_.push_back(
        fmt::format("`insecure` of {} is ignored: only the variable TRITON_PROFILE chooses that profile, and variables "
                    "alone do not turn TLS verification off; name it as `profile` in the configuration",
                    profile_.origin));
  } else {
    result.verify = false;
    notices_.push_back(fmt::format("TLS peers are NOT verified: {} says so", profile_.origin));
  }
  return result;
}

Resolution TritonBuilder::build() {
  if (!take_profile()) return std::move(result_);
  Account account;
  take_place(account);
  take_names();
  login_.key_id = text("key_id");
  login_.algorithm = text("algorithm");
  login_.agent = text("agent") == "true";
  login_.agent ? take_agent() : take_key();
  account.tls = tls();
  account.origin =
      profile_.origin.empty() ? fmt::format("cloud `{}` of the configuration", request_.cloud) : profile_.origin;
  account.login = std::move(login_);
  // Variables are set where the program runs, not where its configuration is validated.
  if (profile_.from_environment && missing_ == result_.problems.size()) result_.elsewhere = true;
  if (result_.problems.empty()) {
    result_.account = ResolvedAccount{.account = std::move(account), .notices = std::move(notices_)};
  }
  return std::move(result_);
}

}  // namespace

Resolution resolve_triton(const AccountRequest& request, const AccountSources& sources) {
  return TritonBuilder(request, sources).build();
}

}  // namespace retouch::auth
