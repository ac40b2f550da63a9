// What SQLite keeps beside the file: left alone, or in a directory that cannot be written to.
#include <unistd.h>

#include "sqlite/failures.hpp"
#include "sqlite_fixture.hpp"

namespace retouch::state::sqlite {

namespace {

class SqliteCompanionsTest : public SqliteTest {
 protected:
  // What a killed process leaves: the file, and a log with a run that stands only there.
  void leave_a_log() {
    open_to_write();
    std::filesystem::create_directory(top / "killed");
    {
      const auto database = open_to_write();
      begin(*database, a_run()).value();
      for (const auto& name : files()) std::filesystem::copy(directory + "/" + name, top / ("killed/" + name));
    }
    std::filesystem::remove_all(directory);
    std::filesystem::rename(top / "killed", directory);
    ::chmod(directory.c_str(), 0700);
  }
};

// As long as it lives, the directory cannot be written to. Root can write anywhere, and is another user meanwhile.
class ReadOnly {
 public:
  ReadOnly(const std::string& top, std::string directory) : directory_(std::move(directory)), root_(::geteuid() == 0) {
    ::chmod(directory_.c_str(), 0500);
    if (!root_) return;
    give(top);
    for (const auto& each : std::filesystem::recursive_directory_iterator(top)) give(each.path());
    EXPECT_EQ(::seteuid(nobody), 0);
  }
  ~ReadOnly() {
    if (root_) EXPECT_EQ(::seteuid(0), 0);
    ::chmod(directory_.c_str(), 0700);
  }
  ReadOnly(const ReadOnly&) = delete;
  ReadOnly& operator=(const ReadOnly&) = delete;

 private:
  static constexpr uid_t nobody = 65534;
  static void give(const std::string& path) { EXPECT_EQ(::chown(path.c_str(), nobody, nobody), 0); }
  std::string directory_;
  bool root_;
};

}  // namespace

TEST_F(SqliteCompanionsTest, NeverReplaysALogIntoAnotherFile) {
  leave_a_log();
  std::filesystem::remove(path);  // "moved away"
  const auto before = files();
  ASSERT_EQ(before, (std::vector<std::string>{"retouch.db-shm", "retouch.db-wal"}));
  const Error error = refusal();
  EXPECT_EQ(error.code, Errc::invalid_input);
  EXPECT_EQ(error.reaction, Reaction::permanent);
  says(error, path + " is not there, but what belongs to it is (" + path + "-wal, " + path + "-shm)");
  says(error, "bring " + path + " back");
  says(error, "move all of " + path + "* away together");
  EXPECT_EQ(files(), before) << "neither made nor removed";
}

TEST_F(SqliteCompanionsTest, RefusesEachOfThemAlone) {
  for (const char* suffix : {"-wal", "-shm", "-journal"}) {
    std::filesystem::remove_all(directory);
    put("");
    std::filesystem::rename(path, path + suffix);
    says(refusal(), "(" + path + suffix + ")");
  }
}

TEST_F(SqliteCompanionsTest, BeginsAnewWhenAllWereMovedAway) {
  leave_a_log();
  for (const auto& name : files()) std::filesystem::rename(directory + "/" + name, top / name);
  EXPECT_TRUE(runs(*open_to_write(), {}).value().empty());
}

TEST_F(SqliteCompanionsTest, SaysThatAllOfThemHaveToBeMoved) {
  EXPECT_NE(way_out("/s/retouch.db").find("move /s/retouch.db, /s/retouch.db-wal and /s/retouch.db-shm away together"),
            std::string::npos);
  open_to_write()->script("PRAGMA user_version = 7").value();
  says(refusal(), path + "-wal and " + path + "-shm away together");
}

TEST_F(SqliteCompanionsTest, ReadsWhatWasClosedCleanlyWhereNothingCanBeWritten) {
  directory = top / "100% of #1?";
  path = directory + "/" + state_file;
  begin(*open_to_write(), a_run()).value();
  const ReadOnly mount(top.text(), directory);
  EXPECT_EQ(runs(*open_to_read(), {}).value().size(), 1u);
  const auto begun = begin(*open_to_read(), a_run("another"));
  ASSERT_FALSE(begun);
  EXPECT_EQ(files(), (std::vector<std::string>{state_file}));
}

TEST_F(SqliteCompanionsTest, SaysThatWritingNeedsTheDirectory) {
  open_to_write();
  const ReadOnly mount(top.text(), directory);
  const auto database = open_database(directory, Open::write);
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, Errc::io);
  EXPECT_EQ(database.error().reaction, Reaction::permanent) << "trying again does not help";
  says(database.error(), "its directory " + directory + " cannot be written to");
}

TEST_F(SqliteCompanionsTest, NeverOverlooksALogThatCannotBeReadWithoutTheDirectory) {
  leave_a_log();
  std::filesystem::remove(path + "-shm");
  const ReadOnly mount(top.text(), directory);
  const auto database = open_database(directory, Open::read);
  ASSERT_FALSE(database) << "without the run that stands in the log";
  EXPECT_EQ(database.error().code, Errc::io);
  EXPECT_EQ(database.error().reaction, Reaction::permanent);
  says(database.error(), "its directory " + directory + " cannot be written to");
  says(database.error(), "reading needs that, too");
}

TEST_F(SqliteCompanionsTest, ReadsALogThatIsWholeWhereNothingCanBeWritten) {
  leave_a_log();
  const ReadOnly mount(top.text(), directory);
  EXPECT_EQ(runs(*open_to_read(), {}).value().size(), 1u);
}

}  // namespace retouch::state::sqlite
