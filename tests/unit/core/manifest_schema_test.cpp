#include "../../../src/core/manifest/spec.hpp"
#include "manifest_fixture.hpp"

namespace retouch::core::manifest_test {
namespace {

Json schema() {
  const std::vector<const AttributeTable*> tables{&maps_table(), &lists_table()};
  return manifest_schema(tables);
}

std::vector<std::string> names(const Json& object) {
  std::vector<std::string> out;
  for (const auto& [key, value] : object.items()) out.push_back(key);
  std::ranges::sort(out);
  return out;
}

std::vector<std::string> sorted(std::span<const std::string_view> keys) {
  std::vector<std::string> out(keys.begin(), keys.end());
  std::ranges::sort(out);
  return out;
}

TEST(ManifestSchema, KnowsExactlyTheKeysThatAreRead) {
  const auto defs = schema().at("$defs");
  using enum manifest::Role;
  for (const auto& [name, role] :
       {std::pair{"image", image}, {"set", set}, {"defaults", defaults}, {"item", item}, {"override", override_}}) {
    EXPECT_EQ(names(defs.at(name).at("properties")), sorted(manifest::keys_of(role))) << name;
    EXPECT_EQ(defs.at(name).at("additionalProperties"), false) << name;
  }
  EXPECT_EQ(names(defs.at("manage").at("properties")), sorted(manifest::manage_keys()));
}

TEST(ManifestSchema, OffersEveryWritableAttributeOfEveryTable) {
  const auto properties = schema().at("$defs").at("attributes").at("properties");
  for (const auto* table : {&maps_table(), &lists_table()}) {
    for (const auto& attribute : table->known()) {
      EXPECT_EQ(properties.contains(attribute.name), attribute.writable) << attribute.name;
    }
  }
  EXPECT_TRUE(properties.contains("description"));
}

TEST(ManifestSchema, SaysWhatEachTableAllows) {
  const auto properties = schema().at("$defs").at("attributes").at("properties");
  EXPECT_EQ(properties.at("min_ram").dump().find("\"minimum\":0") == std::string::npos, false);
  // Not clearable on maps, any text on lists.
  EXPECT_NE(properties.at("name").dump().find("null"), std::string::npos);
  EXPECT_EQ(properties.at("protected").dump().find("null"), std::string::npos);
  EXPECT_NE(properties.at("tags").dump().find("array"), std::string::npos);
  EXPECT_NE(properties.at("tags").dump().find("object"), std::string::npos);
  EXPECT_NE(properties.at("__flag").dump().find("[\"true\",true,\"false\",false]"), std::string::npos)
      << properties.at("__flag").dump();
}

TEST(ManifestSchema, EveryReferenceLeadsSomewhere) {
  const auto whole = schema();
  const auto text = whole.dump();
  std::size_t count = 0;
  for (auto at = text.find("#/$defs/"); at != std::string::npos; at = text.find("#/$defs/", at + 1)) {
    const auto name = text.substr(at + 8, text.find('"', at) - at - 8);
    EXPECT_TRUE(whole.at("$defs").contains(name)) << name;
    ++count;
  }
  EXPECT_GT(count, 10u);
  EXPECT_EQ(whole.at("$schema"), "https://json-schema.org/draft/2020-12/schema");
}

}  // namespace
}  // namespace retouch::core::manifest_test
