#include "retouch/core/provenance.hpp"

#include "manifest_fixture.hpp"

namespace retouch::core {

namespace {

using manifest_test::maps_table;
using manifest_test::resolve_text;

// "defaults 7:17 uefi (replaced); overrides[1] 12:30 bios"
std::string line_of(const std::vector<Setting>& settings) {
  std::string out;
  for (const Setting& each : settings) {
    out += (out.empty() ? "" : "; ") + to_string(each) + " " + std::to_string(each.place.line) + ":" +
           std::to_string(each.place.column) + " " + each.says + (each.in_force ? "" : " (replaced)");
  }
  return out;
}

std::string of(const Provenance& found, const std::string& field) {
  const auto it = found.find(field);
  return it == found.end() ? "" : line_of(it->second);
}

constexpr const char* set = R"(apiVersion: retouch/v1
kind: ImageSet
metadata: {name: all}
spec:
  clouds: [lab, lab2]
  defaults:
    attributes: {firmware: uefi, tags: {a: one, b: two}, description: "by default"}
  overrides:
    - {clouds: [lab2], attributes: {firmware: bios}}
    - {clouds: ["lab*"], attributes: {min_ram: 2048}}
  images:
    - name: x
      select: {name: X}
      attributes: {tags: {b: three}, min_ram: 1024}
      absent_tags: [old]
    - name: y
      select: {name: Y}
      attributes: {tags: null}
      overrides: [{clouds: [lab], attributes: {tags: {c: four}}}]
)";

}  // namespace

TEST(Provenance, NamesEveryLineThatSetsAFieldAndTheOneThatHolds) {
  const auto outcome = resolve_text(set);
  ASSERT_EQ(outcome.said(), "");
  const Provenance on_lab = provenance(outcome.manifests, "x", "lab", maps_table());
  EXPECT_EQ(of(on_lab, "firmware"), "defaults 7:18 uefi");
  EXPECT_EQ(of(on_lab, "min_ram"), "the image's attributes 14:38 1024 (replaced); overrides[2] 10:39 2048");
  const Provenance on_lab2 = provenance(outcome.manifests, "x", "lab2", maps_table());
  EXPECT_EQ(of(on_lab2, "firmware"), "defaults 7:18 uefi (replaced); overrides[1] 9:37 bios");
}

TEST(Provenance, MapsAndAbsentTagsAddUp) {
  const auto outcome = resolve_text(set);
  const Provenance found = provenance(outcome.manifests, "x", "lab", maps_table());
  EXPECT_EQ(of(found, "tags"),
            "defaults 7:34 {a: one, b: two}; the image's attributes 14:20 {b: three}; the image's attributes 15:21 "
            "absent_tags [old]");
}

TEST(Provenance, AMapOverAScalarReplacesIt) {
  const auto outcome = resolve_text(set);
  EXPECT_EQ(of(provenance(outcome.manifests, "y", "lab", maps_table()), "tags"),
            "defaults 7:34 {a: one, b: two} (replaced); the image's attributes 18:20 null (replaced); overrides[1] "
            "19:48 {c: four}");
}

TEST(Provenance, GoesByTheNameOfTheApi) {
  const auto outcome = resolve_text(set);
  const Provenance found = provenance(outcome.manifests, "x", "lab", maps_table());
  EXPECT_EQ(of(found, "__description"), "defaults 7:58 \"by default\"");
  EXPECT_EQ(of(found, "description"), "");
}

// What it says holds must be what the merging made of it.
TEST(Provenance, AgreesWithTheMergedFields) {
  const auto outcome = resolve_text(set);
  for (const std::string cloud : {"lab", "lab2"}) {
    for (const std::string name : {"x", "y"}) {
      const Provenance found = provenance(outcome.manifests, name, cloud, maps_table());
      const DesiredEntry* entry = outcome.entry(cloud, name);
      ASSERT_NE(entry, nullptr);
      ASSERT_EQ(found.size(), entry->fields.size());
      for (const DesiredField& field : entry->fields) {
        const auto& settings = found.at(field.name);
        const auto holding = std::ranges::find_if(settings.rbegin(), settings.rend(), [](const Setting& each) {
          return each.in_force && !each.says.starts_with("absent_tags");
        });
        ASSERT_NE(holding, settings.rend());
        EXPECT_EQ(holding->place, field.place) << name << " on " << cloud << ": " << field.name;
      }
    }
  }
}

TEST(Provenance, OfNobodyIsEmpty) {
  const auto outcome = resolve_text(set);
  EXPECT_TRUE(provenance(outcome.manifests, "z", "lab", maps_table()).empty());
}

}  // namespace retouch::core
