#include <sys/wait.h>
#include <unistd.h>

#include "sqlite_fixture.hpp"

namespace retouch::state::sqlite {

namespace {

class SqliteDiskTest : public SqliteTest {
 protected:
  // Another process, killed as soon as `work` is done: nothing of it is closed, flushed or cleaned up.
  void in_killed_process(const std::function<void(Database&)>& work) {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto database = open_to_write();
      work(*database);
      ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
  }
};

}  // namespace

TEST_F(SqliteDiskTest, ShowsAnotherConnectionWhatWasCommittedAndNothingElse) {
  const auto writer = open_to_write();
  const auto reader = open_to_read();
  begin(*writer, a_run()).value();
  EXPECT_EQ(runs(*reader, {}).value().size(), 1u);
  const auto intended = writer->transaction(Database::Transaction::write, [&]() -> Result<void> {
    RETOUCH_CHECK(writer->run("UPDATE runs SET verb = 'rollback'"));
    EXPECT_EQ(runs(*reader, {}).value().at(0).verb, "apply");
    return {};
  });
  ASSERT_TRUE(intended);
  EXPECT_EQ(runs(*reader, {}).value().at(0).verb, "rollback");
}

TEST_F(SqliteDiskTest, KeepsIntentsOfAProcessThatWasKilled) {
  in_killed_process([](Database& database) {
    begin(database, a_run()).value();
    intend(database, {a_change("i1"), a_change("i2")}).value();
  });
  const auto open = changes(*open_to_read(), {.account = account, .open = true}).value();
  ASSERT_EQ(open.size(), 2u);
  EXPECT_EQ(open[0].image_id, "i1");
  EXPECT_EQ(runs(*open_to_write(), {}).value().at(0).open, 2);
}

TEST_F(SqliteDiskTest, KeepsNothingOfATransactionThatWasKilled) {
  in_killed_process([](Database& database) {
    begin(database, a_run()).value();
    intend(database, {a_change("committed")}).value();
    database.run("BEGIN IMMEDIATE").value();
    database.run("UPDATE changes SET status = 'applied'").value();
    database.run("DELETE FROM run_sources").value();
  });
  const auto database = open_to_write();
  EXPECT_EQ(changes(*database, {.open = true}).value().size(), 1u);
  EXPECT_EQ(runs(*database, {}).value().at(0), [] {
    core::RunRecord run = a_run();
    run.open = 1;
    return run;
  }());
}

TEST_F(SqliteDiskTest, IntendsAllOrNothing) {
  const auto database = open_to_write();
  begin(*database, a_run()).value();
  const auto intended = intend(*database, {a_change("i1"), a_change("i2", "a", "a run that never began")});
  ASSERT_FALSE(intended);
  EXPECT_EQ(intended.error().code, Errc::internal);
  EXPECT_TRUE(changes(*database, {}).value().empty());
}

TEST_F(SqliteDiskTest, CommitsAllOrNothing) {
  const auto database = open_to_write();
  begin(*database, a_run()).value();
  const auto id = intend(*database, {a_change()}).value().at(0).id;
  core::MemoryUpdate update{.settled = {{.change = id, .at = at()}, {.change = id + 1, .at = at()}},
                            .remember = {{{"i1", "a"}, remembered()}}};
  const auto committed = commit(*database, of_lab(), update);
  ASSERT_FALSE(committed) << "there is no second change";
  says(committed.error(), "no change");
  EXPECT_EQ(changes(*database, {.open = true}).value().size(), 1u);
  EXPECT_TRUE(recall(*database, of_lab()).value().images.empty());
}

TEST_F(SqliteDiskTest, EndsOnlyARunThatBegan) {
  const auto database = open_to_write();
  core::RunRecord run = a_run();
  run.ended = at();
  const auto finished = finish(*database, run);
  ASSERT_FALSE(finished);
  says(finished.error(), run_id);
}

TEST_F(SqliteDiskTest, BeginsARunOnce) {
  const auto database = open_to_write();
  begin(*database, a_run()).value();
  EXPECT_FALSE(begin(*database, a_run()));
  EXPECT_EQ(runs(*database, {}).value().size(), 1u);
}

TEST_F(SqliteDiskTest, WorksOnAfterATransactionThatThrew) {
  const auto database = open_to_write();
  const auto bug = [&]() -> Result<void> {
    RETOUCH_CHECK(database->run("INSERT INTO selected_counts VALUES ('a', 'c', 'e', 1)"));
    throw std::runtime_error("a bug");
  };
  EXPECT_THROW(static_cast<void>(database->transaction(Database::Transaction::write, bug)), std::runtime_error);
  EXPECT_EQ(rows(*database, "SELECT count(*) FROM selected_counts"), 0);
  EXPECT_TRUE(begin(*database, a_run()));
}

TEST_F(SqliteDiskTest, ForgetsCountsOfEntriesThatAreOlderThanAWeek) {
  const auto database = open_to_write();
  commit(*database, of_lab(), {.entries = {{"site", 90}}}).value();
  commit(*database, of_lab(at(std::chrono::days(3))), {.entries = {{"site", 80}}}).value();
  EXPECT_EQ(rows(*database, "SELECT count(*) FROM entry_counts"), 2);
  commit(*database, of_lab(at(std::chrono::days(7))), {}).value();
  EXPECT_EQ(rows(*database, "SELECT count(*) FROM entry_counts"), 1);
  EXPECT_EQ(rows(*database, "SELECT max(entries) FROM entry_counts"), 80);
}

TEST_F(SqliteDiskTest, TakesValuesForWhatTheyAreAndNeverForSql) {
  const auto database = open_to_write();
  const std::string hostile("it's \"; DROP TABLE runs; --\0\xFF", 29);
  core::RunRecord run = a_run(hostile);
  run.by = hostile;
  begin(*database, run).value();
  EXPECT_EQ(runs(*database, {.id_prefix = hostile}).value(), std::vector<core::RunRecord>{run});
}

TEST_F(SqliteDiskTest, NamesTheRowThatCannotBeRead) {
  struct Case {
    const char* sql;
    std::string_view words;
  };
  for (const Case& each : {
           Case{"UPDATE fields SET wish = 'nonsense'", "table fields"},
           Case{"UPDATE fields SET ours = '{}'", "account https://glance.lab.example/p1, image i1, field a"},
           Case{"UPDATE fields SET kept_instead = ''", "table fields"},
           Case{"UPDATE fields SET corrections = '12 x'", "table fields"},
           Case{"UPDATE holds SET why = 'because'", "table holds"},
           Case{"UPDATE holds SET wish = ''", "table holds"},
           Case{"UPDATE holds SET live = ''", "table holds"},
           Case{"UPDATE suspensions SET what = 'moon'", "table suspensions that retouch cannot read (moon lab)"},
       }) {
    std::filesystem::remove_all(directory);
    const auto database = open_to_write();
    commit(*database, of_lab(), {.remember = {{{"i1", "a"}, remembered()}}, .hold = {{{"i1", "a"}, a_hold()}}}).value();
    suspend(*database, {Suspended::What::cloud, "lab", {}}).value();
    ASSERT_TRUE(recall(*database, of_lab()));
    database->script(each.sql).value();
    const auto memory = recall(*database, of_lab());
    ASSERT_FALSE(memory) << each.sql;
    EXPECT_EQ(memory.error().code, Errc::invalid_input);
    says(memory.error(), path);
    says(memory.error(), each.words);
  }
}

TEST_F(SqliteDiskTest, NamesTheChangeThatCannotBeRead) {
  for (const char* sql :
       {"op = 'twist'", "before = ''", "after = ''", "cause = 'fate'", "wish = ''", "status = 'odd'"}) {
    std::filesystem::remove_all(directory);
    const auto database = open_to_write();
    begin(*database, a_run()).value();
    intend(*database, {a_change()}).value();
    database->script((std::string("UPDATE changes SET ") + sql).c_str()).value();
    const auto found = changes(*database, {});
    ASSERT_FALSE(found) << sql;
    says(found.error(), "table changes that retouch cannot read (id 1)");
  }
}

// Without it, a plan would become slower with every year of journal.
TEST_F(SqliteDiskTest, LooksUpWhatItNeedsOfALongJournal) {
  const auto database = open_to_write();
  const auto way = [&](const std::string& sql) {
    std::string steps;
    EXPECT_TRUE(database->each("EXPLAIN QUERY PLAN SELECT * FROM changes WHERE " + sql, {}, [&](const Row& row) {
      steps += row.text(3) + "; ";
      return Result<void>{};
    }));
    return steps;
  };
  EXPECT_NE(way("account = ? AND status IN ('intended', 'uncertain')").find("changes_in_doubt"), std::string::npos);
  EXPECT_NE(way("run = ?").find("changes_of_run"), std::string::npos);
  EXPECT_NE(way("entry = ?").find("changes_of_entry"), std::string::npos);
  EXPECT_NE(way("image_id = ? AND field = ?").find("changes_of_field"), std::string::npos);
}

}  // namespace retouch::state::sqlite
