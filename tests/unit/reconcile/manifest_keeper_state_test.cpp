// What the keeper leaves on disk, and what happens when it cannot.
#include "manifest_keeper_fixture.hpp"

namespace retouch::reconcile {

TEST_F(ManifestKeeperTest, ADocumentThatCannotBeUsedIsAWarningAndNoObstacle) {
  files.add("/state/sources/site.json", "{");
  std::vector<std::string> said;
  world.log = Log([&](const LogRecord& record) { said.emplace_back(record.message); }, LogLevel::warning);
  EXPECT_EQ(wishes(update()), "a=1 b=1");
  EXPECT_EQ(said, std::vector<std::string>{"what is remembered of a source cannot be used"});
}

TEST_F(ManifestKeeperTest, AFullDiskIsAWarningAndNoObstacle) {
  files.fail_writes = true;
  std::vector<std::string> said;
  world.log = Log([&](const LogRecord& record) { said.emplace_back(record.message); }, LogLevel::warning);
  EXPECT_EQ(wishes(update()), "a=1 b=1");
  EXPECT_EQ(said.size(), 1u);
}

TEST_F(ManifestKeeperTest, WhatCouldNotBeWrittenIsWrittenAsSoonAsItCan) {
  files.fail_writes = true;
  update();
  files.fail_writes = false;
  clock.advance(1h);
  update();
  restart();
  files.files.erase("/m/a.yaml"), files.files.erase("/m/b.yaml");
  EXPECT_EQ(wishes(update()), "a=1 b=1");
}

TEST_F(ManifestKeeperTest, WritesOnlyWhenSomethingIsNew) {
  update();
  const auto writes = files.writes.size();
  EXPECT_EQ(writes, 1u);
  clock.advance(1h);
  update();
  EXPECT_EQ(files.writes.size(), writes);
}

TEST_F(ManifestKeeperTest, WithoutAStateNothingIsWritten) {
  keeper = std::make_unique<ManifestKeeper>(world, "");
  update();
  EXPECT_TRUE(files.writes.empty());
}

}  // namespace retouch::reconcile
