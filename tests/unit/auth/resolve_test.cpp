#include "retouch/auth/resolve.hpp"

#include <gtest/gtest.h>

#include "fake_files.hpp"

namespace retouch::auth {
namespace {

using From = AuthValue::From;

struct Resolve : testing::Test {
  test::FakeFiles files;
  std::map<std::string, std::string> variables{{"HOME", "/h"}, {"PW", "pw"}};
  AccountRequest request{.cloud = "lab"};

  void SetUp() override {
    literal("auth_url", "https://k.example/v3");
    literal("username", "u");
    literal("user_domain_name", "D");
    literal("project_name", "p");
    request.auth.values["password"] = {.from = From::env, .text = "PW"};
  }
  void literal(const std::string& key, const std::string& text) { request.auth.values[key] = {.text = text}; }
  void clouds(const std::string& text) { files.add("/h/.config/openstack/clouds.yaml", text); }
  Result<ResolvedAccount> resolve() {
    const os::Environment environment(variables);
    return resolve_account(request, {environment, files});
  }
  std::string message() {
    const auto resolved = resolve();
    return resolved ? "resolved" : resolved.error().message;
  }
  bool complains(const std::string& part) { return message().find(part) != std::string::npos; }
  Diagnostics check() {
    const os::Environment environment(variables);
    Diagnostics diagnostics;
    check_account(request, {environment, files}, diagnostics);
    return diagnostics;
  }
};

TEST_F(Resolve, AnInlinePassword) {
  request.region = "eu";
  const auto account = resolve().value().account;
  const auto& login = std::get<PasswordLogin>(account.login);
  EXPECT_EQ(login.username, "u");
  EXPECT_EQ(login.password.reveal(), "pw");
  EXPECT_EQ(account.project_domain_name, "D");  // the user's, unless said
  EXPECT_EQ(account.region, "eu");
  EXPECT_EQ(account.interface, "public");
  EXPECT_TRUE(account.tls.verify);
}

TEST_F(Resolve, EverythingThatIsMissingIsNamedAtOnce) {
  request.auth.values.clear();
  request.auth.type = "password";
  for (const auto* part : {"`username` or `user_id`", "`password` is missing", "`project_name` or `project_id`",
                           "`auth_url` is missing"}) {
    EXPECT_TRUE(complains(part)) << part << " in " << message();
  }
}

TEST_F(Resolve, DomainsAreAskedForWhereNamesNeedThem) {
  request.auth.values.erase("user_domain_name");
  EXPECT_TRUE(complains("the domain of the user"));
  EXPECT_TRUE(complains("the domain of the project"));
  request.auth.values.erase("username");
  literal("user_id", "u1");
  literal("project_id", "p1");
  EXPECT_EQ(message(), "resolved");
}

TEST_F(Resolve, ApplicationCredential) {
  request.auth.values.clear();
  request.auth.type = "v3applicationcredential";
  literal("auth_url", "https://k.example");
  literal("application_credential_id", "ac");
  EXPECT_TRUE(complains("`application_credential_secret` is missing"));
  request.auth.values["application_credential_secret"] = {.from = From::env, .text = "PW"};
  EXPECT_EQ(std::get<ApplicationCredentialLogin>(resolve().value().account.login).id, "ac");
  request.auth.type.clear();  // plain from its keys
  EXPECT_EQ(std::get<ApplicationCredentialLogin>(resolve().value().account.login).secret.reveal(), "pw");
  request.auth.values.erase("application_credential_id");
  literal("application_credential_name", "n");
  EXPECT_TRUE(complains("the owner of the named credential"));
}

TEST_F(Resolve, ATokenNeedsAProject) {
  request.auth.values.erase("password");
  request.auth.values["token"] = {.from = From::env, .text = "PW"};
  EXPECT_EQ(std::get<TokenLogin>(resolve().value().account.login).token.reveal(), "pw");
  request.auth.values.erase("project_name");
  EXPECT_TRUE(complains("the project"));
}

TEST_F(Resolve, AnAccessKeyNeedsProjectAndEndpoint) {
  request.auth.values.clear();
  request.auth.type = "aksk";
  literal("variant", "both");
  for (const auto* part : {"`access_key`", "`secret_key`", "`project_id`", "`endpoint`", "`variant` must be"}) {
    EXPECT_TRUE(complains(part)) << part;
  }
  literal("access_key", "AK");
  literal("project_id", "p1");
  literal("variant", "credential");
  request.auth.values["secret_key"] = {.from = From::env, .text = "PW"};
  request.endpoint = "https://ims.example";
  const auto login = std::get<AkskLogin>(resolve().value().account.login);
  EXPECT_EQ(login.variant, AkskLogin::Variant::credential);
  EXPECT_EQ(login.secret_key.reveal(), "pw");
}

TEST_F(Resolve, AnUnknownLoginNamesTheKnownOnes) {
  request.auth.type = "v3oidcpassword";
  EXPECT_TRUE(complains("`oidcpassword` is not supported; use password, application_credential, token or aksk"));
}

TEST_F(Resolve, InlineKeysWinOverCloudsYaml) {
  clouds("clouds: {otc: {region_name: r, auth: {auth_url: 'https://other', username: other, password: theirs}}}");
  request.auth.cloud = "otc";
  request.auth.values.erase("password");
  const auto account = resolve().value().account;
  EXPECT_EQ(account.auth_url, "https://k.example/v3");
  EXPECT_EQ(std::get<PasswordLogin>(account.login).username, "u");
  EXPECT_EQ(std::get<PasswordLogin>(account.login).password.reveal(), "theirs");
  EXPECT_EQ(account.region, "r");
  EXPECT_EQ(account.origin, "cloud `otc` of /h/.config/openstack/clouds.yaml");
}

TEST_F(Resolve, AFileThatCannotBeReadIsAMistakeOfTheConfiguration) {
  files.add("/pw", "secret");
  files.unreadable = {"/pw"};
  request.auth.values["password"] = {.from = From::file, .text = "/pw"};
  EXPECT_TRUE(complains("password: cannot read /pw: Permission denied")) << message();
  EXPECT_EQ(resolve().error().code, Errc::invalid_input) << "as one that is not there";
}

TEST_F(Resolve, PlainHttpIsRefusedUnlessInsecureOrLoopback) {
  literal("auth_url", "http://k.example/v3");
  EXPECT_TRUE(complains("credentials travel over https only"));
  EXPECT_EQ(resolve().error().code, Errc::invalid_input) << "a mistake of the configuration";
  request.insecure = true;
  const auto insecure = resolve().value();
  EXPECT_FALSE(insecure.account.tls.verify);
  ASSERT_EQ(insecure.notices.size(), 1u) << "said at every start";
  EXPECT_NE(insecure.notices[0].find("NOT verified"), std::string::npos);
  request.insecure = false;
  literal("auth_url", "http://127.0.0.1:5000/v3");
  EXPECT_EQ(message(), "resolved");
  request.endpoint = "http://glance.example";
  EXPECT_TRUE(complains("credentials travel over https only"));
}

TEST_F(Resolve, TheEnvironmentAloneDoesNotTurnVerificationOff) {
  request.auth = {};
  for (const auto& [name, value] : std::map<std::string, std::string>{{"OS_AUTH_URL", "https://k.example"},
                                                                      {"OS_USERNAME", "u"},
                                                                      {"OS_PASSWORD", "p"},
                                                                      {"OS_USER_DOMAIN_NAME", "D"},
                                                                      {"OS_PROJECT_NAME", "p"},
                                                                      {"OS_INSECURE", "true"},
                                                                      {"OS_VERIFY", "false"},
                                                                      {"OS_CACERT", "~/ca.pem"}}) {
    variables[name] = value;
  }
  const auto resolved = resolve().value();
  EXPECT_TRUE(resolved.account.tls.verify);
  EXPECT_EQ(resolved.account.tls.ca_file, "/h/ca.pem");
  ASSERT_EQ(resolved.notices.size(), 1u);
  EXPECT_NE(resolved.notices[0].find("ignored"), std::string::npos);
}

TEST_F(Resolve, AFileMayTurnVerificationOffAndThatIsSaid) {
  clouds("clouds: {otc: {verify: false, cacert: /ca.pem, cert: /c, key: /k, auth: {}}}");
  request.auth.cloud = "otc";
  const auto resolved = resolve().value();
  EXPECT_FALSE(resolved.account.tls.verify);
  EXPECT_EQ(resolved.account.tls.client_key, "/k");
  EXPECT_NE(resolved.notices.at(0).find("NOT verified"), std::string::npos);
  request.tls.ca_file = "/mine.pem";
  EXPECT_EQ(resolve().value().account.tls.ca_file, "/mine.pem");
}

TEST_F(Resolve, OldIdentityVersionsAreRefused) {
  clouds("clouds: {otc: {identity_api_version: '2.0', auth: {}}}");
  request.auth.cloud = "otc";
  EXPECT_TRUE(complains("identity_api_version 2"));
}

TEST_F(Resolve, CheckingOpensNoSecret) {
  request.auth.values["password"] = {.from = From::file, .text = "/secret"};
  files.add("/secret", "x");
  EXPECT_TRUE(check().empty());
  EXPECT_TRUE(files.reads.empty());
  request.auth.values.erase("password");
  request.auth.values.erase("username");
  EXPECT_EQ(check().items().size(), 2u);
}

TEST_F(Resolve, CheckingWithoutTheCloudsYamlOnlyWarns) {
  request.auth = {.cloud = "otc"};
  const auto diagnostics = check();
  EXPECT_FALSE(diagnostics.has_errors());
  EXPECT_EQ(diagnostics.items().size(), 1u);
  clouds("clouds: {otc: {auth: {auth_url: 'https://k', username: u, user_domain_name: D, project_name: p}}}");
  EXPECT_TRUE(check().empty());  // the password may stand in secure.yaml
}

}  // namespace
}  // namespace retouch::auth
