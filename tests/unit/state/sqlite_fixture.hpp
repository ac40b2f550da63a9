// SQLite files in a directory of their own, and what tests do to them.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "sqlite/open.hpp"
#include "sqlite/tables.hpp"
#include "store_fixture.hpp"
#include "temporary_directory.hpp"

namespace retouch::state::sqlite {

class SqliteTest : public ::testing::Test {
 protected:
  using Steps = std::span<const Migration>;

  std::unique_ptr<Database> open_to(Open how, Steps steps = migrations()) {
    auto database = open_database(directory, how, steps);
    if (!database) throw std::runtime_error(describe(database.error()));
    return *std::move(database);
  }
  std::unique_ptr<Database> open_to_write(Steps steps = migrations()) { return open_to(Open::write, steps); }
  std::unique_ptr<Database> open_to_read(Steps steps = migrations()) { return open_to(Open::read, steps); }
  // Why it cannot be opened, either way; the file stays as it is.
  Error refusal() {
    const std::string before = content(path);
    auto to_read = open_database(directory, Open::read);
    auto to_write = open_database(directory, Open::write);
    EXPECT_FALSE(to_read);
    EXPECT_FALSE(to_write);
    EXPECT_EQ(content(path), before) << "it was changed";
    if (to_read || to_write) return {};
    EXPECT_EQ(describe(to_read.error()), describe(to_write.error()));
    return to_write.error();
  }

  static std::string content(const std::string& file) {
    if (!std::filesystem::is_regular_file(file)) return {};
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void put(const std::string& bytes) {
    std::filesystem::create_directory(directory);
    ::chmod(directory.c_str(), 0700);
    std::ofstream(path, std::ios::binary) << bytes;
    ::chmod(path.c_str(), 0600);
  }
  static unsigned mode(const std::string& file) {
    struct stat status{};
    return ::lstat(file.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
  }
  static bool says(const Error& error, std::string_view words) {
    if (error.message.find(words) != std::string::npos) return true;
    ADD_FAILURE() << error.message << "\ndoes not say: " << words;
    return false;
  }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& each : std::filesystem::directory_iterator(directory)) names.push_back(each.path().filename());
    std::ranges::sort(names);
    return names;
  }
  static std::int64_t rows(Database& database, std::string_view sql) { return database.number(sql).value(); }

  test::TemporaryDirectory top;
  std::string directory = top / "state";
  std::string path = directory + "/" + state_file;
};

}  // namespace retouch::state::sqlite
