// Clouds, merging, and what an entry is on each cloud.
#include "manifest_fixture.hpp"

namespace retouch::core::manifest_test {
namespace {

using namespace std::string_literals;

std::vector<std::string> clouds_of(const Outcome& out, std::string_view name) {
  std::vector<std::string> names;
  for (const auto& cloud : out.clouds) {
    if (out.entry(cloud.cloud, name)) names.push_back(cloud.cloud);
  }
  return names;
}

using Names = std::vector<std::string>;

TEST(ManifestClouds, AreNamesGlobsAndExclusions) {
  const auto clouds = [](const std::string& list) {
    return clouds_of(resolve_text(image("clouds: " + list + "\nselect: {name: a}")), "x");
  };
  EXPECT_EQ(clouds("lab"), Names{"lab"});
  EXPECT_EQ(clouds("[lab, east]"), (Names{"lab", "east"}));
  EXPECT_EQ(clouds("[\"lab*\"]"), (Names{"lab", "lab2"}));
  EXPECT_EQ(clouds("[\"*\", \"!lab2\"]"), (Names{"lab", "east", "joy"}));
  EXPECT_EQ(clouds("[\"!lab2\", \"*\"]"), (Names{"lab", "east", "joy"}));
  EXPECT_EQ(clouds("[\"*\", \"!lab*\"]"), (Names{"east", "joy"}));
}

TEST(ManifestClouds, OfOtherConfigurationsAreNoError) {
  const auto out = resolve_text(image("clouds: [lab, elsewhere]\nselect: {name: a}"));
  EXPECT_EQ(out.said(), "");
  EXPECT_EQ(clouds_of(out, "x"), Names{"lab"});
}

TEST(ManifestClouds, AGlobThatMatchesNothingIsAWarning) {
  const auto out = resolve_text(image("clouds: [lab, \"west-*\"]\nselect: {name: a}"));
  EXPECT_FALSE(out.diagnostics.has_errors());
  EXPECT_TRUE(out.says("m.yaml:5:17: warning: no configured cloud matches `west-*`")) << out.said();
}

TEST(ManifestClouds, EveryConfiguredCloudIsInTheAnswer) { EXPECT_EQ(resolve_text("").clouds.size(), 4u); }

TEST(ManifestMerging, DefaultsThenImageThenOverridesInOrder) {
  const auto out = resolve_text(R"(apiVersion: retouch/v1
kind: ImageSet
metadata: {name: set}
spec:
  clouds: ["*"]
  defaults:
    attributes: {description: from defaults, tags: {a: d, b: d}}
    match: newest
    priority: 5
    manage: {properties: exact, ignore: [a*]}
    clouds: ["lab*"]
  overrides:
    - clouds: [lab2]
      attributes: {description: from the set, tags: {b: s}}
  images:
    - name: one
      select: {name: one}
      attributes: {description: from image, tags: {b: i, c: i}}
      manage: {ignore: [b*]}
      overrides:
        - {clouds: ["lab*"], attributes: {tags: {d: o}}, priority: 6}
        - {clouds: [lab2], priority: 7, attributes: {tags: {c: o}}}
    - {name: two, select: {name: two}}
)");
  ASSERT_EQ(out.said(), "");
  EXPECT_EQ(clouds_of(out, "one"), (Names{"lab", "lab2"}));
  EXPECT_EQ(out.value("lab", "one", "__description"), Value{"from image"s});
  EXPECT_EQ(out.value("lab2", "one", "__description"), Value{"from the set"s});
  EXPECT_EQ(out.value("lab", "two", "__description"), Value{"from defaults"s});
  EXPECT_EQ(out.value("lab", "one", "tags"), (Value{Map{{"a", "d"s}, {"b", "i"s}, {"c", "i"s}, {"d", "o"s}}}));
  EXPECT_EQ(out.entry("lab", "one")->match, Match::newest);
  EXPECT_EQ(out.entry("lab", "one")->priority, 6);
  EXPECT_EQ(out.entry("lab2", "one")->priority, 7);
  EXPECT_EQ(out.entry("lab", "two")->priority, 5);
  EXPECT_EQ(out.entry("lab", "one")->manage.properties, Manage::exact);
  EXPECT_EQ(out.entry("lab", "one")->manage.ignore, Names{"b*"});
}

TEST(ManifestMerging, AFieldStandsWhereItWasSetLast) {
  const auto out = resolve_text(image(
      "clouds: lab*\nselect: {name: a}\nattributes:\n  min_ram: 1\noverrides:\n  - clouds: lab2\n    attributes:\n"
      "      min_ram: 2"));
  EXPECT_EQ(to_string(out.field("lab", "x", "min_ram")->place), "m.yaml:8:5");
  EXPECT_EQ(to_string(out.field("lab2", "x", "min_ram")->place), "m.yaml:12:9");
  EXPECT_EQ(out.value("lab2", "x", "min_ram"), Value{std::int64_t{2}});
}

TEST(ManifestMerging, NullReplacesAMapAndListsReplaceLists) {
  const auto out = resolve_text(
      image("clouds: [lab, east]\nselect: {name: a}\nattributes: {tags: [a, b]}\nabsent_tags: [z]\noverrides:\n"
            "  - {clouds: lab, attributes: {tags: {k: v}}}\n  - {clouds: lab, attributes: {tags: ~}}\n"
            "  - {clouds: east, attributes: {tags: [c]}, absent_tags: [y]}"));
  ASSERT_EQ(out.said(), "");
  EXPECT_EQ(out.value("lab", "x", "tags"), Value{Absent{}});
  EXPECT_EQ(out.field("lab", "x", "tags")->absent_items, Names{});
  EXPECT_EQ(out.value("east", "x", "tags"), (Value{List{"c"}}));
  EXPECT_EQ(out.field("east", "x", "tags")->absent_items, Names{"y"});
}

TEST(ManifestMerging, SelectMergesByKey) {
  const auto out = resolve_text(
      "apiVersion: retouch/v1\nkind: ImageSet\nmetadata: {name: s}\nspec:\n  clouds: lab\n  defaults: {select: {owner: "
      "any, "
      "firmware: uefi}}\n  images: [{name: a, select: {name: a, firmware: [bios, ~]}}]\n");
  ASSERT_EQ(out.said(), "");
  const auto& select = out.entry("lab", "a")->select;
  EXPECT_TRUE(select.any_owner);
  ASSERT_EQ(select.criteria.size(), 2u);
  EXPECT_EQ(select.criteria[0].any_of, Names{"bios"});
  EXPECT_TRUE(select.criteria[0].or_absent);
}

TEST(ManifestMerging, TheImagesOverridesReplaceThoseOfTheDefaults) {
  const auto out = resolve_text(
      "apiVersion: retouch/v1\nkind: ImageSet\nmetadata: {name: s}\nspec:\n  clouds: lab\n  defaults: {select: {name: "
      "a}, "
      "overrides: [{clouds: lab, priority: 1}]}\n  images:\n    - {name: a}\n    - {name: b, overrides: [{clouds: lab, "
      "match: all}]}\n");
  ASSERT_EQ(out.said(), "");
  EXPECT_EQ(out.entry("lab", "a")->priority, 1);
  EXPECT_EQ(out.entry("lab", "b")->priority, 0);
}

TEST(ManifestMerging, WhatASetShouldSelectMayComeFromAnOverride) {
  const auto out = resolve_text(image("clouds: [lab, lab2]\noverrides:\n  - {clouds: lab, select: {name: a}}\n"));
  // On lab2 nothing says which image is meant.
  EXPECT_TRUE(out.says("`select` says nothing about the image, so it would take every one (cloud lab2)")) << out.said();
}

TEST(ManifestEntry, CarriesTheSmallKeys) {
  const auto out = resolve_text(
      image("clouds: lab\nselect: {name: a}\nmatch: all\nmax: 7\noptional: true\npriority: -3\naccept: [exposure]\n"
            "manage: {on_removal: remove, tags: listed}"));
  ASSERT_EQ(out.said(), "");
  const auto& entry = *out.entry("lab", "x");
  EXPECT_EQ(entry.match, Match::all);
  EXPECT_EQ(entry.max, 7);
  EXPECT_TRUE(entry.optional);
  EXPECT_EQ(entry.priority, -3);
  EXPECT_EQ(entry.accept, (std::set<std::string>{"exposure"}));
  EXPECT_TRUE(entry.manage.remove_on_removal);
}

TEST(ManifestEntry, ExactWithAllNeedsAMaximum) {
  for (const auto* mode : {"properties: exact", "tags: exact", "acl: exact"}) {
    const auto text =
        "clouds: east\nselect: {name: a}\nmatch: all\nattributes: {name: a, tags: [], acl: []}\nmanage: {"s + mode +
        "}";
    EXPECT_TRUE(resolve_text(image(text)).says("`exact` with `match: all` needs `max: N`")) << mode;
    EXPECT_EQ(resolve_text(image(text + "\nmax: 3")).said(), "") << mode;
  }
}

TEST(ManifestEntry, EntriesOfACloudAreSortedByName) {
  const auto out = resolve_text(
      "apiVersion: retouch/v1\nkind: ImageSet\nmetadata: {name: s}\nspec:\n  clouds: lab\n  images: [{name: b, select: "
      "{name: "
      "b}}, {name: a, select: {name: a}}]\n");
  EXPECT_EQ(out.clouds[0].entries.at(0).name, "a");
}

TEST(ManifestComplaints, NameTheCloudsOnce) {
  const auto out = resolve_text(image("clouds: \"*\"\nselect: {name: a}\nattributes: {status: x, owner: y}"));
  EXPECT_TRUE(
      out.says("`status` is read-only here: take it out, or correct the table under `attributes` of this cloud "
               "(clouds lab, lab2)"))
      << out.said();
  EXPECT_TRUE(out.says("(cloud east)"));
}

}  // namespace
}  // namespace retouch::core::manifest_test
