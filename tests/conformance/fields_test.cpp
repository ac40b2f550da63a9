// Every kind of field can be set, changed and cleared, and what is set stays.
#include "bench.hpp"

namespace retouch::conformance {
namespace {

using core::Absent;
using core::Image;
using core::List;
using core::Map;
using core::Value;

struct Kind {
  std::string name;
  std::vector<Value> values;  // one after the other
};

const std::vector<Kind> common_kinds{
    {"name", {std::string("conformance one"), std::string("conformance two")}},
    {"min_ram", {std::int64_t{1024}, std::int64_t{0}, std::int64_t{2147483647}}},
    {"os_distro", {std::string("debian"), std::string("ubuntu"), Absent{}, std::string("debian again"), Absent{}}},
    {"hw_firmware_type", {std::string("uefi"), std::string("bios"), std::string("uefi"), Absent{}}},
    {"hw_vif_multiqueue_enabled", {std::string("true"), std::string("false"), std::string("true"), Absent{}}},
    {"__description", {std::string("a text"), std::string("another text"), Absent{}}},
    {"__support_xen", {std::string("true"), Absent{}, std::string("true"), Absent{}}},
    {"__support_largememory", {std::string("true"), Absent{}}},
    {"__support_diskintensive", {std::string("true"), Absent{}}},
    {"__support_highperformance", {std::string("true"), Absent{}}},
    {"__support_xen_gpu_type", {std::string("M60_vGPU"), Absent{}}},
    {"__support_xen_hana", {std::string("true"), Absent{}}},
    {"text", {std::string("Größe, 大, <b>&amp;\"\\"), std::string(5000, 'x'), Absent{}}},
};

const std::vector<Kind> glance_kinds{
    {"name", {Absent{}, std::string("named again")}},
    {"min_disk", {std::int64_t{10}, std::int64_t{0}}},
    {"protected", {true, false}},
    {"os_hidden", {true, false}},
    {"visibility", {std::string("private"), std::string("community"), std::string("shared")}},
    {"a~b", {std::string("tilde"), Absent{}}},
    {"a/b", {std::string("slash"), std::string("slash again"), Absent{}}},
    {"Mixed Case", {std::string("x"), Absent{}}},
    {"empty", {std::string(), std::string("x"), std::string(), Absent{}}},
    {"tags", {List{"b", "a"}, List{"a"}, Absent{}}},
};

const std::vector<Kind> ims_kinds{
    {"max_ram", {std::int64_t{4096}, std::int64_t{8192}, Absent{}}},
    {"__support_kvm_gpu_type", {std::string("P100"), std::string("V100"), Absent{}}},
    {"__support_fc_inject", {std::string("true"), std::string("false"), Absent{}}},
    {"__is_config_init", {std::string("true"), Absent{}}},
    {"__support_xen", {std::string("true"), std::string("false")}},  // written as absence
    {"tags", {Map{{"a", std::string("1")}}, Map{{"a", std::string("2")}, {"b", std::string()}}, Absent{}}},
};

const std::string somebody = "b0b00000-0000-4000-8000-000000000002";
const std::string somebody_else = "ca401000-0000-4000-8000-000000000003";

const std::vector<Kind> triton_kinds{
    {"name", {std::string("conformance one/a_b-c.d"), std::string(1024, 'n'), std::string("conformance two")}},
    {"version", {std::string("1.0+b/c"), std::string("1.1")}},
    {"description",
     {std::string("Größe, 大, <b>&amp;\"\\"), std::string(10240, 'x'), Absent{}, std::string("again"), Absent{}}},
    {"homepage", {std::string("https://example.com/a?b=c"), std::string("http://example.com"), Absent{}}},
    {"eula", {std::string("https://example.com/eula"), Absent{}}},
    {"acl", {List{somebody, somebody_else}, List{somebody}, Absent{}, List{somebody_else}, Absent{}}},
    {"tags",
     {Map{{"a", std::string("1")}, {"n", std::int64_t{3}}, {"flag", true}, {"f", 1.5}},
      Map{{"a", std::int64_t{1}}, {"empty", std::string()}}, Absent{}, Map{{"b", false}}, Absent{}}},
};

task<void> set(Bench& bench, const std::string& id, const std::string& name, const Value& value) {
  const auto attribute = *bench.provider().table().find(name);
  const std::vector<core::FieldChange> wanted{want(name, value)};
  const auto before = co_await bench.read(id);
  const auto applied = co_await bench.apply(before, wanted);
  EXPECT_TRUE(applied) << name << " = " << to_text(value) << ": " << describe(applied.error());
  const auto after = co_await bench.read(id);
  EXPECT_TRUE(core::same(attribute, after.get(name), value))
      << name << " = " << to_text(value) << ", live " << to_text(after.get(name));
  EXPECT_TRUE(bench.provider().prepare(after, wanted).empty())
      << name << " = " << to_text(value) << ": a second run would send it again";
  // Nothing else moved.
  auto rest_before = before.attributes, rest_after = after.attributes;
  for (auto* rest : {&rest_before, &rest_after}) {
    rest->erase(name);
    rest->erase("updated_at");
  }
  EXPECT_EQ(rest_before, rest_after) << name;
}

TEST_P(Conformance, SetsChangesAndClearsEachKindOfField) {
  run([&](Bench& bench) -> task<void> {
    auto kinds = is_triton() ? triton_kinds : common_kinds;
    const auto& more = is_ims() ? ims_kinds : glance_kinds;
    if (!is_triton()) kinds.insert(kinds.end(), more.begin(), more.end());
    const auto id = co_await bench.make_image();
    for (const auto& kind : kinds) {
      for (const auto& value : kind.values) co_await set(bench, id, kind.name, value);
    }
  });
}

TEST_P(Conformance, SendsAllFieldsOfAnImageInOneRequest) {
  run([](Bench& bench) -> task<void> {
    const bool triton = bench.family() == "triton";
    const std::string obsolete = triton ? "homepage" : "obsolete";
    const auto id = co_await bench.make_image({{bench.text_field(), "debian"}, {obsolete, "http://x"}});
    const auto live = co_await bench.read(id);
    std::vector<core::FieldChange> wanted{want(bench.text_field(), std::string("ubuntu")), want(obsolete, Absent{})};
    if (triton) {
      wanted.push_back(want("version", std::string("24.04")));
      wanted.push_back(want("tags", Map{{"n", std::int64_t{512}}}));
    } else {
      wanted.push_back(want("os_version", std::string("24.04")));
      wanted.push_back(want("min_ram", std::int64_t{512}));
    }
    auto steps = bench.provider().prepare(live, wanted);
    EXPECT_EQ(steps.size(), 1u);
    const auto outcome = co_await bench.provider().perform(steps.at(0));
    EXPECT_TRUE(outcome) << describe(outcome.error());
    const auto after = co_await bench.read(id);
    EXPECT_TRUE(bench.provider().prepare(after, wanted).empty());
    EXPECT_EQ(after.find(obsolete), nullptr);
    // The answer shows the image as it is now.
    EXPECT_TRUE(outcome->image.has_value());
    if (outcome->image) EXPECT_EQ(*outcome->image, after);
    EXPECT_FALSE(outcome->request_id.empty());
  });
}

TEST_P(Conformance, ChoosesTheOperationAfreshFromWhatIsLive) {
  if (is_triton()) GTEST_SKIP() << "CloudAPI takes fields, not operations";
  run([](Bench& bench) -> task<void> {
    const auto id = co_await bench.make_image({{"os_distro", "debian"}});
    const auto old = co_await bench.read(id);
    const std::vector<core::FieldChange> wanted{want("os_distro", std::string("ubuntu"))};
    const auto removed = co_await bench.apply(old, {want("os_distro", Absent{})});
    EXPECT_TRUE(removed);
    // Prepared from the old state it meets a conflict; from the new one it works.
    const auto conflict = co_await bench.apply(old, wanted);
    EXPECT_FALSE(conflict);
    if (!conflict) {
      EXPECT_EQ(conflict.error().reaction, Reaction::conflict) << describe(conflict.error());
      EXPECT_EQ(conflict.error().field.empty() ? "os_distro" : conflict.error().field, "os_distro");
      expect_readable(conflict.error());
    }
    const auto twice = co_await bench.apply(old, {want("os_distro", Absent{})});
    EXPECT_FALSE(twice) << "removing what is gone is a conflict, too";
    if (!twice) EXPECT_EQ(twice.error().reaction, Reaction::conflict);
    const auto live = co_await bench.read(id);
    const auto applied = co_await bench.apply(live, wanted);
    EXPECT_TRUE(applied) << describe(applied.error());
  });
}

TEST_P(Conformance, AttributesThatExcludeEachOtherChangePlacesInOneRequest) {
  if (!is_ims()) GTEST_SKIP() << "only IMS has such attributes";
  run([](Bench& bench) -> task<void> {
    const auto id = co_await bench.make_image({{"__support_xen", "true"}});
    const auto live = co_await bench.read(id);
    const auto both = co_await bench.apply(live, {want("__support_xen_hana", std::string("true"))});
    EXPECT_FALSE(both) << "the server knows that they exclude each other";
    const auto swapped =
        co_await bench.apply(live, {want("__support_xen_hana", std::string("true")), want("__support_xen", Absent{})});
    EXPECT_TRUE(swapped) << describe(swapped.error());
  });
}

}  // namespace
}  // namespace retouch::conformance
