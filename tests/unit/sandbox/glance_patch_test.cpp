// JSON patch rules, each as observed on Glance 25.1 (API 2.15) or read from its code.
#include "sandbox_support.hpp"

namespace retouch::sandbox {
namespace {

struct GlancePatch : testing::Test {
  CloudSeed seed = lab_seed(R"(      - name: image
        project: images
        attributes: {os_version: "22.04", b: old, tags: [x]}
)");
  Image image = seed.images.front();
  Caller caller = caller_of(seed);
  GlanceLimits limits;

  std::expected<Image, GlanceFailure> apply(const std::string& body, const std::string& type = v21) {
    const auto operations = read_glance_patch(type, body);
    if (!operations) return std::unexpected(operations.error());
    return apply_glance_patch(image, *operations, caller, limits, noon);
  }
  int status(const std::string& body, const std::string& type = v21) {
    const auto result = apply(body, type);
    return result ? 200 : result.error().status;
  }
  static std::string op(const std::string& op, const std::string& path, const std::string& value) {
    return R"([{"op":")" + op + R"(","path":")" + path + R"(","value":)" + value + "}]";
  }
  static std::string remove(const std::string& path) { return R"([{"op":"remove","path":")" + path + R"("}])"; }
};

TEST_F(GlancePatch, AddIsAlwaysAnUpsert) {
  EXPECT_EQ(apply(op("add", "/fresh", "\"1\""))->text("fresh"), "1");
  EXPECT_EQ(apply(op("add", "/b", "\"new\""))->text("b"), "new");
  EXPECT_EQ(apply(op("add", "/name", "\"new\""))->text("name"), "new");
}

TEST_F(GlancePatch, ReplaceAndRemoveNeedTheProperty) {
  EXPECT_EQ(apply(op("replace", "/b", "\"new\""))->text("b"), "new");
  const auto missing = apply(op("replace", "/nope", "\"1\""));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().status, 409);
  EXPECT_EQ(missing.error().explanation, "Property nope does not exist.");
  EXPECT_FALSE(apply(remove("/b"))->attributes.contains("b"));
  EXPECT_EQ(status(remove("/nope")), 409);
}

TEST_F(GlancePatch, NoCoreAttributeCanBeRemoved) {
  for (const char* name : {"/name", "/min_disk", "/tags", "/protected"}) EXPECT_EQ(status(remove(name)), 403) << name;
}

TEST_F(GlancePatch, KnowsTwoMediaTypes) {
  for (const char* type :
       {"", "application/json", "application/json-patch+json", "APPLICATION/OPENSTACK-IMAGES-V2.1-JSON-PATCH"}) {
    const auto result = apply("[]", type);
    ASSERT_FALSE(result) << type;
    EXPECT_EQ(result.error().status, 415);
    EXPECT_TRUE(result.error().accept_patch);
  }
  EXPECT_EQ(status("[]", v21 + "; charset=utf-8"), 200);
}

TEST_F(GlancePatch, ReadsTheOldFormAndItsStricterAdd) {
  const std::string v20 = "application/openstack-images-v2.0-json-patch";
  EXPECT_EQ(apply(R"([{"replace":"/b","value":"new"}])", v20)->text("b"), "new");
  EXPECT_EQ(status(R"([{"add":"/b","value":"new"}])", v20), 409);
  EXPECT_EQ(status(R"([{"add":"/fresh","value":"new"}])", v20), 200);
  EXPECT_EQ(status(op("replace", "/b", "\"new\""), v20), 400);
  EXPECT_EQ(status(R"([{"add":"/a","replace":"/b","value":"new"}])", v20), 400);
}

TEST_F(GlancePatch, CustomPropertiesAreTextsOnly) {
  for (const char* value : {"true", "1", "null", "[\"a\"]", "{\"a\":\"b\"}"}) {
    const auto result = apply(op("add", "/b", value));
    ASSERT_FALSE(result) << value;
    EXPECT_EQ(result.error().status, 400);
    EXPECT_NE(result.error().explanation.find("On instance['b']"), std::string::npos);
  }
  EXPECT_EQ(status(op("add", "/b", "\"\"")), 200);
}

TEST_F(GlancePatch, SizesAreWholeNumbersOf31Bits) {
  for (const char* value : {"\"1024\"", "-1", "1.5", "null", "2147483648", "true"}) {
    EXPECT_EQ(status(op("replace", "/min_ram", value)), 400) << value;
  }
  EXPECT_EQ(apply(op("replace", "/min_ram", "2.0"))->attributes["min_ram"], 2);
  EXPECT_EQ(apply(op("replace", "/min_disk", "2147483647"))->attributes["min_disk"], 2147483647);
}

TEST_F(GlancePatch, FlagsAreBooleans) {
  EXPECT_EQ(status(op("replace", "/protected", "\"true\"")), 400);
  EXPECT_EQ(status(op("replace", "/os_hidden", "\"true\"")), 400);
  EXPECT_EQ(apply(op("replace", "/protected", "true"))->attributes["protected"], true);
}

TEST_F(GlancePatch, KnowsThreeOperations) {
  for (const char* name : {"test", "move", "copy", "zork"}) EXPECT_EQ(status(op(name, "/b", "\"x\"")), 400) << name;
  EXPECT_EQ(apply(op("test", "/b", "\"x\"")).error().explanation,
            "Invalid operation: `test`. It must be one of the following: add, remove, replace.");
}

TEST_F(GlancePatch, RefusesBodiesThatAreNoPatch) {
  for (const char* body : {"", "{", "{}", "[1]", R"([{"path":"/b","value":"x"}])", R"([{"op":"add","value":"x"}])",
                           R"([{"op":"add","path":"/b"}])"}) {
    EXPECT_EQ(status(body), 400) << body;
  }
}

TEST_F(GlancePatch, StumblesOverAPathThatIsNoText) { EXPECT_EQ(status(R"([{"op":"add","path":1,"value":"x"}])"), 500); }

TEST_F(GlancePatch, AnEmptyPatchWritesNothing) { EXPECT_EQ(apply("[]")->text("updated_at"), image.text("updated_at")); }

TEST_F(GlancePatch, TheSameValueStillBumpsTheTime) {
  EXPECT_EQ(apply(op("replace", "/b", "\"old\""))->text("updated_at"), "2026-11-21T12:00:00Z");
}

TEST_F(GlancePatch, ReadOnlyAndReservedNamesAreForbidden) {
  for (const char* name : {"id", "status", "checksum", "size", "virtual_size", "created_at", "updated_at", "file",
                           "self", "schema", "os_hash_algo", "os_hash_value", "direct_url"}) {
    const auto result = apply(op("replace", std::string("/") + name, "\"x\""));
    ASSERT_FALSE(result) << name;
    EXPECT_EQ(result.error().status, 403);
    EXPECT_EQ(result.error().explanation, std::string("Attribute '") + name + "' is read-only.");
  }
  for (const char* name : {"deleted", "deleted_at", "location", "os_glance_import_task"}) {
    EXPECT_EQ(status(op("add", std::string("/") + name, "\"x\"")), 403) << name;
  }
}

TEST_F(GlancePatch, OwnerAndPublicationAreForAdmins) {
  EXPECT_EQ(status(op("replace", "/owner", "\"x\"")), 403);
  EXPECT_EQ(status(op("replace", "/visibility", "\"public\"")), 403);
  for (const char* how : {"\"private\"", "\"shared\"", "\"community\""})
    EXPECT_EQ(status(op("replace", "/visibility", how)), 200);
  EXPECT_EQ(status(op("replace", "/visibility", "\"bogus\"")), 400);
  caller.admin = true;
  EXPECT_EQ(status(op("replace", "/owner", "\"x\"")), 200);
  EXPECT_EQ(status(op("replace", "/visibility", "\"public\"")), 200);
}

TEST_F(GlancePatch, FormatsOfAnActiveImageAreFixed) {
  EXPECT_EQ(status(op("replace", "/disk_format", "\"raw\"")), 403);
  EXPECT_EQ(status(op("replace", "/disk_format", "\"zvhd2\"")), 400);  // not upstream's
  image.attributes["status"] = "queued";
  EXPECT_EQ(status(op("replace", "/disk_format", "\"raw\"")), 200);
}

TEST_F(GlancePatch, PointersHaveDepthOneAndTwoEscapes) {
  EXPECT_TRUE(apply(op("add", "/a~1b", "\"x\""))->attributes.contains("a/b"));
  EXPECT_TRUE(apply(op("add", "/a~0b", "\"x\""))->attributes.contains("a~b"));
  EXPECT_TRUE(apply(op("add", "/trait:CUSTOM x.y", "\"x\""))->attributes.contains("trait:CUSTOM x.y"));
  for (const char* path : {"/a~b", "/a~2b", "/a~", "/b/c", "/b/", "b", "/tags/-", "/a//b"}) {
    EXPECT_EQ(status(op("add", path, "\"x\"")), 400) << path;
  }
}

TEST_F(GlancePatch, SaysWhatIsWrongWithAPointer) {
  EXPECT_EQ(apply(op("add", "/a//b", "\"x\"")).error().explanation, "Pointer `/a//b` contains adjacent \"/\".");
  EXPECT_EQ(apply(op("add", "/a/b", "\"x\"")).error().explanation, "Invalid JSON pointer for this resource: '/a/b'");
}

TEST_F(GlancePatch, PointersHaveSurprises) {
  EXPECT_TRUE(apply(op("add", "/", "\"x\""))->attributes.contains(""));
  EXPECT_EQ(apply(op("replace", "//b", "\"x\""))->text("b"), "x");
  EXPECT_EQ(apply(op("replace", "/ b ", "\"x\""))->text("b"), "x");  // blanks at the ends cannot be addressed
}

TEST_F(GlancePatch, RefusesFourByteCharacters) {
  EXPECT_EQ(status(op("add", "/b", "\"grün 中\"")), 200);
  EXPECT_EQ(status(op("add", "/b", "\"\xF0\x9F\x98\x80\"")), 400);
  EXPECT_EQ(status(op("add", "/\xF0\x9F\x98\x80", "\"x\"")), 400);
}

TEST_F(GlancePatch, LengthsEndInDifferentErrors) {
  EXPECT_EQ(status(op("add", "/b", "\"" + std::string(5000, 'x') + "\"")), 200);
  EXPECT_EQ(status(op("replace", "/name", "\"" + std::string(255, 'x') + "\"")), 200);
  EXPECT_EQ(status(op("replace", "/name", "\"" + std::string(256, 'x') + "\"")), 400);
  EXPECT_EQ(status(op("add", "/" + std::string(255, 'k'), "\"x\"")), 200);
  EXPECT_EQ(status(op("add", "/" + std::string(256, 'k'), "\"x\"")), 500);  // the database's, without a reason
  EXPECT_EQ(status(op("add", "/b", R"("a\u0000b")")), 500);
}

TEST_F(GlancePatch, KeepsNamesThatDifferInCase) {
  image.attributes["Foo"] = "1";
  EXPECT_EQ(apply(op("add", "/foo", "\"2\""))->text("Foo"), "1");
}

TEST_F(GlancePatch, CountsPropertiesAtTheEnd) {
  for (int i = 0; i < 126; ++i) image.attributes["p" + std::to_string(i)] = "x";
  ASSERT_EQ(count_custom_properties(image), 128u);
  const auto over = apply(op("add", "/one-more", "\"x\""));
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().status, 413);
  EXPECT_NE(over.error().explanation.find("Attempted: 129, Maximum: 128"), std::string::npos);
  EXPECT_EQ(status(R"([{"op":"add","path":"/one-more","value":"x"},{"op":"remove","path":"/p0"}])"), 200);
  EXPECT_EQ(status(op("replace", "/p0", "\"y\"")), 200);
}

TEST_F(GlancePatch, TagsAreASetWrittenWhole) {
  const auto result = apply(op("replace", "/tags", R"(["z","y","y"])"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->attributes["tags"], Json::parse(R"(["y","z"])"));
  EXPECT_EQ(status(op("replace", "/tags", R"(["ok",1])")), 400);
  EXPECT_EQ(status(op("replace", "/tags", "\"a\"")), 400);
  Json many = Json::array();
  for (int i = 0; i < 129; ++i) many.push_back("t" + std::to_string(i));
  EXPECT_EQ(status(op("replace", "/tags", many.dump())), 413);
}

TEST_F(GlancePatch, TheFirstFailureUndoesEverything) {
  const std::string first = R"([{"op":"add","path":"/fresh","value":"1"},)";
  EXPECT_EQ(status(first + R"({"op":"replace","path":"/nope","value":"1"}])"), 409);
  EXPECT_EQ(status(first + R"({"op":"remove","path":"/name"}])"), 403);
  EXPECT_EQ(status(first + R"({"op":"add","path":"/b","value":1}])"), 400);
  EXPECT_FALSE(image.attributes.contains("fresh"));
}

TEST_F(GlancePatch, PlatformNamesAreOrdinaryProperties) {
  EXPECT_EQ(status(op("add", "/__support_xen", "\"true\"")), 200);
  EXPECT_EQ(status(op("add", "/hw_firmware_type", "\"zork\"")), 200);
}

}  // namespace
}  // namespace retouch::sandbox
