#include <gtest/gtest.h>

#include "fake_files.hpp"
#include "retouch/config/settings.hpp"

namespace retouch::config {
namespace {

struct FindSettings : testing::Test {
  test::FakeFiles files;
  std::map<std::string, std::string> variables{{"HOME", "/h"}};
  std::optional<std::string> option;
  bool working_directory = true;
  Result<FoundSettings> find() {
    const os::Environment environment(variables);
    return find_settings(
        {.option = option, .environment = environment, .files = files, .working_directory = working_directory});
  }
};

TEST_F(FindSettings, TheOrderIsOptionVariableHereUserEtc) {
  EXPECT_EQ(find()->path, "");
  files.add("/etc/retouch/retouch.yaml", "");
  EXPECT_EQ(find()->path, "/etc/retouch/retouch.yaml");
  files.add("/h/.config/retouch/retouch.yaml", "");
  EXPECT_EQ(find()->path, "/h/.config/retouch/retouch.yaml");
  variables["XDG_CONFIG_HOME"] = "/xdg";
  files.add("/xdg/retouch/retouch.yaml", "");
  EXPECT_EQ(find()->path, "/xdg/retouch/retouch.yaml");
  files.add("./retouch.yaml", "");
  EXPECT_EQ(find()->path, "./retouch.yaml");
  variables["RETOUCH_CONFIG"] = "/var.yaml";
  files.add("/var.yaml", "");
  EXPECT_EQ(find()->path, "/var.yaml");
  option = "/opt.yaml";
  files.add("/opt.yaml", "");
  EXPECT_EQ(find()->path, "/opt.yaml");
}

TEST_F(FindSettings, ANamedFileMustExist) {
  files.add("/etc/retouch/retouch.yaml", "");
  variables["RETOUCH_CONFIG"] = "/none.yaml";
  EXPECT_EQ(find().error().code, Errc::not_found);
  EXPECT_NE(find().error().message.find("RETOUCH_CONFIG"), std::string::npos);
  option = "/none";
  EXPECT_NE(find().error().message.find("--config"), std::string::npos);
}

TEST_F(FindSettings, TheFileOfTheWorkingDirectoryIsNamed) {
  files.add("./retouch.yaml", "");
  ASSERT_EQ(find()->notices.size(), 1u);
  EXPECT_NE(find()->notices[0].find("using ./retouch.yaml"), std::string::npos);
}

TEST_F(FindSettings, TheFileOfTheWorkingDirectoryMustBeOnesOwn) {
  files.add("/etc/retouch/retouch.yaml", "");
  files.add("./retouch.yaml", "").info.writable_by_others = true;
  EXPECT_EQ(find()->path, "/etc/retouch/retouch.yaml");
  EXPECT_NE(find()->notices.at(0).find("ignored"), std::string::npos);
  files.add("./retouch.yaml", "").info.owned_by_user = false;
  EXPECT_EQ(find()->path, "/etc/retouch/retouch.yaml");
}

TEST_F(FindSettings, RunDoesNotLookIntoTheWorkingDirectory) {
  files.add("./retouch.yaml", "");
  working_directory = false;
  EXPECT_EQ(find()->path, "");
}

}  // namespace
}  // namespace retouch::config
