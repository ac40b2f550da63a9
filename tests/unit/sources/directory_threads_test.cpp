// Sources are read on the pool's threads while the loop goes on: what ThreadSanitizer is to see.
#include <fstream>

#include "retouch/async/join.hpp"
#include "retouch/sources/source.hpp"
#include "run.hpp"
#include "temporary_directory.hpp"

namespace retouch::sources {
namespace {

TEST(DirectorySourceThreads, SeveralAreReadAtOnce) {
  const test::TemporaryDirectory directory;
  const auto write = [&](const std::string& name, const std::string& text) {
    const std::filesystem::path path = directory / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  };
  for (int i = 0; i < 50; ++i) {
    write("one/" + std::to_string(100 + i) + ".yaml", "a");
    write("two/sub/" + std::to_string(100 + i) + ".yml", "b");
  }
  const auto files = os::make_system_files();
  const auto pool = async::make_thread_pool(2);
  const auto one = make_directory_source("one", directory / "one", *files, *pool);
  const auto two = make_directory_source("two", directory / "two", *files, *pool);
  const auto none = make_directory_source("none", directory / "none", *files, *pool);
  std::vector<Snapshot> ones, twos;
  Error missing;
  test::run([&]() -> task<void> {
    auto reads = [](Source& source, std::vector<Snapshot>& into) {
      return [&source, &into]() -> task<void> { into.push_back((co_await source.read()).value()); };
    };
    auto finds_none = [&]() -> task<void> { missing = (co_await none->read()).error(); };
    co_await async::join_all({reads(*one, ones), reads(*two, twos), reads(*one, ones), finds_none});
  });
  ASSERT_EQ(ones.size(), 2u);
  ASSERT_EQ(twos.size(), 1u);
  EXPECT_EQ(ones[0].files.size(), 50u);
  EXPECT_EQ(ones[0].revision, ones[1].revision);
  EXPECT_EQ(twos[0].files.at(49).name, directory / "two/sub/149.yml");
  EXPECT_EQ(twos[0].files.at(49).text, "b");
  EXPECT_EQ(missing.where, "source none");
}

}  // namespace
}  // namespace retouch::sources
