// What a seed file says of a Triton, and the configuration that is written for it.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cloudapi_support.hpp"
#include "retouch/sandbox/host.hpp"
#include "run.hpp"
#include "temporary_directory.hpp"

namespace retouch::sandbox {
namespace {

std::vector<std::string> complaints(const std::string& yaml, const std::string& file = "seed.yaml") {
  Diagnostics diagnostics;
  load_seed(yaml, file, diagnostics);
  std::vector<std::string> out;
  for (const Diagnostic& diagnostic : diagnostics.sorted()) out.push_back(to_string(diagnostic));
  return out;
}

TEST(TritonSeed, GivesImagesWhatCloudApiShows) {
  const CloudSeed seed = triton_seed(R"(      - name: "base-{n}"
        count: 2
        account: alice
        attributes: {version: 24.10, public: true, tags: {role: "os-{n}", n: 3, b: true}, requirements: {min_memory: 512}}
        vary: [{every: 2, attributes: {state: unactivated, published_at: null}}]
)");
  const Json first = seed.images.at(0).attributes;
  EXPECT_EQ(first["version"], "24.10");
  EXPECT_EQ(first["public"], true);
  EXPECT_EQ(first["tags"], (Json{{"role", "os-1"}, {"n", 3}, {"b", true}}));
  EXPECT_EQ(first["requirements"], (Json{{"min_memory", 512}}));
  EXPECT_EQ(first["owner"], alice);
  EXPECT_EQ(first["state"], "active");
  EXPECT_TRUE(first.contains("published_at"));
  EXPECT_FALSE(first.contains("created_at") || first.contains("status") || first.contains("min_ram"));
  EXPECT_FALSE(seed.images.at(1).attributes.contains("published_at"));
}

TEST(TritonSeed, HasTheShippedLimitUnlessToldOtherwise) {
  const CloudSeed shipped = seed_of("clouds: [{name: t, type: triton}]\n");
  EXPECT_EQ(shipped.throttle->rate, 10);
  EXPECT_EQ(shipped.throttle->burst, 30);
  EXPECT_EQ(shipped.throttle->form, ThrottleForm::plain_429);
  const CloudSeed own =
      seed_of("clouds: [{name: t, type: triton, throttle: {rate: 2, burst: 5}, image: {list_limit: 1000}}]\n");
  EXPECT_EQ(own.throttle->rate, 2);
  EXPECT_EQ(own.throttle->form, ThrottleForm::plain_429);
  EXPECT_EQ(own.cloudapi.list_limit, 1000u);
}

TEST(TritonSeed, ReadsKeysFromFilesBesideIt) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.text();
  std::ofstream(path + "/alice.pub") << rsa().public_line() << "\n";
  Diagnostics diagnostics;
  const auto clouds =
      load_seed("clouds: [{name: t, type: triton, accounts: [{login: alice, keys: [{key_file: alice.pub}]}]}]\n",
                path + "/seed.yaml", diagnostics);
  ASSERT_FALSE(diagnostics.has_errors());
  const NamedKey& key = clouds.at(0).cloudapi.accounts.at(0).keys.at(0);
  EXPECT_EQ(key.name, "test-ssh-rsa");
  EXPECT_EQ(key.key.fingerprint(), parsed(rsa()).fingerprint());
  EXPECT_EQ(key.file, path + "/alice.pub");
}

TEST(TritonSeed, ComplainsAboutKeysAndAccounts) {
  const auto account = [](const std::string& keys) {
    return "clouds: [{name: t, type: triton, accounts: [{login: a, keys: " + keys + "}]}]\n";
  };
  for (const std::string& yaml :
       {account("[{}]"), account("[{key: zork}]"), account("[{key_file: nowhere.pub}]"),
        account("[{key: a, key_file: b}]"), std::string("clouds: [{name: t, type: triton, accounts: [{}]}]\n"),
        std::string("clouds: [{name: t, type: triton, images: [{name: i, account: x}]}]\n")}) {
    EXPECT_EQ(complaints(yaml).size(), 1u) << yaml;
  }
}

TEST(TritonSeed, TheWrittenConfigurationNamesTheKey) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.text();
  std::ofstream(path + "/alice.pub") << rsa().public_line() << "\n";
  Diagnostics diagnostics;
  auto clouds =
      load_seed("clouds: [{name: t, type: triton, accounts: [{login: alice, keys: [{key_file: alice.pub}]}]}]\n",
                path + "/seed.yaml", diagnostics);
  async::SystemClock clock;
  Host host(clock);
  test::run([&]() -> task<void> {
    const auto executor = co_await asio::this_coro::executor;
    const Result<Cloud*> cloud = host.add(executor, std::move(clouds.at(0)));
    EXPECT_TRUE(cloud);
    EXPECT_EQ((*cloud)->identity_url(), (*cloud)->image_url());
    const auto written = write_client_config(host, path, "manifests");
    EXPECT_TRUE(written);
    std::ostringstream text;
    text << std::ifstream(path + "/retouch.yaml").rdbuf();
    for (const std::string& part :
         {std::string("provider: triton"), "url: \"" + (*cloud)->image_url() + "\"", std::string("account: \"alice\""),
          "key_id: \"" + parsed(rsa()).sha256() + "\"", "key: {file: \"" + path + "/alice\"}"}) {
      EXPECT_NE(text.str().find(part), std::string::npos) << part << "\n" << text.str();
    }
    EXPECT_FALSE(std::filesystem::exists(path + "/secrets/t"));
    EXPECT_EQ(host.describe()["clouds"][0]["type"], "triton");
    co_await host.close();
  });
}

}  // namespace
}  // namespace retouch::sandbox
