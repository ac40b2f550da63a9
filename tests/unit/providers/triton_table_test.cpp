#include <gtest/gtest.h>

#include "retouch/providers/tables.hpp"

namespace retouch::providers {
namespace {

using core::Absent;
using core::List;
using core::Map;
using core::Value;
using core::ValueType;

bool writes(std::string_view name, const Value& value) {
  return core::violations(*triton_table().find(name), value).empty();
}

TEST(TritonTable, HasSevenWritableFieldsAndNothingElse) {
  std::vector<std::string> writable;
  for (const auto& attribute : triton_table().known()) {
    if (attribute.writable) writable.push_back(attribute.name);
  }
  EXPECT_EQ(writable, (std::vector<std::string>{"acl", "description", "eula", "homepage", "name", "tags", "version"}));
  EXPECT_EQ(triton_table().find("anything"), std::nullopt);
  EXPECT_FALSE(triton_table().extension());
}

TEST(TritonTable, KnowsTheRealLimits) {
  const auto text = [](std::size_t length) { return Value{std::string(length, 'a')}; };
  const auto link = [](std::size_t length) { return Value{"http://" + std::string(length - 7, 'a')}; };
  EXPECT_TRUE(writes("name", text(1024)));
  EXPECT_FALSE(writes("name", text(1025)));
  EXPECT_FALSE(writes("name", ""));
  EXPECT_TRUE(writes("version", text(512)));
  EXPECT_FALSE(writes("version", text(513)));
  EXPECT_TRUE(writes("description", text(10240)));
  EXPECT_FALSE(writes("description", text(10241)));
  EXPECT_TRUE(writes("homepage", link(1024)));
  EXPECT_FALSE(writes("homepage", link(1025)));
  EXPECT_FALSE(writes("eula", "ftp://x"));
  EXPECT_FALSE(writes("acl", List{"alice"}));
  EXPECT_TRUE(writes("acl", List{"a11ce000-0000-4000-8000-000000000001"}));
  EXPECT_TRUE(writes("tags", Map{{"k", std::string(99'800, 'a')}, {"n", 1.5}, {"b", true}}));
  EXPECT_FALSE(writes("tags", Map{{"k", std::string(99'900, 'a')}}));
  EXPECT_FALSE(writes("tags", "role=os"));  // would take the server down
}

TEST(TritonTable, SaysWhatCannotBeCleared) {
  for (const auto* name : {"name", "version"}) EXPECT_FALSE(writes(name, Absent{})) << name;
  for (const auto* name : {"description", "homepage", "eula", "acl", "tags"}) {
    EXPECT_TRUE(writes(name, Absent{})) << name;
    const auto attribute = *triton_table().find(name);
    const Value empty = attribute.type == ValueType::list  ? Value{List{}}
                        : attribute.type == ValueType::map ? Value{Map{}}
                                                           : Value{""};
    EXPECT_TRUE(core::same(attribute, empty, Absent{})) << name;
  }
}

TEST(TritonTable, GrowingTheAclIsAnExposure) {
  EXPECT_EQ(triton_table().find("acl")->exposure, core::Attribute::Exposure::acl);
}

}  // namespace
}  // namespace retouch::providers
