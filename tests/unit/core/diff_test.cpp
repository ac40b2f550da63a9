#include "retouch/core/diff.hpp"

#include "planning_fixture.hpp"

namespace retouch::core {

using test::field;

namespace {

DesiredField wish(Value value, std::vector<std::string> absent = {}) {
  DesiredField result = field("tags", std::move(value));
  result.absent_items = std::move(absent);
  return result;
}

Map map_of(const std::map<std::string, std::string>& items) {
  Map map;
  for (const auto& [key, value] : items) map.emplace(key, value);
  return map;
}

}  // namespace

TEST(TargetValue, EnsuresTheListedKeysOfAMapAndKeepsTheRest) {
  const Map live = map_of({{"a", "1"}, {"b", "2"}});
  const DesiredField wanted = wish(map_of({{"b", "3"}}));
  EXPECT_EQ(target_value(wanted, Manage::listed, live), Value(map_of({{"a", "1"}, {"b", "3"}})));
  EXPECT_EQ(target_value(wanted, Manage::exact, live), Value(map_of({{"b", "3"}})));
  EXPECT_EQ(target_value(wanted, Manage::listed, Absent{}), Value(map_of({{"b", "3"}})));
}

TEST(TargetValue, TakesOnlyTheAbsentItemsAway) {
  const Map live = map_of({{"a", "1"}, {"b", "2"}});
  EXPECT_EQ(target_value(wish(Map{}, {"a"}), Manage::listed, live), Value(map_of({{"b", "2"}})));
  EXPECT_EQ(target_value(wish(List{}, {"a"}), Manage::listed, List{"a", "b"}), Value(List{"b"}));
  EXPECT_EQ(target_value(wish(Absent{}), Manage::listed, List{"a", "b"}), Value(Absent{})) << "null removes them all";
}

TEST(DiffField, ComparesNormalizedValues) {
  const Attribute note{.name = "note", .empty_is_absent = true};
  EXPECT_FALSE(diff_field(note, "", Absent{})) << "already absent";
  EXPECT_FALSE(diff_field(note, Absent{}, "")) << "and nothing to send";
  const auto removed = diff_field(note, "x", "");
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->op, Op::remove);
  EXPECT_EQ(removed->after, Value(Absent{}));
  const Attribute flag{.name = "__flag", .compare = Compare::flag};
  EXPECT_FALSE(diff_field(flag, "True", "true"));
  const Attribute number{.name = "min_ram", .type = ValueType::integer};
  EXPECT_FALSE(diff_field(number, "512", std::int64_t{512}));
}

}  // namespace retouch::core
