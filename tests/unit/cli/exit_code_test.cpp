// What the process ends with is what the journal says.
#include "cloud_verb_fixture.hpp"

namespace retouch::cli {

namespace {

class JournalledExitCodeTest : public test::CloudVerbTest {
 protected:
  JournalledExitCodeTest() {
    configure("policy: {guards: {changed_percent: 100}}\n");
    add_manifest("image-1", "lab", "{os_distro: ubuntu}");
  }
};

}  // namespace

TEST_F(JournalledExitCodeTest, AlsoWhenFilesWereLeftOut) {
  files.add("/m/broken.yaml", "kind: [");
  EXPECT_EQ(verb({"apply", "--yes", "--keep-going"}), 5);
  ASSERT_EQ(store.run_records.size(), 1u) << err();
  EXPECT_EQ(store.run_records[0].exit_code, 5);
}

TEST_F(JournalledExitCodeTest, AlsoAfterASignalThatFoundEverythingDone) {
  int signal = 0;
  world.signal = [&signal] { return signal; };
  EXPECT_EQ(apply(), 0);
  EXPECT_EQ(store.run_records.at(0).exit_code, 0);
  EXPECT_TRUE(world.exit_code_settled) << "a signal that comes now changes nothing any more";
  add_manifest("image-1", "lab", "{os_distro: fedora}");
  signal = 15;
  EXPECT_EQ(apply(), 143);
  EXPECT_EQ(store.run_records.at(1).exit_code, 143);
}

}  // namespace retouch::cli
