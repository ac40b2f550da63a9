#include "retouch/config/settings.hpp"

#include "parsed.hpp"

namespace retouch::config {
namespace {

using namespace std::chrono_literals;
using From = auth::AuthValue::From;

// The example of the documentation.
constexpr auto example = R"(
clouds:
  otc-de:
    provider: ims
    region: eu-de
    auth: {cloud: otc}
    limits: {requests: 10/s, writes: 5/s, reads: 10/s, burst: 10, concurrency: 8}
    policy: {mode: report, guards: {changed_images: 5}}
    attributes: {min_disk: {writable: true, type: integer}, os_kind: {allowed: [a, b], max_length: 9, empty_is_absent: true}}
  lab:
    provider: glance
    auth:
      type: password
      auth_url: https://keystone.lab.example/v3
      username: retouch
      user_domain_name: Default
      project_name: images
      project_domain_name: Default
      password: {file: secrets/lab}
    endpoint: https://glance.lab.example
    tls: {ca_file: ca.pem, client_certificate: /c.pem, client_key: k.pem}
    timeouts: {connect: 5s, request: 1m}
sources:
  - {name: site, directory: {path: manifests}}
  - {name: images, git: {url: "ssh://git@example/images.git", ref: {branch: main}, path: images, interval: 1m, timeout: 60s, verify: {allowed_signers: signers}, fast_forward_only: true}}
policy:
  mode: enforce
  interval: 15m
  deadline: 10m
  verify: response
  guards: {changed_percent: 40, percent_from_images: 11, changed_images: 201, removed_fields: 51, shrink_percent: 52, exposure: false, selection_grew_percent: 21, failures: {consecutive: 12, percent: 22.5}}
  contention: {corrections: 4, within: 7h, hold: 25h}
other_clouds: [otc-nl]
state: {path: state}
)";

TEST(Settings, TheExampleIsReadWhole) {
  const Parsed parsed(example);
  EXPECT_EQ(parsed.complaints(), "");
  const auto& s = parsed.settings;
  ASSERT_EQ(s.clouds.size(), 2u);
  const auto& otc = s.clouds[0];
  EXPECT_EQ(otc.name, "otc-de");
  EXPECT_EQ(otc.provider, "ims");
  EXPECT_EQ(otc.region, "eu-de");
  EXPECT_EQ(otc.auth.cloud, "otc");
  ASSERT_EQ(otc.attributes.size(), 2u);
  EXPECT_EQ(otc.attributes[0].writable, true);
  EXPECT_EQ(otc.attributes[0].type, core::ValueType::integer);
  EXPECT_EQ(otc.attributes[0].max_length, std::nullopt);
  EXPECT_EQ(otc.attributes[1].allowed, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(otc.attributes[1].max_length, 9u);
  EXPECT_EQ(otc.attributes[1].empty_is_absent, true);
  const auto& lab = s.clouds[1];
  EXPECT_EQ(lab.auth.type, "password");
  EXPECT_EQ(lab.auth.values.at("username").text, "retouch");
  EXPECT_EQ(lab.auth.values.at("password").from, From::file);
  EXPECT_EQ(lab.auth.values.at("password").text, "/etc/retouch/secrets/lab");
  EXPECT_EQ(lab.endpoint, "https://glance.lab.example");
  EXPECT_EQ(lab.tls.ca_file, "/etc/retouch/ca.pem");
  EXPECT_EQ(lab.tls.client_certificate, "/c.pem");
  EXPECT_EQ(lab.request_timeout, Duration(1min));
  ASSERT_EQ(s.sources.size(), 2u);
  EXPECT_EQ(s.sources[0].directory.path, "/etc/retouch/manifests");
  EXPECT_EQ(s.other_clouds, std::vector<std::string>{"otc-nl"});
  EXPECT_EQ(s.state_path, "/etc/retouch/state");
}

TEST(Settings, ACloudOfProviderTritonHasItsOwnLogin) {
  const Parsed parsed(R"(
clouds:
  joyent:
    provider: triton
    auth: {url: https://cloudapi.example, account: alice, user: bob, roles: [ops, dev], act_as: carol, agent: true,
           account_id: a11ce000-0000-4000-8000-000000000001, key_id: SHA256:abc, algorithm: rsa-sha512}
  file: {provider: triton, auth: {profile: lab, key: {file: keys/lab}}}
  home: {provider: triton, auth: {key: {file: ~/.ssh/id_rsa}}}
  plain: {provider: triton}
)");
  EXPECT_EQ(parsed.complaints(), "");
  const auto& clouds = parsed.settings.clouds;
  ASSERT_EQ(clouds.size(), 4u);
  const auto& values = clouds[0].auth.values;
  EXPECT_EQ(values.at("account").text, "alice");
  EXPECT_EQ(values.at("roles").text, "ops,dev");
  EXPECT_EQ(values.at("agent").text, "true");
  EXPECT_EQ(clouds[1].auth.values.at("profile").text, "lab");
  EXPECT_EQ(clouds[1].auth.values.at("key").from, From::file);
  EXPECT_EQ(clouds[1].auth.values.at("key").text, "/etc/retouch/keys/lab");
  EXPECT_EQ(clouds[2].auth.values.at("key").text, "~/.ssh/id_rsa");
  EXPECT_TRUE(clouds[3].auth.values.empty());
  EXPECT_EQ(account_request(clouds[0]).provider, "triton");
}

TEST(Settings, ThePolicyIsReadAndACloudOverridesKeysOfIt) {
  const Parsed parsed(example);
  const auto& general = parsed.settings.policy;
  EXPECT_EQ(general.mode, Mode::enforce);
  EXPECT_EQ(general.interval, Duration(15min));
  EXPECT_EQ(general.deadline, Duration(10min));
  EXPECT_EQ(general.verify, Verify::response);
  EXPECT_EQ(general.guards.changed_percent, 40);
  EXPECT_EQ(general.guards.percent_from_images, 11);
  EXPECT_EQ(general.guards.changed_images, 201);
  EXPECT_EQ(general.guards.removed_fields, 51);
  EXPECT_EQ(general.guards.shrink_percent, 52);
  EXPECT_FALSE(general.guards.exposure);
  EXPECT_EQ(general.guards.selection_grew_percent, 21);
  EXPECT_EQ(general.guards.failures_consecutive, 12);
  EXPECT_EQ(general.guards.failures_percent, 22.5);
  EXPECT_EQ(general.contention.corrections, 4);
  EXPECT_EQ(general.contention.within, Duration(7h));
  EXPECT_EQ(general.contention.hold, Duration(25h));
  const auto& own = parsed.settings.clouds[0].policy;
  EXPECT_EQ(own.mode, Mode::report);
  EXPECT_EQ(own.guards.changed_images, 5);
  EXPECT_EQ(own.guards.changed_percent, 40);
  EXPECT_EQ(own.interval, Duration(15min));
}

TEST(Settings, WithoutAPolicyTheDefaultsHoldAndTheModeIsUnset) {
  const Parsed parsed("clouds: {a: {provider: glance}}\n");
  EXPECT_EQ(parsed.complaints(), "");
  const auto& policy = parsed.settings.clouds.at(0).policy;
  EXPECT_EQ(policy.mode, Mode::unset);
  EXPECT_EQ(policy.guards.changed_percent, 30);
  EXPECT_TRUE(policy.guards.exposure);
  EXPECT_EQ(parsed.settings.state_path, std::nullopt);
}

TEST(Settings, AnEmptyFileIsNoError) {
  for (const auto* text : {"", "---\n", "# nothing\n", "clouds:\nsources:\npolicy:\n"})
    EXPECT_EQ(Parsed(text).complaints(), "") << text;
}

TEST(Settings, StateMayBeNone) {
  EXPECT_EQ(Parsed("state: none\n").settings.state_path, "none");
  EXPECT_EQ(Parsed("state: {path: none}\n").settings.state_path, "none");
}

TEST(Settings, ACloudBecomesAnAccountRequest) {
  const Parsed parsed(example);
  const auto request = account_request(parsed.settings.clouds[1]);
  EXPECT_EQ(request.cloud, "lab");
  EXPECT_EQ(request.endpoint, "https://glance.lab.example");
  EXPECT_EQ(request.tls.ca_file, "/etc/retouch/ca.pem");
  EXPECT_EQ(request.auth.type, "password");
}

TEST(Settings, LoginNamesOfKeystoneauthAreUnderstood) {
  for (const auto& [given, meant] : {std::pair{"v3password", "password"},
                                     {"v3token", "token"},
                                     {"v3applicationcredential", "application_credential"}}) {
    const Parsed parsed(std::string("clouds: {a: {provider: glance, auth: {type: ") + given + "}}}\n");
    EXPECT_EQ(parsed.settings.clouds.at(0).auth.type, meant);
  }
}

}  // namespace
}  // namespace retouch::config
