#include "triton_fixture.hpp"

namespace retouch::auth {
namespace {

TEST_F(ResolveTriton, InlineSettingsAreEnough) {
  literal("user", "bob");
  literal("roles", "ops, dev");
  literal("act_as", "carol");
  literal("account_id", "A11CE000-0000-4000-8000-000000000001");
  const auto account = resolve().value().account;
  EXPECT_EQ(account.endpoint, "https://cloudapi.example");
  EXPECT_EQ(account.origin, "cloud `joyent` of the configuration");
  EXPECT_TRUE(account.tls.verify);
  const auto& login = std::get<HttpSignatureLogin>(account.login);
  EXPECT_EQ(login.account, "alice");
  EXPECT_EQ(login.user, "bob");
  EXPECT_EQ(login.roles, (std::vector<std::string>{"ops", "dev"}));
  EXPECT_EQ(login.path_account(), "carol");
  EXPECT_EQ(login.account_id, "a11ce000-0000-4000-8000-000000000001");
  EXPECT_EQ(login.key_id, names_of(a_key()).md5);
  EXPECT_EQ(login.key.reveal().substr(0, 10), "-----BEGIN");
}

TEST_F(ResolveTriton, EverythingThatIsMissingIsNamedAtOnce) {
  request.auth.values.clear();
  for (const auto* part : {"`url` is missing", "`account` is missing", "the key is missing", "`agent: true`"}) {
    EXPECT_TRUE(complains(part)) << part << " in " << message();
  }
  literal("url", "ftp://x");
  literal("account", "a/b");
  literal("user", "b\"c");
  literal("act_as", "my");
  literal("account_id", "alice");
  for (const auto* part : {"url: ", "`account` cannot be `a/b`", "`user` cannot be", "`act_as` cannot be `my`",
                           "`account_id` must be a UUID, not `alice`"}) {
    EXPECT_TRUE(complains(part)) << part << " in " << message();
  }
}

TEST_F(ResolveTriton, PlainHttpNeedsLoopbackOrInsecure) {
  literal("url", "http://cloudapi.example");
  EXPECT_TRUE(complains("credentials travel over https only"));
  literal("url", "http://127.0.0.1:8080");
  EXPECT_TRUE(resolve().value().account.tls.verify);
  literal("url", "http://cloudapi.example");
  request.insecure = true;
  const auto insecure = resolve().value();
  EXPECT_FALSE(insecure.account.tls.verify);
  EXPECT_NE(insecure.notices.at(0).find("NOT verified"), std::string::npos);
}

TEST_F(ResolveTriton, TheEndpointOfTheCloudWinsOverTheUrl) {
  request.endpoint = "https://other.example";
  EXPECT_EQ(resolve().value().account.endpoint, "https://other.example");
}

TEST_F(ResolveTriton, ANamedProfileIsReadAsTheStockClientWritesIt) {
  request.auth.values.clear();
  request.auth.values["key"] = {.from = From::file, .text = "/k"};
  literal("profile", "lab");
  EXPECT_TRUE(complains("there is no profile `lab`: /h/.triton/profiles.d/lab.json does not exist"));
  profile("lab", R"({"url": "https://lab.example", "account": "acme", "keyId": ")" + names_of(a_key()).sha256 +
                     R"(", "user": "bob", "roles": ["ops"], "actAsAccount": "carol", "insecure": false})");
  const auto account = resolve().value().account;
  EXPECT_EQ(account.endpoint, "https://lab.example");
  EXPECT_EQ(account.origin, "profile `lab` of /h/.triton/profiles.d/lab.json");
  EXPECT_EQ(login().account, "acme");
  EXPECT_EQ(login().user, "bob");
  EXPECT_EQ(login().act_as, "carol");
  EXPECT_EQ(login().roles, std::vector<std::string>{"ops"});
  literal("account", "other");
  EXPECT_EQ(login().account, "other") << "what stands in the configuration wins";
}

TEST_F(ResolveTriton, XdgConfigHomeMovesTheProfiles) {
  variables["XDG_CONFIG_HOME"] = "/x";
  request.auth.values.erase("url");
  literal("profile", "lab");
  files.add("/x/triton/profiles.d/lab.json", R"({"url": "https://lab.example"})");
  EXPECT_EQ(resolve().value().account.endpoint, "https://lab.example");
}

TEST_F(ResolveTriton, WhatTheStockClientDoesNotKnowIsAnErrorInAProfile) {
  literal("profile", "lab");
  profile("lab", R"({"name": "lab", "keyID": "x", "url": 7, "roles": "ops", "insecure": "yes"})");
  for (const auto* part : {"`name` must not stand", "unknown key `keyID` (did you mean `keyId`?)",
                           "`url` must be a text", "`roles` must be a list", "`insecure` must be true or false"}) {
    EXPECT_TRUE(complains(part)) << part << " in " << message();
  }
  profile("lab", "[]");
  EXPECT_TRUE(complains("not a JSON object"));
  profile("lab", "{");
  EXPECT_TRUE(complains("/h/.triton/profiles.d/lab.json"));
  literal("profile", "../lab");
  EXPECT_TRUE(complains("no name of a profile"));
}

TEST_F(ResolveTriton, AProfileThatOthersCanWriteIsNotBelieved) {
  literal("profile", "lab");
  profile("lab", "{}");
  EXPECT_EQ(message(), "resolved");
  files.files["/h/.triton/profiles.d/lab.json"].info.writable_by_others = true;
  EXPECT_TRUE(complains("can be written by others"));
  files.files["/h/.triton/profiles.d/lab.json"].info = {.regular = true};
  EXPECT_TRUE(complains("must be yours")) << "somebody else's";
}

TEST_F(ResolveTriton, WithoutASettingTheDefaultProfileIsTaken) {
  request.auth.values.erase("url");
  request.auth.values.erase("account");
  variables["SDC_URL"] = "https://env.example";
  variables["SDC_ACCOUNT"] = "env";
  EXPECT_EQ(resolve().value().account.endpoint, "https://env.example");
  files.add("/h/.triton/config.json", R"({"profile": "lab", "oldProfile": "x", "cacheDir": "cache"})");
  profile("lab", R"({"url": "https://lab.example", "account": "acme"})");
  EXPECT_EQ(resolve().value().account.endpoint, "https://lab.example");
  variables["TRITON_PROFILE"] = "other";
  profile("other", R"({"url": "https://other.example", "account": "acme"})");
  EXPECT_EQ(resolve().value().account.endpoint, "https://other.example");
  variables["TRITON_PROFILE"] = "env";
  EXPECT_EQ(resolve().value().account.endpoint, "https://env.example");
}

TEST_F(ResolveTriton, VariablesOfTritonArePreferred) {
  request.auth.values.clear();
  literal("profile", "env");
  variables.merge(std::map<std::string, std::string>{{"TRITON_URL", "https://new.example"},
                                                     {"SDC_URL", "https://old.example"},
                                                     {"SDC_ACCOUNT", "alice"},
                                                     {"TRITON_USER", "bob"},
                                                     {"TRITON_ROLE", "ops,dev"},
                                                     {"TRITON_ACT_AS", "carol"},
                                                     {"SDC_KEY_ID", names_of(a_key()).md5},
                                                     {"TRITON_KEY_MATERIAL", test::pkcs8(a_key())}});
  EXPECT_EQ(resolve().value().account.endpoint, "https://new.example");
  EXPECT_EQ(login().roles, (std::vector<std::string>{"ops", "dev"}));
  EXPECT_EQ(login().user, "bob");
  EXPECT_EQ(login().path_account(), "carol");
  variables["TRITON_KEY_MATERIAL"] = "/k";
  EXPECT_EQ(login().key_id, names_of(a_key()).md5) << "a path will do, too";
}

TEST_F(ResolveTriton, VariablesAloneDoNotTurnVerificationOff) {
  request.auth.values.erase("url");
  literal("profile", "env");
  variables["TRITON_URL"] = "https://env.example";
  for (const auto* name : {"TRITON_TLS_INSECURE", "SDC_TLS_INSECURE", "SDC_TESTING", "TRITON_SKIP_TLS_VERIFY"}) {
    variables[name] = "true";
    const auto resolved = resolve().value();
    EXPECT_TRUE(resolved.account.tls.verify) << name;
    ASSERT_EQ(resolved.notices.size(), 1u) << name;
    EXPECT_NE(resolved.notices[0].find("variables alone do not"), std::string::npos);
    variables.erase(name);
  }
  literal("profile", "lab");
  profile("lab", R"({"url": "https://lab.example", "insecure": true})");
  const auto resolved = resolve().value();
  EXPECT_FALSE(resolved.account.tls.verify) << "a file of one's own may";
  EXPECT_NE(resolved.notices.at(0).find("NOT verified: profile `lab`"), std::string::npos);
  profile("lab", R"({"url": "http://lab.example", "insecure": true})");
  EXPECT_TRUE(complains("credentials travel over https only")) << "but not take http";
}

TEST_F(ResolveTriton, AProfileThatOnlyAVariableChoosesDoesNotTurnVerificationOff) {
  request.auth.values.erase("url");
  request.auth.values.erase("account");
  profile("lab", R"({"url": "https://lab.example", "account": "acme", "insecure": true})");
  variables["TRITON_PROFILE"] = "lab";
  const auto chosen = resolve().value();
  EXPECT_TRUE(chosen.account.tls.verify);
  EXPECT_NE(chosen.notices.at(0).find("`insecure` of profile `lab`"), std::string::npos) << chosen.notices.at(0);
  variables.erase("TRITON_PROFILE");
  files.add("/h/.triton/config.json", R"({"profile": "lab"})");
  EXPECT_FALSE(resolve().value().account.tls.verify) << "a file of one's own names it";
  variables["TRITON_PROFILE"] = "other";
  literal("profile", "lab");
  EXPECT_FALSE(resolve().value().account.tls.verify) << "the configuration names it";
}

TEST_F(ResolveTriton, WhatIsMissingIsAMistakeOfTheConfiguration) {
  request.auth.values["key"] = {.from = From::file, .text = "/none"};
  EXPECT_TRUE(complains("there is no file /none"));
  EXPECT_EQ(resolve().error().code, Errc::invalid_input);
  request.auth.values.erase("key");
  literal("key_id", names_of(a_key()).md5);
  EXPECT_TRUE(complains("no key")) << message();
  EXPECT_EQ(resolve().error().code, Errc::invalid_input);
  literal("profile", "lab");
  EXPECT_TRUE(complains("there is no profile `lab`"));
  EXPECT_EQ(resolve().error().code, Errc::invalid_input);
}

TEST_F(ResolveTriton, CheckingOpensNoSecret) {
  files.files.erase("/k");
  EXPECT_FALSE(check().has_errors());
  EXPECT_TRUE(files.reads.empty());
  request.auth.values.erase("key");
  literal("key_id", names_of(a_key()).md5);
  EXPECT_FALSE(check().has_errors()) << "the keys of ~/.ssh are elsewhere, too";
  literal("url", "gopher://x");
  EXPECT_TRUE(check().has_errors());
}

TEST_F(ResolveTriton, CredentialsThatAreElsewhereAreAWarning) {
  literal("profile", "lab");
  EXPECT_FALSE(check().has_errors());
  EXPECT_EQ(check().sorted().size(), 1u);
  request.auth = {};
  EXPECT_FALSE(check().has_errors()) << "nothing is set here";
  EXPECT_FALSE(check().sorted().empty());
  literal("user", "a/b");
  EXPECT_TRUE(check().has_errors());
}

}  // namespace
}  // namespace retouch::auth
