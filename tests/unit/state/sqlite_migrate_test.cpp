#include <array>

#include "sqlite_fixture.hpp"

namespace retouch::state::sqlite {

namespace {

const std::array to_one = {migrations()[0]};
const std::array to_two = {migrations()[0],
                           Migration{1,
                                     "ALTER TABLE runs ADD COLUMN weather TEXT NOT NULL DEFAULT 'fine';"
                                     "CREATE TABLE two (x INTEGER) STRICT;"}};
const std::array to_three = {to_two[0], to_two[1], Migration{2, "CREATE TABLE three (x INTEGER) STRICT;"}};
const std::array broken = {migrations()[0],
                           Migration{1, "CREATE TABLE two (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1);"}};

class SqliteMigrateTest : public SqliteTest {
 protected:
  SqliteMigrateTest() { begin(*open_to_write(to_one), a_run()).value(); }  // at schema 1
  std::int64_t schema() { return rows(*Database::open(path, Database::Access::read).value(), "PRAGMA user_version"); }
  std::string copy = path + ".v1";
};

}  // namespace

TEST_F(SqliteMigrateTest, ReleasesStepsThatFollowEachOther) {
  int from = 0;
  for (const Migration& step : migrations()) EXPECT_EQ(step.from, from++);
}

TEST_F(SqliteMigrateTest, BringsTheFirstReleasedSchemaToTheNewest) {
  const auto database = open_to_write();
  EXPECT_EQ(rows(*database, "PRAGMA user_version"), newest(migrations()));
  EXPECT_EQ(runs(*database, {}).value().at(0), a_run());
  EXPECT_TRUE(last_passes(*database).value().empty());
  EXPECT_EQ(rows(*Database::open(copy, Database::Access::read).value(), "PRAGMA user_version"), 1);
}

TEST_F(SqliteMigrateTest, MigratesWithACopyOfBeforeBesideIt) {
  const auto database = open_to_write(to_two);
  EXPECT_EQ(rows(*database, "PRAGMA user_version"), 2);
  EXPECT_EQ(rows(*database, "SELECT count(*) FROM runs WHERE weather = 'fine'"), 1);
  EXPECT_EQ(runs(*database, {}).value().at(0), a_run());

  EXPECT_EQ(mode(copy), 0600u);
  const auto before = Database::open(copy, Database::Access::read).value();
  EXPECT_EQ(rows(*before, "PRAGMA user_version"), 1);
  EXPECT_EQ(rows(*before, "PRAGMA application_id"), application_id);
  EXPECT_EQ(runs(*before, {}).value().at(0), a_run());
}

TEST_F(SqliteMigrateTest, CopiesAlsoWhatStandsInTheLogOnly) {
  const auto other = open_to_write(to_one);  // keeps the log from being taken in
  begin(*other, a_run("in the log", at(std::chrono::hours(1)))).value();
  open_to_write(to_two);
  EXPECT_EQ(runs(*Database::open(copy, Database::Access::read).value(), {}).value().size(), 2u);
}

TEST_F(SqliteMigrateTest, TakesSeveralStepsAtOnce) {
  const auto database = open_to_write(to_three);
  EXPECT_EQ(rows(*database, "PRAGMA user_version"), 3);
  EXPECT_EQ(files(), (std::vector<std::string>{state_file, "retouch.db-shm", "retouch.db-wal", "retouch.db.v1"}));
}

TEST_F(SqliteMigrateTest, NeverOverwritesAnEarlierCopy) {
  std::ofstream(copy) << "an earlier copy";
  open_to_write(to_two);
  EXPECT_EQ(content(copy), "an earlier copy");
  EXPECT_EQ(rows(*Database::open(copy + "-2", Database::Access::read).value(), "PRAGMA user_version"), 1);
}

TEST_F(SqliteMigrateTest, LeavesTheFileAsItWasWhenAStepFails) {
  const auto database = open_database(directory, Open::write, broken);
  ASSERT_FALSE(database);
  says(database.error(), path);
  says(database.error(), "it is as it was");
  EXPECT_EQ(schema(), 1);
  EXPECT_EQ(files(), (std::vector<std::string>{state_file})) << "no copy for each attempt";
  EXPECT_EQ(runs(*open_to_write(to_one), {}).value().at(0), a_run());
  EXPECT_EQ(rows(*open_to_read(to_one), "SELECT count(*) FROM sqlite_schema WHERE name = 'two'"), 0);
}

TEST_F(SqliteMigrateTest, DoesNotMigrateWithoutACopy) {
  std::ofstream(copy) << "taken";
  for (int i = 2; i < 1000; ++i) std::ofstream(copy + "-" + std::to_string(i)) << "taken";
  const auto database = open_database(directory, Open::write, to_two);
  ASSERT_FALSE(database);
  says(database.error(), "all names are taken");
  EXPECT_EQ(schema(), 1);
}

TEST_F(SqliteMigrateTest, ReadsAnOlderFileWithoutChangingIt) {
  const std::string before = content(path);
  const auto database = open_to_read(to_two);
  EXPECT_EQ(rows(*database, "SELECT count(*) FROM runs WHERE weather = 'fine'"), 1);
  EXPECT_EQ(runs(*database, {}).value().at(0), a_run());
  EXPECT_EQ(content(path), before);
  EXPECT_EQ(files(), (std::vector<std::string>{state_file}));
  EXPECT_FALSE(begin(*database, a_run("lost"))) << "it would be written into a copy";
}

TEST_F(SqliteMigrateTest, MakesNoCopyWhereNothingIsToDo) {
  open_to_write(to_two);
  std::filesystem::remove(copy);
  open_to_write(to_two);
  EXPECT_EQ(files(), (std::vector<std::string>{state_file}));
}

TEST_F(SqliteMigrateTest, LetsAnOlderProgramSayWhichCopyToUse) {
  open_to_write(to_two);
  says(open_database(directory, Open::write, to_one).error(), copy);
}

}  // namespace retouch::state::sqlite
