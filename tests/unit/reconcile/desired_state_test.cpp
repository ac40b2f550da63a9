#include "retouch/reconcile/desired_state.hpp"

#include "fake_files.hpp"
#include "manual_clock.hpp"
#include "run.hpp"

namespace retouch::reconcile {

namespace {

std::string manifest(const std::string& name, const std::string& attributes) {
  return "apiVersion: retouch/v1\nkind: Image\nmetadata: {name: " + name +
         "}\nspec: {clouds: [lab], select: {name: x}, attributes: {" + attributes + "}}\n";
}

class DesiredStateTest : public ::testing::Test {
 protected:
  DesiredStateTest() {
    settings.clouds.push_back({.name = "lab", .provider = "glance"});
    settings.sources.push_back({.name = "site", .directory = {.path = "/m"}});
  }

  DesiredState load(ManifestChoice choice = {}) {
    std::optional<DesiredState> state;
    test::run(
        [&]() -> task<void> {
          auto loaded = co_await load_desired(settings, choice, world);
          if (!loaded) throw std::runtime_error(describe(loaded.error()));
          state = std::move(*loaded);
        },
        &clock);
    return state ? std::move(*state) : DesiredState{};
  }

  test::ManualClock clock;
  SeededRandom random{1};
  test::FakeFiles files;
  std::unique_ptr<async::Blocking> blocking = async::make_inline_blocking();
  async::Stop stop;
  World world{.clock = clock, .random = random, .files = files, .blocking = *blocking, .stop = stop};
  config::Settings settings;
};

}  // namespace

TEST_F(DesiredStateTest, ReadsTheConfiguredSourcesAndTheirRevision) {
  files.add("/m/a.yaml", manifest("a", "min_ram: 1024"));
  const DesiredState state = load();
  EXPECT_FALSE(state.diagnostics.has_errors());
  ASSERT_EQ(state.entries.at("lab").size(), 1u);
  EXPECT_EQ(state.entries.at("lab")[0].fields.at(0).value, core::Value(std::int64_t{1024}));
  ASSERT_EQ(state.sources.size(), 1u);
  EXPECT_TRUE(state.sources[0].revision.starts_with("sha256:"));
}

TEST_F(DesiredStateTest, NamedPathsReplaceTheSources) {
  files.add("/m/a.yaml", manifest("a", "min_ram: 1"));
  files.add("/other/b.yaml", manifest("b", "min_ram: 2"));
  const DesiredState state = load({.paths = {"/other"}});
  ASSERT_EQ(state.entries.at("lab").size(), 1u);
  EXPECT_EQ(state.entries.at("lab")[0].name, "b");
  EXPECT_TRUE(state.sources_replaced);
  EXPECT_FALSE(load().sources_replaced);
  settings.sources.clear();
  EXPECT_FALSE(load({.paths = {"/other"}}).sources_replaced) << "there is nothing else";
}

TEST_F(DesiredStateTest, LeavesOutFilesWithErrorsOnlyWhenAsked) {
  files.add("/m/bad.yaml", manifest("bad", "min_ram: plenty"));
  files.add("/m/broken.yaml", "spec: [");
  files.add("/m/good.yaml", manifest("good", "min_ram: 1"));
  const DesiredState state = load({.keep_going = true});
  EXPECT_TRUE(state.diagnostics.has_errors_in("/m/bad.yaml"));
  EXPECT_TRUE(state.diagnostics.has_errors_in("/m/broken.yaml"));
  ASSERT_EQ(state.entries.at("lab").size(), 1u);
  EXPECT_EQ(state.entries.at("lab")[0].name, "good");
}

TEST_F(DesiredStateTest, ShowsEveryErrorOfAFileThatIsLeftOut) {
  files.add("/m/bad.yaml", manifest("bad", "min_ram: plenty") + "\n---\n" + manifest("Bad", "min_ram: 1"));
  const DesiredState state = load({.keep_going = true});
  EXPECT_EQ(state.diagnostics.sorted().size(), 2u) << "a value that does not fit, and a name that is none";
  EXPECT_TRUE(state.entries.at("lab").empty());
}

TEST_F(DesiredStateTest, CorrectionsOfACloudReachItsTable) {
  files.add("/m/a.yaml", manifest("a", "min_ram: 1"));
  settings.clouds[0].attributes.push_back({.name = "checksum", .writable = true});
  EXPECT_TRUE(load().tables.at("lab").find("checksum")->writable);
}

TEST_F(DesiredStateTest, ChangedEntriesAreThoseWhoseWishMovedNotTheirPlace) {
  files.add("/m/a.yaml", manifest("same", "min_ram: 1"));
  files.add("/m/b.yaml", manifest("moved", "min_ram: 1"));
  const DesiredState then = load();
  files.add("/m/a.yaml", "\n\n" + manifest("same", "min_ram: 1"));
  files.add("/m/b.yaml", manifest("moved", "min_ram: 2"));
  files.add("/m/c.yaml", manifest("new", "min_ram: 3"));
  const auto changed = changed_entries(load(), then);
  EXPECT_EQ(changed.at("lab"), (std::set<std::string>{"moved", "new"}));
}

}  // namespace retouch::reconcile
