// PATCH /v2/cloudimages: protocols/openstack-ims.md 1.2 and 1.3.
#include "retouch/sandbox/ims.hpp"
#include "sandbox_support.hpp"

namespace retouch::sandbox {
namespace {

struct ImsPatch : testing::Test {
  CloudSeed seed = otc_seed(R"(      - {name: image, project: eu-de_images, attributes: {__support_kvm: "true", own: x}}
)");
  Image image = seed.images.front();

  std::expected<Image, ImsFailure> apply(const std::string& body) { return apply_cloudimages_patch(image, body, noon); }
  std::string code(const std::string& body) {
    const auto result = apply(body);
    return result ? "" : result.error().code;
  }
  static std::string op(const std::string& op, const std::string& path, const std::string& value) {
    return R"([{"op":")" + op + R"(","path":")" + path + R"(","value":)" + value + "}]";
  }
  static std::string add(const std::string& name, const std::string& value) {
    return op("add", "/" + name, "\"" + value + "\"");
  }
  static std::string replace(const std::string& name, const std::string& value) {
    return op("replace", "/" + name, "\"" + value + "\"");
  }
};

TEST_F(ImsPatch, ReplaceOfAnAttributeThatIsNotThereIsAConflict) {
  EXPECT_EQ(code(replace("__description", "x")), "IMG.0035");
  EXPECT_EQ(apply(add("__description", "x"))->text("__description"), "x");
}

TEST_F(ImsPatch, AddOfWhatIsThereAndRemoveOfWhatIsNotAreConflictsToo) {
  EXPECT_EQ(code(add("own", "y")), "IMG.0035");
  EXPECT_EQ(apply(replace("own", "y"))->text("own"), "y");
  EXPECT_EQ(code(R"([{"op":"remove","path":"/nothing"}])"), "IMG.0035");
  EXPECT_FALSE(apply(R"([{"op":"remove","path":"/own"}])")->attributes.contains("own"));
}

TEST_F(ImsPatch, ChecksNames) {
  EXPECT_EQ(code(replace("name", "golden-1.0_x y")), "");
  EXPECT_EQ(code(replace("name", std::string(129, 'x'))), "IMG.0002");
  EXPECT_EQ(code(replace("name", "")), "IMG.0002");
  for (const char* name : {" x", "x ", "x/y", "grün"}) EXPECT_EQ(code(replace("name", name)), "IMG.0003") << name;
}

TEST_F(ImsPatch, ChecksDescriptions) {
  EXPECT_EQ(code(add("__description", "ims test")), "");
  EXPECT_EQ(code(add("__description", std::string(1025, 'x'))), "IMG.0004");
  for (const char* text : {"a<b", "a>b", "a\\rb"}) EXPECT_EQ(code(add("__description", text)), "IMG.0054") << text;
}

TEST_F(ImsPatch, ChecksEnumerations) {
  EXPECT_EQ(code(add("hw_firmware_type", "uefi")), "");
  EXPECT_EQ(code(add("hw_firmware_type", "zork")), "IMG.0141");
  EXPECT_EQ(code(add("__support_largememory", "True")), "");
  EXPECT_EQ(code(add("__support_largememory", "false")), "IMG.0001");
  EXPECT_EQ(code(add("__support_fc_inject", "false")), "");
  EXPECT_EQ(code(add("hw_vif_multiqueue_enabled", "yes")), "IMG.0001");
  EXPECT_EQ(code(add("enterprise_project_id", "zork")), "IMG.0156");
}

TEST_F(ImsPatch, TakesMemoryAsNumberOrTextAndStoresItItsOwnWay) {
  EXPECT_EQ(apply(op("replace", "/min_ram", "1024"))->attributes["min_ram"], 1024);
  EXPECT_EQ(apply(op("replace", "/min_ram", "\"1024\""))->attributes["min_ram"], 1024);
  EXPECT_EQ(apply(op("add", "/max_ram", "2048"))->attributes["max_ram"], "2048");
  EXPECT_EQ(code(op("replace", "/min_ram", "-1")), "IMG.0055");
  EXPECT_EQ(code(op("replace", "/min_ram", "\"much\"")), "IMG.0055");
}

TEST_F(ImsPatch, GpuTypesExcludeKvmAndXen) {
  EXPECT_EQ(code(add("__support_kvm_gpu_type", "V100")), "IMG.0035");
  EXPECT_EQ(
      code(R"([{"op":"remove","path":"/__support_kvm"},{"op":"add","path":"/__support_kvm_gpu_type","value":"V100"}])"),
      "");
  EXPECT_EQ(
      code(R"([{"op":"remove","path":"/__support_kvm"},{"op":"add","path":"/__support_xen_gpu_type","value":"V100"}])"),
      "IMG.0001");
}

TEST_F(ImsPatch, RefusesUppercaseNamesReadOnlyAttributesAndDeepPaths) {
  EXPECT_EQ(code(add("Own", "x")), "IMG.0001");
  for (const char* name :
       {"min_disk", "__os_version", "visibility", "status", "tags", "protected", "_sys_enterprise_project_id"}) {
    EXPECT_EQ(code(replace(name, "x")), "IMG.0105") << name;
  }
  EXPECT_EQ(code(add("a/b", "x")), "IMG.0001");
  EXPECT_EQ(code(add("", "x")), "IMG.0001");
}

TEST_F(ImsPatch, RefusesBodiesThatAreNoPatch) {
  EXPECT_EQ(code(""), "IMG.0007");
  EXPECT_EQ(code("[]"), "IMG.0007");
  EXPECT_EQ(code("{}"), "IMG.0001");
  EXPECT_EQ(code(op("move", "/own", "\"x\"")), "IMG.0001");
  EXPECT_EQ(code(R"([{"op":"replace","path":"/own"}])"), "IMG.0001");
  EXPECT_EQ(code(op("replace", "/own", "1")), "IMG.0001");
}

TEST_F(ImsPatch, IsAtomicAndBumpsTheTime) {
  EXPECT_EQ(code(R"([{"op":"replace","path":"/own","value":"y"},{"op":"replace","path":"/nothing","value":"y"}])"),
            "IMG.0035");
  EXPECT_EQ(apply(replace("own", "x"))->text("updated_at"), "2026-11-21T12:00:00Z");
}

}  // namespace
}  // namespace retouch::sandbox
