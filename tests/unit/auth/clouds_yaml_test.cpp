#include "retouch/auth/clouds_yaml.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "fake_files.hpp"

namespace retouch::auth {
namespace {

using Variables = std::map<std::string, std::string>;
constexpr auto user_file = "/h/.config/openstack/clouds.yaml";
constexpr auto user_secure = "/h/.config/openstack/secure.yaml";
constexpr auto etc_file = "/etc/openstack/clouds.yaml";
constexpr auto etc_secure = "/etc/openstack/secure.yaml";

struct CloudsYaml : testing::Test {
  test::FakeFiles files;
  Variables variables{{"HOME", "/h"}};
  bool working_directory = true;
  bool open_secrets = true;

  Result<CloudEntry> find(const std::string& name = "", const std::string& region = "") {
    const os::Environment environment(variables);
    return find_cloud(name, region, {environment, files, working_directory, open_secrets});
  }
  std::string message(const std::string& name = "", const std::string& region = "") {
    const auto found = find(name, region);
    return found ? "found " + found->origin : found.error().message;
  }
  static std::string one(const std::string& name, const std::string& url, const std::string& more = "") {
    return "clouds:\n  " + name + ":\n    auth: {auth_url: \"" + url + "\"" + more + "}\n";
  }
  bool noticed(const CloudEntry& entry, const std::string& part) {
    return std::ranges::any_of(entry.notices, [&](const auto& n) { return n.find(part) != std::string::npos; });
  }
};

TEST_F(CloudsYaml, TheFirstFileWinsFromTheWorkingDirectoryToEtc) {
  files.add(etc_file, one("c", "https://etc"));
  EXPECT_EQ(find("c")->auth_text("auth_url"), "https://etc");
  files.add("/etc/xdg/openstack/clouds.yml", one("c", "https://xdg"));
  EXPECT_EQ(find("c")->auth_text("auth_url"), "https://xdg");
  files.add("/h/.config/openstack/clouds.json", R"({"clouds":{"c":{"auth":{"auth_url":"https://json"}}}})");
  EXPECT_EQ(find("c")->auth_text("auth_url"), "https://json");
  files.add(user_file, one("c", "https://user"));
  EXPECT_EQ(find("c")->auth_text("auth_url"), "https://user");
  variables["XDG_CONFIG_HOME"] = "/xdg";
  files.add("/xdg/openstack/clouds.yaml", one("c", "https://xdghome"));
  EXPECT_EQ(find("c")->auth_text("auth_url"), "https://xdghome");
  files.add("./clouds.yaml", one("c", "https://here"));
  EXPECT_EQ(find("c")->auth_text("auth_url"), "https://here");
  variables["OS_CLIENT_CONFIG_FILE"] = "/named.yaml";
  files.add("/named.yaml", one("c", "https://named"));
  EXPECT_EQ(find("c")->auth_text("auth_url"), "https://named");
  EXPECT_EQ(find("c")->origin, "cloud `c` of /named.yaml");
}

TEST_F(CloudsYaml, AFileOfTheWorkingDirectoryIsNamed) {
  files.add("./clouds.yaml", one("c", "https://here"));
  EXPECT_TRUE(noticed(*find("c"), "using ./clouds.yaml of the working directory"));
}

TEST_F(CloudsYaml, AFileOfTheWorkingDirectoryThatOthersWroteIsIgnored) {
  files.add(user_file, one("c", "https://user"));
  files.add("./clouds.yaml", one("c", "https://here")).info.writable_by_others = true;
  EXPECT_EQ(find("c")->auth_text("auth_url"), "https://user");
  EXPECT_TRUE(noticed(*find("c"), "./clouds.yaml of the working directory is ignored"));
  files.add("./clouds.yaml", one("c", "https://here")).info.owned_by_user = false;
  EXPECT_EQ(find("c")->auth_text("auth_url"), "https://user");
}

TEST_F(CloudsYaml, RunNeverLooksIntoTheWorkingDirectory) {
  working_directory = false;
  files.add("./clouds.yaml", one("c", "https://here"));
  EXPECT_NE(message("c").find("no clouds.yaml was found"), std::string::npos);
  EXPECT_TRUE(std::ranges::find(files.reads, "./clouds.yaml") == files.reads.end());
}

TEST_F(CloudsYaml, SecureYamlIsMergedDeeplyOverIt) {
  files.add(user_file, one("c", "https://user", ", username: u"));
  files.add(user_secure, "clouds:\n  c:\n    auth: {password: pw, username: other}\n");
  EXPECT_EQ(find("c")->auth_text("password"), "pw");
  EXPECT_EQ(find("c")->auth_text("username"), "other");
  EXPECT_EQ(find("c")->auth_text("auth_url"), "https://user");
}

TEST_F(CloudsYaml, SecureYamlIsNotMergedIntoALessTrustedFile) {
  files.add("./clouds.yaml", one("c", "https://evil"));
  files.add(user_secure, "clouds:\n  c:\n    auth: {password: pw}\n");
  EXPECT_EQ(find("c")->auth_text("password"), "");
  EXPECT_TRUE(noticed(*find("c"), "less trusted directory"));
  files.files.erase("./clouds.yaml");
  files.files.erase(user_secure);
  files.add(user_file, one("c", "https://user"));
  files.add(etc_secure, "clouds:\n  c:\n    auth: {password: pw}\n");
  EXPECT_EQ(find("c")->auth_text("password"), "");
}

TEST_F(CloudsYaml, ALessTrustedSecureYamlAddsSecretsButNoAddress) {
  files.add(etc_file, one("c", "https://etc"));
  files.add("./secure.yaml",
            "clouds:\n  c:\n    auth: {password: pw, auth_url: \"https://evil\"}\n    image_endpoint_override: "
            "https://evil\n");
  EXPECT_EQ(find("c")->auth_text("password"), "pw");
  EXPECT_EQ(find("c")->auth_text("auth_url"), "https://etc");
  EXPECT_EQ(find("c")->text("image_endpoint_override"), "");
}

TEST_F(CloudsYaml, AFileNamedByAVariableThatOthersCanWriteGetsNoSecrets) {
  variables["OS_CLIENT_CONFIG_FILE"] = "/tmp/clouds.yaml";
  files.add("/tmp/clouds.yaml", one("c", "https://evil")).info.writable_by_others = true;
  files.add(user_secure, "clouds:\n  c:\n    auth: {password: pw}\n");
  EXPECT_EQ(find("c")->auth_text("password"), "");
  files.files["/tmp/clouds.yaml"].info.writable_by_others = false;
  EXPECT_EQ(find("c")->auth_text("password"), "pw");
}

TEST_F(CloudsYaml, ValidateDoesNotOpenSecureYaml) {
  open_secrets = false;
  files.add(user_file, one("c", "https://user"));
  files.add(user_secure, "clouds: {c: {auth: {password: pw}}}");
  EXPECT_TRUE(find("c"));
  EXPECT_TRUE(std::ranges::find(files.reads, user_secure) == files.reads.end());
}

TEST_F(CloudsYaml, ABrokenFileIsAnErrorAndNotSkipped) {
  files.add("./clouds.yaml", "clouds: [");
  files.add(user_file, one("c", "https://user"));
  const auto found = find("c");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, Errc::invalid_input);
  EXPECT_EQ(found.error().place.file.text(), "./clouds.yaml");
}

TEST_F(CloudsYaml, TheNameIsGivenOrOsCloudOrEnvvarsOrTheOnlyOne) {
  files.add(user_file, one("only", "https://only"));
  EXPECT_EQ(message(), "found cloud `only` of /h/.config/openstack/clouds.yaml");
  files.add(user_file, one("a", "https://a") + "  b: {auth: {auth_url: \"https://b\"}}\n");
  EXPECT_NE(message().find("several clouds"), std::string::npos);
  variables["OS_AUTH_URL"] = "https://env";
  EXPECT_EQ(message(), "found the environment (OS_*)");
  EXPECT_EQ(find()->auth_text("auth_url"), "https://env");
  variables["OS_CLOUD"] = "b";
  EXPECT_EQ(find()->auth_text("auth_url"), "https://b");
  EXPECT_EQ(find("a")->auth_text("auth_url"), "https://a");
  EXPECT_NE(message("c").find("has no cloud `c`; there are: a, b"), std::string::npos) << message("c");
}

TEST_F(CloudsYaml, SelectorsAloneMakeNoCloud) {
  variables.merge(Variables{{"OS_REGION_NAME", "r"}, {"OS_TEST_X", "1"}, {"OS_LOG_X", "1"}});
  EXPECT_NE(message().find("no clouds.yaml was found"), std::string::npos);
  variables["OS_AUTH_URL"] = "https://env";
  EXPECT_EQ(find()->text("region_name"), "r");
}

TEST_F(CloudsYaml, AFileCloudOfTheEnvironmentsNameIsAnError) {
  files.add(user_file, one("envvars", "https://x"));
  variables["OS_AUTH_URL"] = "https://env";
  EXPECT_NE(message().find("rename one"), std::string::npos);
  variables["OS_CLOUD_NAME"] = "mine";
  EXPECT_EQ(find("mine")->auth_text("auth_url"), "https://env");
}

TEST_F(CloudsYaml, VendorProfilesFillInWhatTheEntryLeavesOut) {
  files.add(user_file,
            "clouds:\n  de: {profile: otc, auth: {username: u}}\n  nl: {profile: otc, region_name: eu-nl}\n"
            "  ch: {cloud: otc-swiss}\n  x: {profile: nebula}\n");
  EXPECT_EQ(find("de")->auth_text("auth_url"), "https://iam.eu-de.otc.t-systems.com/v3");
  EXPECT_EQ(find("de")->auth_text("username"), "u");
  EXPECT_EQ(find("de", "eu-nl")->auth_text("auth_url"), "https://iam.eu-nl.otc.t-systems.com/v3");
  EXPECT_EQ(find("nl")->auth_text("auth_url"), "https://iam.eu-nl.otc.t-systems.com/v3");
  EXPECT_EQ(find("ch")->auth_text("auth_url"), "https://iam-pub.eu-ch2.sc.otc.t-systems.com/v3");
  EXPECT_EQ(find("ch")->text("region_name"), "eu-ch2");
  EXPECT_NE(message("x").find("known are otc and otc-swiss"), std::string::npos);
  EXPECT_NE(message("de", "eu-fr").find("has no region `eu-fr`, but eu-de, eu-nl"), std::string::npos);
}

TEST_F(CloudsYaml, ARegionMayCarryValues) {
  files.add(
      user_file,
      "clouds:\n  c:\n    regions: [a, {name: b, values: {image_endpoint_override: \"https://b/{region_name}\"}}]\n");
  EXPECT_EQ(find("c")->text("region_name"), "a");
  EXPECT_EQ(find("c")->text("image_endpoint_override"), "");
  EXPECT_EQ(find("c", "b")->text("image_endpoint_override"), "https://b/b");
}

TEST_F(CloudsYaml, OldNamesAreUnderstood) {
  files.add(user_file,
            "clouds:\n  c:\n    endpoint_type: internalURL\n    username: beside\n    tenant_name: t\n"
            "    image_endpoint: https://i\n    auth: {auth-url: https://k, domain_name: D, password: "
            "\"{region_name}\"}\n    region_name: r\n");
  const auto entry = find("c");
  EXPECT_EQ(entry->text("interface"), "internalURL");
  EXPECT_EQ(entry->auth_text("username"), "beside");
  EXPECT_EQ(entry->auth_text("project_name"), "t");
  EXPECT_EQ(entry->auth_text("auth_url"), "https://k");
  EXPECT_EQ(entry->auth_text("user_domain_name"), "D");
  EXPECT_EQ(entry->auth_text("project_domain_name"), "D");
  EXPECT_EQ(entry->text("image_endpoint_override"), "https://i");
  EXPECT_EQ(entry->auth_text("password"), "{region_name}");  // never a template
}

TEST_F(CloudsYaml, ScalarsKeepTheirText) {
  files.add(user_file, "clouds:\n  c:\n    auth: {project_name: 0012, password: 1e3, username: true}\n");
  EXPECT_EQ(find("c")->auth_text("project_name"), "0012");
  EXPECT_EQ(find("c")->auth_text("password"), "1e3");
  EXPECT_EQ(find("c")->auth_text("username"), "true");
}

}  // namespace
}  // namespace retouch::auth
