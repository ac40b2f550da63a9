#include "sqlite/failures.hpp"
#include "sqlite/files.hpp"
#include "sqlite_fixture.hpp"

namespace retouch::state::sqlite {

using SqliteOpenTest = SqliteTest;

TEST_F(SqliteOpenTest, ReadsNothingAndMakesNothingWhereThereIsNone) {
  EXPECT_EQ(open_to_read(), nullptr);
  EXPECT_FALSE(std::filesystem::exists(directory));
}

TEST_F(SqliteOpenTest, MakesEverythingForTheUserAlone) {
  const auto umask = ::umask(0);
  const auto database = open_to_write();
  begin(*database, a_run()).value();
  ::umask(umask);
  EXPECT_EQ(mode(directory), 0700u);
  for (const char* suffix : {"", "-wal", "-shm"}) EXPECT_EQ(mode(path + suffix), 0600u) << suffix;
}

TEST_F(SqliteOpenTest, MakesMissingDirectoriesAboveItToo) {
  directory = top / "a/b/state";
  EXPECT_TRUE(open_to_write());
  EXPECT_EQ(mode(top / "a"), 0700u);
}

TEST_F(SqliteOpenTest, LeavesOneFileBehind) {
  open_to_write();
  EXPECT_EQ(files(), (std::vector<std::string>{state_file}));
  open_to_write();
  open_to_read();
  EXPECT_EQ(files(), (std::vector<std::string>{state_file}));
}

TEST_F(SqliteOpenTest, WritesThroughToTheDisk) {
  const auto database = open_to_write();
  EXPECT_EQ(rows(*database, "PRAGMA synchronous"), 2) << "FULL: an intent survives a power cut";
  EXPECT_EQ(rows(*database, "PRAGMA foreign_keys"), 1);
  EXPECT_EQ(rows(*database, "PRAGMA busy_timeout"), 5000);
  EXPECT_EQ(rows(*database, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
}

TEST_F(SqliteOpenTest, KeepsALogAlsoForACopyThatWasRestored) {
  open_to_write()->script("PRAGMA journal_mode = DELETE").value();  // as VACUUM INTO leaves it
  EXPECT_TRUE(open_to_read());
  EXPECT_EQ(rows(*open_to_write(), "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
}

TEST_F(SqliteOpenTest, ReadsWhileAnotherWrites) {
  const auto writer = open_to_write();
  begin(*writer, a_run()).value();
  const auto written = writer->transaction(Database::Transaction::write, [&]() -> Result<void> {
    RETOUCH_CHECK(writer->run("DELETE FROM run_sources"));
    RETOUCH_CHECK(writer->run("DELETE FROM runs"));
    const auto reader = open_to_read();
    EXPECT_EQ(runs(*reader, {}).value().size(), 1u) << "what was committed";
    return {};
  });
  EXPECT_TRUE(written);
  EXPECT_TRUE(runs(*open_to_read(), {}).value().empty());
}

TEST_F(SqliteOpenTest, ChangesNothingWhenItIsOpenedToRead) {
  open_to_write();
  const auto database = open_to_read();
  const auto begun = begin(*database, a_run());
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().code, Errc::internal);
  says(begun.error(), "for reading");
}

TEST_F(SqliteOpenTest, RefusesAFileThatOthersCouldHavePutThere) {
  open_to_write();
  std::filesystem::rename(path, top / "elsewhere.db");
  std::filesystem::create_symlink(top / "elsewhere.db", path);
  Error error = refusal();
  EXPECT_EQ(error.code, Errc::untrusted);
  says(error, path + " is not trusted: it is a symbolic link");

  std::filesystem::remove(top / "elsewhere.db");
  EXPECT_EQ(refusal().code, Errc::untrusted) << "a link to nowhere";

  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  says(refusal(), "it is not a regular file");
}

TEST_F(SqliteOpenTest, RefusesAFileOrDirectoryThatOthersCanWriteTo) {
  open_to_write();
  for (const unsigned open : {0620u, 0602u}) {
    ::chmod(path.c_str(), open);
    EXPECT_EQ(refusal().code, Errc::untrusted);
    says(refusal(), "others can write to it");
  }
  ::chmod(path.c_str(), 0644);
  EXPECT_TRUE(open_to_write()) << "reading it harms nobody";
  for (const unsigned open : {0720u, 0702u}) {
    ::chmod(directory.c_str(), open);
    EXPECT_EQ(refusal().code, Errc::untrusted);
    says(refusal(), "directory of the state");
  }
}

TEST_F(SqliteOpenTest, RefusesAFileThatIsNoDatabase) {
  put("images: everything that I remember\n" + std::string(2000, '-'));
  const Error error = refusal();
  EXPECT_EQ(error.code, Errc::invalid_input);
  says(error, path + " is not an SQLite database");
  says(error, "restore a copy");
}

TEST_F(SqliteOpenTest, RefusesAnEmptyFile) {
  put("");
  const Error error = refusal();
  EXPECT_EQ(error.code, Errc::invalid_input);
  says(error, path + " is empty");
  says(error, "restore a copy");
}

TEST_F(SqliteOpenTest, RefusesTheDatabaseOfAnotherProgram) {
  open_to_write()->script("PRAGMA application_id = 1").value();
  const Error error = refusal();
  EXPECT_EQ(error.code, Errc::invalid_input);
  says(error, path + " is no state of retouch: it has application id 0x1");
}

TEST_F(SqliteOpenTest, RefusesANewerSchema) {
  open_to_write()->script("PRAGMA user_version = 7").value();
  const Error error = refusal();
  EXPECT_EQ(error.code, Errc::invalid_input);
  says(error, path + " was written by a newer retouch: it has schema 7");
  says(error, "use the newer program");
}

TEST_F(SqliteOpenTest, NamesADamagedFileWhereItMeetsTheDamage) {
  {
    const auto database = open_to_write();
    core::MemoryUpdate update;
    for (int i = 0; i < 500; ++i) update.remember.push_back({{"i" + std::to_string(i), "field"}, remembered()});
    commit(*database, of_lab(), update).value();
  }
  std::string bytes = content(path);
  ASSERT_GT(bytes.size(), 20u * 4096);
  std::fill(bytes.end() - 8 * 4096, bytes.end(), '\x5A');
  put(bytes);
  const auto database = open_to_write();
  const auto memory = recall(*database, of_lab());
  ASSERT_FALSE(memory) << "never without memory";
  EXPECT_EQ(memory.error().code, Errc::invalid_input);
  says(memory.error(), path + " is damaged");
  says(memory.error(), "restore a copy");
}

TEST_F(SqliteOpenTest, RefusesAFileThatWasCutOff) {
  open_to_write();
  put(content(path).substr(0, 4096 + 100));
  const auto database = open_database(directory, Open::write);
  const auto memory = database ? recall(**database, of_lab()) : fail(database.error());
  ASSERT_FALSE(memory);
  EXPECT_EQ(memory.error().code, Errc::invalid_input);
}

TEST_F(SqliteOpenTest, SaysWhyADirectoryCannotBeMade) {
  directory = top / "file/state";
  std::ofstream(top / "file") << "in the way";
  const auto database = open_database(directory, Open::write);
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, Errc::io);
  says(database.error(), directory);
}

TEST_F(SqliteOpenTest, NeverTakesThePlaceOfAFileThatCameMeanwhile) {
  std::filesystem::create_directory(directory);
  const auto made = make_complete(path, [&](const std::string& file) -> Result<void> {
    EXPECT_FALSE(std::filesystem::exists(path)) << "half a file has no name";
    std::ofstream(file) << "ours";
    put("theirs");
    return {};
  });
  EXPECT_FALSE(made.value());
  EXPECT_EQ(content(path), "theirs");
  EXPECT_EQ(files(), (std::vector<std::string>{state_file}));
}

TEST_F(SqliteOpenTest, LeavesNothingBehindOfAFileThatCouldNotBeFilled) {
  std::filesystem::create_directory(directory);
  const auto made = make_complete(path, [](const std::string& file) -> Result<void> {
    std::ofstream(file) << "half";
    return fail(Errc::io, "no room");
  });
  EXPECT_FALSE(made);
  EXPECT_TRUE(files().empty());
}

TEST(SqliteFailures, SayWhatToDo) {
  const auto failure = [](int code) { return failure_of(code, "/s/retouch.db", "details"); };
  const Error busy = failure(5), full = failure(13), unreadable = failure(10), damaged = failure(11 | (1 << 8));
  EXPECT_EQ(busy.code, Errc::io);
  EXPECT_EQ(busy.reaction, Reaction::transient);
  EXPECT_NE(busy.message.find("another process"), std::string::npos);
  EXPECT_EQ(full.reaction, Reaction::transient);
  EXPECT_NE(full.message.find("no room"), std::string::npos);
  EXPECT_EQ(unreadable.code, Errc::io);
  EXPECT_NE(unreadable.message.find("details"), std::string::npos);
  EXPECT_EQ(damaged.code, Errc::invalid_input);
  EXPECT_EQ(damaged.reaction, Reaction::permanent);
  for (const Error& each : {busy, full, unreadable, damaged}) {
    EXPECT_NE(each.message.find("/s/retouch.db"), std::string::npos);
  }
}

}  // namespace retouch::state::sqlite
