#include "parsed.hpp"

namespace retouch::config {
namespace {

struct Case {
  const char *text, *complaint;
};

TEST(Refusals, EachHasItsPlaceAndWhatWasExpected) {
  const Case cases[] = {
      {"cloud: {}", "retouch.yaml:1:1: error: unknown key `cloud` in the configuration (did you mean `clouds`?)"},
      {"clouds:\n  a: {provider: glance, limit: {}}",
       "retouch.yaml:2:25: error: unknown key `limit` in `a` (did you mean `limits`?)"},
      {"clouds: {a: {}}", "`a` lacks `provider`"},
      {"clouds: {a: {provider: glanc}}",
       "`provider` must be ims, glance or triton, not the text `glanc` (did you mean `glance`?)"},
      {"clouds: {a: {provider: triton, auth: {cloud: x}}}", "unknown key `cloud` in `auth` of provider triton"},
      {"clouds: {a: {provider: triton, auth: {acount: x}}}", "(did you mean `account`?)"},
      {"clouds: {a: {provider: triton, auth: {agent: sometimes}}}", "`agent` must be true or false"},
      {"clouds: {a: {provider: triton, auth: {roles: ops}}}", "`roles` must be a list of texts, not the text `ops`"},
      {"clouds: {a: {provider: triton, auth: {roles: ['a,b']}}}", "`roles` must be a list of texts"},
      {"clouds: {a: {provider: triton, auth: {key: /k}}}", "`key` must not stand here in the clear"},
      {"clouds: {a: {provider: triton, auth: {algorithm: rsa-sha1}}}", "`algorithm` cannot be `rsa-sha1`"},
      {"clouds: {a: {provider: triton, auth: {url: [x]}}}", "`url` must be a text, not a list"},
      {"clouds: {a: {provider: triton, auth: x}}", "`auth` must be a mapping, not the text `x`"},
      {"clouds: {a: {provider: triton, region: r}}", "`region` has no meaning for provider triton"},
      {"clouds: {a: {provider: triton, interface: admin}}", "`interface` has no meaning for provider triton"},
      {"clouds: {a: {provider: ims, auth: {profile: x}}}", "unknown key `profile` in `auth`"},
      {"clouds: {a b: {provider: ims}}", "`a b` cannot be the name of a cloud"},
      {"clouds: {\"*\": {provider: ims}}", "cannot be the name of a cloud"},
      {"clouds: [a]", "`clouds` must be a mapping, not a list"},
      {"clouds: {a: {provider: ims, insecure: yes}}", "`insecure` must be true or false"},
      {"clouds: {a: {provider: ims, interface: extern}}", "`interface` must be public, internal or admin"},
      {"clouds: {a: {provider: ims, limits: {concurrency: 0}}}", "`concurrency` must be between 1 and 256, not 0"},
      {"clouds: {a: {provider: ims, limits: {concurrency: 1.5}}}", "`concurrency` must be a whole number"},
      {"clouds: {a: {provider: ims, limits: {burst: 0}}}", "`burst` must be between 1 and 10000"},
      {"clouds: {a: {provider: ims, timeouts: {connect: 5}}}", "`connect` must be a duration such as 30s"},
      {"clouds: {a: {provider: ims, timeouts: {request: 0s}}}", "`request` must be between 0.1 s and 3600 s, not 0s"},
      {"clouds: {a: {provider: ims, attributes: {x: {typ: integer}}}}",
       "unknown key `typ` in `x` (did you mean `type`?)"},
      {"clouds: {a: {provider: ims, attributes: {x: {type: float}}}}",
       "`type` must be text, integer, boolean, list or map"},
      {"clouds: {a: {provider: ims, tls: x}}", "`tls` must be a mapping"},
      {"clouds: {a: {provider: ims, auth: x}}", "`auth` must be a mapping, not the text `x`"},
      {"clouds: {a: {provider: ims, auth: {user: u}}}", "unknown key `user` in `auth`"},
      {"clouds: {a: {provider: ims, auth: {type: pasword}}}", "not `pasword` (did you mean `password`?)"},
      {"clouds: {a: {provider: ims, auth: {type: token, username: u}}}",
       "`username` has no meaning for a login of type token"},
      {"clouds: {a: {provider: ims, auth: {password: {}}}}",
       "`password` must be {file: PATH}, {env: NAME} or {credential: NAME}"},
      {"clouds: {a: {provider: ims, auth: {password: {fil: x}}}}", "(did you mean `file`?)"},
      {"clouds: {a: {provider: ims, auth: {password: {file: [x]}}}}", "`file` must be a text"},
      {"clouds: {a: {provider: ims, auth: {auth_url: [x]}}}", "`auth_url` must be a text, not a list"},
      {"policy: {mode: enforced}", "`mode` must be enforce or report"},
      {"policy: {interval: soon}", "`interval` must be a duration"},
      {"policy: {guards: {change_percent: 3}}",
       "unknown key `change_percent` in `guards` (did you mean `changed_percent`?)"},
      {"policy: {guards: {changed_percent: 101}}", "`changed_percent` must be between 0 and 100, not 101"},
      {"policy: {guards: {changed_percent: -1}}", "`changed_percent` must be between 0 and 100"},
      {"policy: {guards: {shrink_percent: 101}}", "`shrink_percent` must be between 0 and 100"},
      {"policy: {guards: {failures: {percent: 200}}}", "`percent` must be between 0 and 100"},
      {"policy: {guards: {changed_images: many}}", "`changed_images` must be a whole number"},
      {"policy: {guards: {changed_images: -1}}", "`changed_images` must be at least 0"},
      {"policy: {guards: {exposure: maybe}}", "`exposure` must be true or false"},
      {"sources: {a: b}", "`sources` must be a list"},
      {"sources: [{name: a}]", "an item of `sources` must have exactly one of directory and git"},
      {"sources: [{name: a, directory: {path: x}, git: {url: u}}]", "exactly one of directory and git"},
      {"sources: [{directory: {path: x}}]", "an item of `sources` lacks `name`"},
      {"sources: [{name: A, directory: {path: x}}]", "`A` cannot be the name of a source"},
      {"sources: [{name: a, directory: {path: x}}, {name: a, directory: {path: y}}]",
       "there are two sources named `a`"},
      {"sources: [{name: a, directory: {}}]", "`directory` lacks `path`"},
      {"sources: [{name: a, git: {url: u, ref: {branch: a, tag: b}}}]",
       "`ref` must have exactly one of branch, tag and commit"},
      {"sources: [{name: a, git: {uri: u}}]", "`git` lacks `url`"},
      {"other_clouds: a", "`other_clouds` must be a list"},
      {"other_clouds: [[a]]", "`other_clouds` must be a list of texts"},
      {"state: memory", "`state` must be {path: DIRECTORY} or none"},
      {"state: {file: x}", "`state` must be {path: DIRECTORY} or none"},
      {"service: {webhook: {listen: \"127.0.0.1:1\", source: s, secret: clear}}",
       "`secret` must not stand here in the clear"},
      {"notifications: [{mail: x}]", "an item of `notifications` lacks `webhook`"},
      {"a: 1\n---\nb: 2\n", "a configuration is one document"},
      {"[]", "the configuration must be a mapping, not a list"},
      {"clouds: {", "error"},
  };
  for (const auto& c : cases) {
    const Parsed parsed(c.text);
    EXPECT_TRUE(parsed.diagnostics.has_errors()) << c.text;
    EXPECT_TRUE(parsed.complains(c.complaint)) << c.text << "\n" << parsed.complaints();
  }
}

TEST(Refusals, ASecretInTheClearIsRefusedAndNotRepeated) {
  for (const auto* key : {"password", "application_credential_secret", "token", "secret_key", "security_token"}) {
    const Parsed parsed(std::string("clouds: {a: {provider: ims, auth: {") + key + ": hunter2-canary}}}\n");
    EXPECT_TRUE(parsed.complains(
        "must not stand here in the clear; say where it is: {file: PATH}, {env: NAME} or {credential: NAME}"))
        << key;
    EXPECT_FALSE(parsed.complains("canary"));
  }
}

TEST(Refusals, AllAreReportedAtOnceEachOnce) {
  const Parsed parsed(
      "clouds:\n  a: {provider: x, limits: {writes: 1}}\n  b: {provider: ims, auth: {typ: x}}\npolicy: {mode: z}\nfoo: "
      "1\n");
  EXPECT_EQ(parsed.diagnostics.sorted().size(), 5u) << parsed.complaints();
}

TEST(Refusals, WhatIsValidIsReadAllTheSame) {
  const Parsed parsed("clouds: {a: {provider: glance, limits: {writes: fast, concurrency: 3}}}\n");
  EXPECT_EQ(parsed.settings.clouds.at(0).limits.concurrency, 3u);
  EXPECT_EQ(parsed.settings.clouds.at(0).limits.writes, 10);
}

}  // namespace
}  // namespace retouch::config
