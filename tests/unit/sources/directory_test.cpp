#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "fake_files.hpp"
#include "retouch/sources/source.hpp"
#include "run.hpp"
#include "temporary_directory.hpp"

namespace retouch::sources {
namespace {

class DirectorySourceTest : public testing::Test {
 protected:
  Result<Snapshot> read(const std::string& path, DirectoryLimits limits = {}) { return read_from(fake_, path, limits); }
  Result<Snapshot> read_from(os::Files& files, const std::string& path, DirectoryLimits limits = {}) {
    const auto blocking = async::make_inline_blocking();
    const auto source = make_directory_source("site", path, files, *blocking, limits);
    EXPECT_EQ(source->name(), "site");
    return test::run_for<Result<Snapshot>>([&]() -> task<Result<Snapshot>> { co_return co_await source->read(); });
  }
  static std::vector<std::string> names(const Snapshot& snapshot) {
    std::vector<std::string> out;
    for (const auto& file : snapshot.files) out.push_back(file.name);
    return out;
  }

  test::FakeFiles fake_;
};

TEST_F(DirectorySourceTest, ReadsYamlFilesInTheOrderOfTheirNames) {
  fake_.add("m/b.yml", "b");
  fake_.add("m/a.yaml", "a");
  fake_.add("m/sub/c.yaml", "c");
  fake_.add("m/README.md", "no manifest");
  fake_.add("m/yaml", "no manifest");
  const auto snapshot = read("m");
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->source, "site");
  EXPECT_EQ(names(*snapshot), (std::vector<std::string>{"m/a.yaml", "m/b.yml", "m/sub/c.yaml"}));
  EXPECT_EQ(snapshot->files[0].text, "a");
  EXPECT_EQ(snapshot->files[0].source, "site");
}

TEST_F(DirectorySourceTest, ReadsOneFileWhateverItsName) {
  fake_.add("dir/one.manifest", "x");
  const auto snapshot = read("dir/one.manifest");
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(names(*snapshot), std::vector<std::string>{"dir/one.manifest"});
}

TEST_F(DirectorySourceTest, TheRevisionIsThatOfNamesAndContents) {
  const auto revision = [&](std::map<std::string, std::string> files) {
    fake_.files.clear();
    for (auto& [name, text] : files) fake_.add(name, text);
    return read("m")->revision;
  };
  const auto first = revision({{"m/a.yaml", "1"}, {"m/b.yaml", "2"}});
  EXPECT_TRUE(first.starts_with("sha256:"));
  EXPECT_EQ(first.size(), 7u + 64u);
  EXPECT_EQ(first, revision({{"m/b.yaml", "2"}, {"m/a.yaml", "1"}, {"m/note.txt", "x"}}));
  EXPECT_NE(first, revision({{"m/a.yaml", "1"}, {"m/b.yaml", "3"}}));
  EXPECT_NE(first, revision({{"m/a.yaml", "1"}, {"m/c.yaml", "2"}}));
  EXPECT_NE(first, revision({{"m/a.yaml", "2"}, {"m/b.yaml", "1"}}));
  EXPECT_NE(first, revision({{"m/a.yaml", "1"}}));
}

TEST_F(DirectorySourceTest, ACopyElsewhereIsTheSameRevision) {
  fake_.add("m/a.yaml", "1");
  fake_.add("n/a.yaml", "1");
  EXPECT_EQ(read("m")->revision, read("n")->revision);
  EXPECT_EQ(read("m/a.yaml")->revision, read("m")->revision);
}

TEST_F(DirectorySourceTest, WhatIsMissingIsAnErrorAndNotEmpty) {
  const auto snapshot = read("m");
  ASSERT_FALSE(snapshot);
  EXPECT_EQ(snapshot.error().code, Errc::invalid_input) << "the configuration names it";
  EXPECT_EQ(snapshot.error().where, "source site");
}

TEST_F(DirectorySourceTest, ADirectoryWithoutManifestsIsRefusedAndOneWithAnEmptyFileIsNot) {
  fake_.add("m/README.md", "");
  const auto snapshot = read("m");
  ASSERT_FALSE(snapshot);
  EXPECT_EQ(snapshot.error().code, Errc::invalid_input);
  EXPECT_NE(snapshot.error().message.find("m holds no *.yaml or *.yml file"), std::string::npos);
  EXPECT_NE(snapshot.error().message.find("`---`"), std::string::npos) << "and how to allow it";
  fake_.add("m/none.yaml", "---\n");
  EXPECT_EQ(read("m")->files.size(), 1u);
}

TEST_F(DirectorySourceTest, WhatIsNeitherFileNorDirectoryIsRefused) {
  fake_.add("m", "").info = os::FileInfo{};  // a pipe or device
  const auto snapshot = read("m");
  ASSERT_FALSE(snapshot);
  EXPECT_EQ(snapshot.error().code, Errc::invalid_input);
}

TEST_F(DirectorySourceTest, TooManyFilesAreRefused) {
  fake_.add("m/a.yaml", "1");
  fake_.add("m/b.txt", "1");
  EXPECT_TRUE(read("m", {.files = 2}));
  const auto snapshot = read("m", {.files = 1});
  ASSERT_FALSE(snapshot);
  EXPECT_EQ(snapshot.error().code, Errc::too_large);
}

TEST_F(DirectorySourceTest, ALargeFileIsRefused) {
  fake_.add("m/a.yaml", "12345");
  EXPECT_TRUE(read("m", {.bytes_of_file = 5}));
  EXPECT_EQ(read("m", {.bytes_of_file = 4}).error().code, Errc::too_large);
}

TEST_F(DirectorySourceTest, ManyBytesInAllAreRefused) {
  fake_.add("m/a.yaml", "12345");
  fake_.add("m/b.yaml", "12345");
  EXPECT_TRUE(read("m", {.bytes = 10}));
  EXPECT_EQ(read("m", {.bytes = 9}).error().code, Errc::too_large);
}

// One file that cannot be read makes the source unknown: a plan from the rest would look like entries that were taken
// out.
TEST_F(DirectorySourceTest, OneUnreadableFileIsAnError) {
  fake_.add("m/a.yaml", "1");
  fake_.add("m/b.yaml", "1");
  class Broken final : public os::Files {
   public:
    explicit Broken(os::Files& files) : files_(files) {}
    Result<std::optional<os::FileInfo>> info(const std::string& path, bool nofollow) override {
      return files_.info(path, nofollow);
    }
    Result<std::string> read(const std::string& path, std::size_t limit) override {
      if (path == "m/b.yaml") return fail(Errc::io, "cannot read m/b.yaml: Permission denied");
      return files_.read(path, limit);
    }
    Result<Secret> read_private(const std::string& path, std::size_t limit) override {
      return files_.read_private(path, limit);
    }
    Result<void> write_private(const std::string&, const std::string&) override { return {}; }
    Result<void> write(const std::string&, const std::string&, unsigned) override { return {}; }
    Result<void> write_new(const std::string& path, const std::string& content, unsigned mode) override {
      return files_.write_new(path, content, mode);
    }
    Result<void> remove(const std::string&) override { return {}; }
    Result<std::vector<std::string>> list_tree(const std::string& root, std::size_t max_files,
                                               bool recursively) override {
      return files_.list_tree(root, max_files, recursively);
    }
    Result<std::unique_ptr<Lock>> try_lock(const std::string&, const std::string&, std::string*) override {
      return nullptr;
    }

   private:
    os::Files& files_;
  } broken(fake_);
  const auto snapshot = read_from(broken, "m");
  ASSERT_FALSE(snapshot);
  EXPECT_EQ(snapshot.error().code, Errc::io);
}

TEST_F(DirectorySourceTest, OnDiskHiddenNamesAndLinksOutOfTheRootAreLeftOut) {
  const test::TemporaryDirectory temporary;
  namespace fs = std::filesystem;
  fs::create_directories(temporary / "m/.git");
  fs::create_directories(temporary / "m/sub");
  for (const auto* name : {"m/a.yaml", "m/.hidden.yaml", "m/.git/b.yaml", "m/sub/c.yml", "outside.yaml"}) {
    std::ofstream(temporary / name) << "x";
  }
  fs::create_symlink(temporary / "outside.yaml", temporary / "m/link.yaml");
  fs::create_directory(temporary / "m/directory.yaml");
  const auto files = os::make_system_files();
  const auto snapshot = read_from(*files, temporary / "m");
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(names(*snapshot), (std::vector<std::string>{temporary / "m/a.yaml", temporary / "m/sub/c.yml"}));
}

}  // namespace
}  // namespace retouch::sources
