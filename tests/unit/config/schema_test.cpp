#include <gtest/gtest.h>

#include "retouch/config/setting_keys.hpp"
#include "retouch/config/settings.hpp"

namespace retouch::config {
namespace {

TEST(SettingsSchema, KnowsTheKeysTheTypesAndTheRanges) {
  const auto schema = settings_schema();
  EXPECT_EQ(schema["additionalProperties"], false);
  const auto& cloud = schema["properties"]["clouds"]["additionalProperties"];
  EXPECT_EQ(cloud["additionalProperties"], false);
  EXPECT_EQ(cloud["required"], Json::array({"provider"}));
  EXPECT_EQ(cloud["properties"]["provider"]["enum"], Json::array({"ims", "glance", "triton"}));
  EXPECT_EQ(cloud["properties"]["limits"]["properties"]["concurrency"]["maximum"], 256);
  EXPECT_EQ(schema["properties"]["policy"]["properties"]["guards"]["properties"]["changed_percent"]["maximum"], 100);
  EXPECT_EQ(schema["properties"]["sources"]["items"]["oneOf"].size(), 2u);
}

TEST(SettingsSchema, LetsNoSecretStandInTheClear) {
  const auto schema = settings_schema();
  const auto& auth = schema["properties"]["clouds"]["additionalProperties"]["properties"]["auth"]["properties"];
  for (const auto* key :
       {"password", "application_credential_secret", "token", "secret_key", "security_token", "key"}) {
    ASSERT_EQ(auth[key]["oneOf"].size(), 3u) << key;
    EXPECT_EQ(auth[key]["oneOf"][0]["type"], "object");
  }
  EXPECT_TRUE(auth["username"].contains("type"));
  EXPECT_EQ(auth["type"]["enum"].size(), 4u);
  EXPECT_EQ(auth["roles"]["type"], "array");
}

TEST(SettingKeys, TellWhatTheyAreForAndWhatMayStandThereOnceEach) {
  for (const SettingKey& key : setting_keys()) {
    if (!key.kind.empty()) EXPECT_EQ(key.description.find(key.kind), std::string::npos) << key.path;
  }
}

}  // namespace
}  // namespace retouch::config
