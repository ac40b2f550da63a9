#include "retouch/auth/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "resolution.hpp"
#include "retouch/auth/keystone.hpp"
#include "retouch/auth/secrets.hpp"
#include "retouch/base/text.hpp"
#include "retouch/os/paths.hpp"

namespace retouch::auth {
namespace {

// Collects values and problems while one account is put together.
class Builder {
 public:
  Builder(const AccountRequest& request, const AccountSources& sources) : request_(request), sources_(sources) {}

  std::optional<ResolvedAccount> build();
  const std::vector<Error>& problems() const { return problems_; }
  bool clouds_missing() const { return clouds_missing_; }

 private:
  bool take_entry();
  void choose_method();
  Login login();
  PasswordLogin password();
  ApplicationCredentialLogin application_credential();
  AkskLogin aksk();
  void take_project(Account& account);
  void take_place(Account& account);
  TlsSettings tls();

  std::string text(const std::string& key) const;
  Secret secret(const std::string& key, bool required = true);
  void require_one(const std::string& a, const std::string& b, std::string_view what);
  void problem(std::string message, Errc code = Errc::invalid_input) {
    problems_.push_back(Error{.code = code, .message = std::move(message), .place = request_.auth.place});
  }

  const AccountRequest& request_;
  const AccountSources& sources_;
  std::map<std::string, AuthValue> values_;
  CloudEntry entry_;
  std::string type_;
  std::vector<Error> problems_;
  std::vector<std::string> notices_;
  bool clouds_missing_ = false;
};

std::string method_name(std::string_view type) {
  if (type.starts_with("v3")) type.remove_prefix(2);
  return type == "applicationcredential" ? "application_credential" : std::string(type);
}

std::string Builder::text(const std::string& key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? "" : found->second.text;
}

Secret Builder::secret(const std::string& key, bool required) {
  const auto found = values_.find(key);
  if (found == values_.end()) {
    // It may stand in secure.yaml, which is not opened when only checking.
    if (required && (sources_.open_secrets || !request_.auth.cloud)) problem(fmt::format("`{}` is missing", key));
    return {};
  }
  if (!sources_.open_secrets) return {};
  auto opened = open_secret(found->second, key, sources_.environment, sources_.files, notices_);
  if (opened) return *std::move(opened);
  problems_.push_back(std::move(opened).error());
  return {};
}

void Builder::require_one(const std::string& a, const std::string& b, std::string_view what) {
  if (text(a).empty() && text(b).empty()) problem(fmt::format("{} is missing: give `{}` or `{}`", what, a, b));
}

// Inline keys without `cloud` need no clouds.yaml; nothing at all means the default cloud of openstacksdk.
bool Builder::take_entry() {
  const auto& auth = request_.auth;
  if (auth.cloud || (auth.values.empty() && auth.type.empty())) {
    auto found = find_cloud(auth.cloud.value_or(""), request_.region, sources_);
    if (!found) {
      clouds_missing_ = found.error().code == Errc::not_found;
      if (found.error().place.file.empty()) found.error().place = auth.place;
      problems_.push_back(std::move(found).error());
      return false;
    }
    entry_ = *std::move(found);
    notices_ = entry_.notices;
    for (const auto& [key, value] : entry_.values.at("auth").items()) {
      if (value.is_string() && !value.get<std::string>().empty())
        values_[key] = AuthValue{.text = value.get<std::string>()};
    }
  }
  for (const auto& [key, value] : auth.values) values_[key] = value;
  return true;
}

void Builder::choose_method() {
  type_ = method_name(request_.auth.type.empty() ? entry_.text("auth_type") : request_.auth.type);
  if (!type_.empty()) return;
  // openstacksdk insists on auth_type here; what is meant is plain enough.
  if (values_.contains("application_credential_secret")) {
    type_ = "application_credential";
  } else if (values_.contains("access_key")) {
    type_ = "aksk";
  } else {
    type_ = values_.contains("token") && !values_.contains("password") ? "token" : "password";
  }
}

PasswordLogin Builder::password() {
  require_one("username", "user_id", "the user");
  PasswordLogin result{.username = text("username"),
                       .user_id = text("user_id"),
                       .user_domain_name = text("user_domain_name"),
                       .user_domain_id = text("user_domain_id")};
  if (!result.username.empty() && result.user_id.empty()) {
    require_one("user_domain_name", "user_domain_id", "the domain of the user");
  }
  result.password = secret("password");
  return result;
}

ApplicationCredentialLogin Builder::application_credential() {
  require_one("application_credential_id", "application_credential_name", "the application credential");
  ApplicationCredentialLogin result{.id = text("application_credential_id"),
                                    .name = text("application_credential_name"),
                                    .username = text("username"),
                                    .user_id = text("user_id"),
                                    .user_domain_name = text("user_domain_name"),
                                    .user_domain_id = text("user_domain_id")};
  if (result.id.empty() && !result.name.empty())
    require_one("user_id", "username", "the owner of the named credential");
  result.secret = secret("application_credential_secret");
  return result;
}

AkskLogin Builder::aksk() {
  AkskLogin result{.access_key = text("access_key"), .project_id = text("project_id")};
  if (result.access_key.empty()) problem("`access_key` is missing");
  if (result.project_id.empty()) problem("`project_id` is missing: a signature does not say which project is meant");
  result.secret_key = secret("secret_key");
  result.security_token = secret("security_token", false);
  const auto variant = text("variant");
  if (variant == "credential") result.variant = AkskLogin::Variant::credential;
  if (!variant.empty() && variant != "access" && variant != "credential") {
    problem(fmt::format("`variant` must be access or credential, not `{}`", variant));
  }
  if (request_.endpoint.empty() && entry_.text("image_endpoint_override").empty()) {
    problem("`endpoint` is missing: without a token there is no catalogue to find the image service in");
  }
  return result;
}

Login Builder::login() {
  if (type_ == "application_credential") return application_credential();
  if (type_ == "token") return TokenLogin{.token = secret("token")};
  if (type_ == "aksk") return aksk();
  if (type_ != "password") {
    problem(
        fmt::format("login type `{}` is not supported; use password, application_credential, token or aksk", type_));
    return PasswordLogin{};
  }
  return password();
}

void Builder::take_project(Account& account) {
  account.project_id = text("project_id");
  account.project_name = text("project_name");
  account.project_domain_id = text("project_domain_id");
  account.project_domain_name = text("project_domain_name");
  if (type_ == "application_credential" || type_ == "aksk") return;  // bound to one, or checked there
  require_one("project_name", "project_id", "the project (an image service needs a token of a project)");
  if (!account.project_id.empty() || account.project_name.empty()) return;
  if (account.project_domain_id.empty() && account.project_domain_name.empty()) {  // as a rule the user's own
    account.project_domain_id = text("user_domain_id");
    account.project_domain_name = text("user_domain_name");
  }
  if (account.project_domain_id.empty() && account.project_domain_name.empty()) {
    problem(
        "the domain of the project is missing: give `project_domain_name`, `project_domain_id`, or `project_id` alone");
  }
}

void Builder::take_place(Account& account) {
  const auto first = [](std::initializer_list<std::string> choices) {
    const auto found = std::ranges::find_if(choices, [](const auto& choice) { return !choice.empty(); });
    return found == choices.end() ? std::string() : *found;
  };
  account.auth_url = text("auth_url");
  account.region = first({request_.region, entry_.text("region_name")});
  account.interface = first({request_.interface, entry_.text("image_interface"), entry_.text("interface"), "public"});
  account.endpoint = first({request_.endpoint, entry_.text("image_endpoint_override")});
  account.insecure = request_.insecure;
  if (entry_.text("identity_api_version").starts_with('2')) problem("identity_api_version 2 is not supported; use 3");
  if (type_ != "aksk" && account.auth_url.empty()) {
    problem("`auth_url` is missing");
  } else if (type_ != "aksk") {
    if (auto url = trusted_url(account.auth_url, "auth_url", account.insecure); !url) problems_.push_back(url.error());
  }
  if (account.endpoint.empty()) return;
  if (auto url = trusted_url(account.endpoint, "endpoint", account.insecure); !url) problems_.push_back(url.error());
}

TlsSettings Builder::tls() {
  const auto choose = [&](const std::string& configured, const char* key) {
    return configured.empty() ? os::expand_home(entry_.text(key), sources_.environment) : configured;
  };
  TlsSettings result{.ca_file = choose(request_.tls.ca_file, "cacert"),
                     .client_certificate = choose(request_.tls.client_certificate, "cert"),
                     .client_key = choose(request_.tls.client_key, "key"),
                     .verify = request_.tls.verify && !request_.insecure};
  if (request_.insecure) {
    notices_.push_back("`insecure: true` is set: http is accepted, and TLS peers are NOT verified");
  }
  const bool switched_off = iequals(entry_.text("verify"), "false") || iequals(entry_.text("insecure"), "true");
  if (!switched_off) return result;
  if (entry_.from_environment) {
    notices_.push_back(
        "OS_INSECURE and OS_VERIFY are ignored: variables alone do not turn TLS verification off; set "
        "`insecure: true` for the cloud in the configuration");
  } else {
    result.verify = false;
    notices_.push_back(fmt::format("TLS peers are NOT verified: {} says so", entry_.origin));
  }
  return result;
}

std::optional<ResolvedAccount> Builder::build() {
  if (!take_entry()) return std::nullopt;
  choose_method();
  Account account;
  account.login = login();
  take_project(account);
  take_place(account);
  account.tls = tls();
  account.origin =
      entry_.origin.empty() ? fmt::format("cloud `{}` of the configuration", request_.cloud) : entry_.origin;
  if (!problems_.empty()) return std::nullopt;
  return ResolvedAccount{.account = std::move(account), .notices = std::move(notices_)};
}

Resolution resolve(const AccountRequest& request, const AccountSources& sources) {
  if (request.provider == "triton") return resolve_triton(request, sources);
  Builder builder(request, sources);
  auto account = builder.build();
  return {.account = std::move(account), .problems = builder.problems(), .elsewhere = builder.clouds_missing()};
}

}  // namespace

Result<ResolvedAccount> resolve_account(const AccountRequest& request, const AccountSources& sources) {
  auto resolved = resolve(request, sources);
  if (resolved.account) return *std::move(resolved.account);
  Error error = resolved.problems.front();
  // A file that is missing, closed to us or not to be trusted is a mistake of the configuration like a missing key:
  // exit code 5.
  error.code = Errc::invalid_input;
  if (resolved.problems.size() > 1) {
    std::vector<std::string> messages;
    for (const auto& problem : resolved.problems) messages.push_back(problem.message);
    error.message = join(messages, "; ");
  }
  error.where = request.cloud;
  return fail(std::move(error));
}

void check_account(const AccountRequest& request, const AccountSources& sources, Diagnostics& diagnostics) {
  auto offline = sources;
  offline.open_secrets = false;
  const auto resolved = resolve(request, offline);
  for (const auto& problem : resolved.problems) {
    const auto place = problem.place.file.empty() ? request.auth.place : problem.place;
    const auto message = fmt::format("cloud `{}`: {}", request.cloud, problem.message);
    if (resolved.elsewhere) {
      diagnostics.warning(place, message);
    } else {
      diagnostics.error(place, message);
    }
  }
}

}  // namespace retouch::auth
