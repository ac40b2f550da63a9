// The verb `export` against simulated clouds, with files in memory.
#include <gtest/gtest.h>

#include <sstream>

#include "../../../src/cli/manifest_files.hpp"
#include "fake_files.hpp"
#include "manual_clock.hpp"
#include "retouch/cli/app.hpp"
#include "retouch/sandbox/in_process.hpp"
#include "retouch/sandbox/seed.hpp"
#include "run.hpp"

namespace retouch::cli {
namespace {

using namespace std::chrono_literals;

constexpr const char* seeds = R"(clouds:
  - name: lab
    type: glance
    projects: [{name: images}]
    users: [{name: retouch, password: secret, projects: [images], default_project: images}]
    images:
      - {name: "Ubuntu 24.04", id: 00000000-0000-4000-8000-000000000001, project: images, attributes: {min_ram: 512, os_version: "24.10"}}
      - {name: "../evil", id: 00000000-0000-4000-8000-000000000002, project: images}
      - {name: foreign}
)";

constexpr const char* settings = R"(clouds:
  lab:
    provider: glance
    insecure: true
    auth: {type: password, auth_url: "http://keystone.test:5000/v3", username: retouch, user_domain_name: Default,
           project_name: images, project_domain_name: Default, password: {env: PASSWORD}}
)";
// The same cloud under a second name.
std::string two_clouds() {
  const std::string one = settings;
  std::string other = one.substr(one.find("  lab:"));
  return one + other.replace(2, 3, "west");
}

struct ExportVerb : testing::Test {
  ExportVerb() { files.add("/r.yaml", settings); }

  int run(ExportOptions options) {
    Diagnostics diagnostics;
    sandbox::Cloud cloud(std::move(sandbox::load_seed(seeds, "seed.yaml", diagnostics).at(0)), clock);
    cloud.set_urls("http://keystone.test:5000", "http://glance.test:9292");
    sandbox::InProcessTransport transport(clock);
    transport.add(cloud);
    SeededRandom random(1);
    const auto blocking = async::make_inline_blocking();
    async::Stop stop;
    reconcile::World world{.clock = clock,
                           .random = random,
                           .files = files,
                           .environment = os::Environment({{"PASSWORD", password}}),
                           .blocking = *blocking,
                           .stop = stop};
    world.make_transport = [&](http::ClientOptions) -> Result<http::TransportPtr> {
      return http::TransportPtr(&transport, [](http::Transport*) {});
    };
    std::ostringstream out_stream, err_stream;
    Console console{.out = out_stream, .err = err_stream};
    Options all{.global = {.config = config}, .verb = Verb::export_, .export_ = std::move(options)};
    const int code =
        test::run_for<int>([&]() -> task<int> { co_return co_await run_verb(all, world, console); }, &clock);
    out = out_stream.str();
    err = err_stream.str();
    return code;
  }
  int convert(ExportOptions options) {
    options.from = "openstack-image-manager";
    options.definitions = "defs";
    return run(std::move(options));
  }

  test::ManualClock clock{Wall{} + 1795262400s};
  test::FakeFiles files;
  std::string config = "/r.yaml";
  std::string password = "secret";
  std::string out, err;
};

TEST_F(ExportVerb, PrintsOneSetForEachCloud) {
  EXPECT_EQ(run({}), 0) << err;
  EXPECT_TRUE(out.starts_with("apiVersion: retouch/v1\nkind: ImageSet\nmetadata: {name: \"lab\"}\n")) << out;
  EXPECT_NE(out.find("    - name: \"evil\"\n      select: {id: \"00000000-0000-4000-8000-000000000002\"}"),
            std::string::npos)
      << out;
  EXPECT_NE(out.find("os_version: \"24.10\""), std::string::npos);
  EXPECT_EQ(out.find("foreign"), std::string::npos);
  EXPECT_EQ(err, "");
}

TEST_F(ExportVerb, WritesAFileForEachImage) {
  EXPECT_EQ(run({.directory = "out"}), 0) << err;
  EXPECT_EQ(out, "");
  EXPECT_EQ(files.writes, (std::vector<std::string>{"out/evil-00000000-0000-4000-8000-000000000002.yaml",
                                                    "out/ubuntu-24.04-00000000-0000-4000-8000-000000000001.yaml"}));
  EXPECT_EQ(err, "Wrote 2 files into out.\n");
}

TEST_F(ExportVerb, SeveralCloudsHaveDirectoriesOfTheirOwn) {
  files.add("/r.yaml", two_clouds());
  EXPECT_EQ(run({.directory = "out"}), 0) << err;
  EXPECT_EQ(files.writes.size(), 4u);
  EXPECT_TRUE(files.files.contains("out/west/evil-00000000-0000-4000-8000-000000000002.yaml"));
  const std::string& text = files.files["out/lab/evil-00000000-0000-4000-8000-000000000002.yaml"].content;
  EXPECT_NE(text.find("name: \"evil-00000000-0000-4000-8000-000000000002-lab\""), std::string::npos)
      << "names are unique over all files\n"
      << text;
}

TEST_F(ExportVerb, OverwritesNothingAndNamesEveryFileThatExists) {
  const std::string one = "out/evil-00000000-0000-4000-8000-000000000002.yaml";
  const std::string other = "out/ubuntu-24.04-00000000-0000-4000-8000-000000000001.yaml";
  files.add(other, "mine");
  EXPECT_EQ(run({.directory = "out"}), 1);
  EXPECT_TRUE(files.writes.empty()) << "not even those that do not exist";
  EXPECT_NE(err.find("  " + other + "\n"), std::string::npos) << err;
  files.add(one, "mine, too");
  EXPECT_EQ(run({.directory = "out"}), 1);
  EXPECT_NE(err.find("  " + one + "\n  " + other + "\n"), std::string::npos) << err;
}

TEST_F(ExportVerb, AFullDiskIsSaidWithWhatHadBeenWritten) {
  files.fail_writes = true;
  EXPECT_EQ(run({.directory = "out"}), 1);
  EXPECT_NE(err.find("No space left on device"), std::string::npos);
  EXPECT_NE(err.find("0 of 2 files had been written before"), std::string::npos) << err;
}

TEST_F(ExportVerb, WhatMeetsNothingIsAnError) {
  EXPECT_EQ(run({.where = {"os_version=24.1"}}), 1);
  EXPECT_NE(err.find("no own image has os_version=24.1 (--where); did you mean `24.10`?"), std::string::npos) << err;
  EXPECT_EQ(run({.attributes = {"min_rma"}}), 1);
  EXPECT_NE(err.find("--attributes min_rma; did you mean `min_ram`?"), std::string::npos) << err;
  EXPECT_EQ(run({.exclude = {"nmae"}}), 1);
  EXPECT_NE(err.find("--exclude nmae; did you mean `name`?"), std::string::npos) << err;
  EXPECT_EQ(out, "");
  EXPECT_EQ(run({.exclude = {"hw_firmware_type"}}), 0) << "no slip of the finger, although no image has it: " << err;
}

TEST_F(ExportVerb, ACloudThatFailsGivesTheExitCode) {
  password = "wrong";
  EXPECT_EQ(run({}), 6) << err;
  EXPECT_EQ(out, "");
  EXPECT_TRUE(err.starts_with("retouch: lab: ")) << err;
}

constexpr const char* definition = "images:\n  - {name: X, multi: true, versions: [{version: '1'}]}\n";

TEST_F(ExportVerb, ConvertsDefinitionsForTheConfiguredCloudsOfOpenStack) {
  files.add("defs/a.yml", definition);
  files.add("defs/notes.txt", "no definitions");
  files.add("defs/deeper/b.yml", "not read by the tool either");
  EXPECT_EQ(convert({}), 0) << err;
  EXPECT_NE(out.find("  clouds: [\"lab\"]\n"), std::string::npos) << out;
  files.add("/r.yaml", "clouds: {otc: {provider: ims, region: eu-de, auth: {cloud: x}}}\n");
  EXPECT_EQ(convert({}), 1);
  EXPECT_NE(err.find("none of the chosen clouds is `provider: glance`"), std::string::npos) << err;
  EXPECT_EQ(convert({.for_clouds = {"otc"}}), 0) << err;
}

TEST_F(ExportVerb, TheCloudsOfDefinitionsMustBeKnownWhereThereIsAConfiguration) {
  files.add("defs/a.yml", definition);
  EXPECT_EQ(convert({.for_clouds = {"lba"}}), 1);
  EXPECT_NE(err.find("no cloud `lba` is configured; did you mean `lab`?"), std::string::npos) << err;
  files.add("/r.yaml", std::string(settings) + "other_clouds: [elsewhere]\n");
  EXPECT_EQ(convert({.for_clouds = {"elsewhere"}}), 0) << err;
  config = "";
  EXPECT_EQ(convert({.for_clouds = {"lba"}}), 0) << err;
  EXPECT_EQ(convert({}), 5);
  EXPECT_NE(err.find("--clouds NAME"), std::string::npos) << err;
}

TEST_F(ExportVerb, InvalidDefinitionsAreNamedAndNothingIsWritten) {
  files.add("defs/a.yml", definition);
  files.add("defs/b.yml", "images:\n  - {name: Y, versions: [{version: '1'}]}\n");
  EXPECT_EQ(convert({.directory = "out"}), 5);
  EXPECT_NE(err.find("defs/b.yml:2:5: error: `multi` is missing"), std::string::npos) << err;
  EXPECT_TRUE(files.writes.empty());
  files.files.erase("defs/a.yml");
  files.files.erase("defs/b.yml");
  EXPECT_EQ(convert({}), 5);
  EXPECT_NE(err.find("defs does not exist"), std::string::npos) << err;
}

TEST(OneFile, HoldsNoMoreThanIsReadOfOne) {
  EXPECT_EQ(one_file({"a: 1\n", "b: 2\n"}).value(), "a: 1\n---\nb: 2\n");
  EXPECT_TRUE(one_file({"a: 1\n", "b: 2\n"}, {.bytes = 14, .documents = 2}));
  EXPECT_EQ(one_file({"a: 1\n", "b: 2\n"}, {.bytes = 13, .documents = 2}).error().code, Errc::too_large);
  EXPECT_EQ(one_file({"a: 1\n", "b: 2\n"}, {.bytes = 14, .documents = 1}).error().code, Errc::too_large);
}

TEST_F(ExportVerb, MoreThanOneFileMayHoldGoesIntoADirectory) {
  std::string many = "images:\n";
  for (int i = 0; i < 1001; ++i) {
    many += "  - {name: X" + std::to_string(i) + ", multi: true, versions: [{version: '1'}]}\n";
  }
  files.add("defs/a.yml", many);
  EXPECT_EQ(convert({}), 1);
  EXPECT_NE(err.find("1001 documents of"), std::string::npos) << err;
  EXPECT_EQ(out, "");
  EXPECT_EQ(convert({.directory = "out"}), 0) << err;
  EXPECT_EQ(files.writes.size(), 1001u);
}

}  // namespace
}  // namespace retouch::cli
