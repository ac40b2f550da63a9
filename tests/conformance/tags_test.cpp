// Tags: a set on Glance, written whole with everything else; keys and values on IMS, through requests of their own.
#include "bench.hpp"

namespace retouch::conformance {
namespace {

using core::Absent;
using core::List;
using core::Map;
using core::Value;

TEST_P(Conformance, TagsOfASetHaveNoOrderAndNoDoubles) {
  if (is_ims() || is_triton()) GTEST_SKIP() << "only Glance's tags are a set";
  run([](Bench& bench) -> task<void> {
    const auto id = co_await bench.make_image({{"tags", {"z", "a", "m"}}});
    const auto live = co_await bench.read(id);
    EXPECT_EQ(live.get("tags"), (Value{List{"a", "m", "z"}}));
    EXPECT_TRUE(bench.provider().prepare(live, std::vector{want("tags", List{"z", "m", "a", "a"})}).empty());
    const auto applied =
        co_await bench.apply(live, {want("tags", List{"z", "new", "new"}), want("os_distro", std::string("x"))});
    EXPECT_TRUE(applied) << describe(applied.error());
    const auto after = co_await bench.read(id);
    EXPECT_EQ(after.get("tags"), (Value{List{"new", "z"}}));
  });
}

TEST_P(Conformance, AsManyTagsAsTheTableAllowsAreTaken) {
  if (is_triton()) GTEST_SKIP() << "CloudAPI counts bytes, not tags";
  run([&](Bench& bench) -> task<void> {
    const auto tags = *bench.provider().table().find("tags");
    List list;
    Map map;
    for (std::size_t i = 0; i < tags.max_items; ++i) {
      list.push_back("tag" + std::to_string(i));
      map["key" + std::to_string(i)] = std::string("value");
    }
    const auto id = co_await bench.make_image();
    auto live = co_await bench.read(id);
    const auto full = co_await bench.apply(live, {want("tags", is_ims() ? Value{map} : Value{list})});
    EXPECT_TRUE(full) << describe(full.error());
    // One more is refused by the server, as by the table.
    list.push_back("one more");
    map["one more"] = std::string("value");
    live = co_await bench.read(id);
    const auto more = co_await bench.apply(live, {want("tags", is_ims() ? Value{map} : Value{list})});
    EXPECT_FALSE(more);
    if (!more) {
      EXPECT_EQ(more.error().reaction, Reaction::permanent) << describe(more.error());
      EXPECT_EQ(more.error().field, "tags") << describe(more.error());
      expect_readable(more.error());
    }
    // A full set can change: what goes makes room for what comes.
    list.pop_back();
    list.front() = "another";
    map.erase("one more");
    map.erase("key0");
    map["another"] = std::string("value");
    const auto changed =
        co_await bench.apply(live, {want("tags", is_ims() ? Value{map} : Value{core::make_list(list)})});
    EXPECT_TRUE(changed) << describe(changed.error());
  });
}

TEST_P(Conformance, TagsAndFieldsGoTogether) {
  run([&](Bench& bench) -> task<void> {
    const auto first =
        !is_glance() ? Value{Map{{"keep", std::string("1")}, {"go", std::string("2")}}} : Value{List{"go", "keep"}};
    const auto second =
        !is_glance() ? Value{Map{{"keep", std::string("1")}, {"come", std::string("3")}}} : Value{List{"come", "keep"}};
    const auto id = co_await bench.make_image();
    for (const auto& value : {first, second, Value{Absent{}}}) {
      const std::vector wanted{want("tags", value), want(bench.text_field(), to_text(value))};
      const auto live = co_await bench.read(id);
      const auto applied = co_await bench.apply(live, wanted);
      EXPECT_TRUE(applied) << to_text(value) << ": " << describe(applied.error());
      const auto after = co_await bench.read(id);
      EXPECT_TRUE(core::same(*bench.provider().table().find("tags"), after.get("tags"), value))
          << to_text(after.get("tags"));
      EXPECT_TRUE(bench.provider().prepare(after, wanted).empty());
    }
  });
}

}  // namespace
}  // namespace retouch::conformance
