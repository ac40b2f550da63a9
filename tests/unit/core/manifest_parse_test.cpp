// The envelope, the keys of a spec, and complaints about them.
#include "manifest_fixture.hpp"

namespace retouch::core::manifest_test {
namespace {

constexpr const char* good = "clouds: [lab]\nselect: {name: a}\nattributes: {min_ram: 1}";

TEST(Manifest, ReadsImagesAndSetsOfAllFiles) {
  const auto out =
      resolve_files({{"site", "a.yaml", image(good)},
                     {"site", "b.yaml",
                      "apiVersion: retouch/v1\nkind: ImageSet\nmetadata: {name: set}\nspec:\n"
                      "  clouds: [lab]\n  images:\n    - {name: y, select: {name: y}, attributes: {min_ram: 1}}\n"
                      "    - {name: z, select: {name: z}, attributes: {min_ram: 2}}\n---\n---\n"}});
  EXPECT_EQ(out.said(), "");
  EXPECT_EQ(out.manifests.entries(), 3u);
  EXPECT_EQ(out.manifests.names(), (std::vector<std::string>{"x", "y", "z"}));
  ASSERT_TRUE(out.entry("lab", "x"));
  EXPECT_EQ(out.entry("lab", "x")->source, "site");
  EXPECT_EQ(to_string(out.entry("lab", "x")->place), "a.yaml:3:12");
  EXPECT_EQ(to_string(out.entry("lab", "z")->place), "b.yaml:8:8");
}

TEST(Manifest, LabelsOfAnItemAddToThoseOfItsSet) {
  const auto out = resolve_text(
      "apiVersion: retouch/v1\nkind: ImageSet\nmetadata: {name: set, labels: {team: a, tier: 1}, annotations: {b: "
      "c}}\nspec:\n"
      "  clouds: [lab]\n  images:\n    - {name: y, labels: {team: b}, select: {name: y}, attributes: {min_ram: 1}}\n");
  ASSERT_TRUE(out.entry("lab", "y")) << out.said();
  EXPECT_EQ(out.entry("lab", "y")->labels, (std::map<std::string, std::string>{{"team", "b"}, {"tier", "1"}}));
}

TEST(Manifest, DropsAFile) {
  Diagnostics diagnostics;
  const std::vector<ManifestFile> files{{"s", "a.yaml", image(good)}};
  auto manifests = parse_manifests(files, diagnostics);
  manifests.drop_file("b.yaml");
  EXPECT_EQ(manifests.entries(), 1u);
  manifests.drop_file("a.yaml");
  EXPECT_EQ(manifests.entries(), 0u);
}

TEST(Manifest, ReportsAllErrorsOfAllFiles) {
  const auto out = resolve_files({{"s", "a.yaml", "{"},
                                  {"s", "b.yaml", image("clouds: [nowhere]\nselect: {name: a}\nmatch: some\nmax: 0")},
                                  {"s", "c.yaml", "kind: Image\n---\napiVersion: retouch/v1\nkind: Imago\n"}});
  EXPECT_TRUE(out.says("a.yaml:1:1: error: YAML syntax"));
  EXPECT_TRUE(out.says("b.yaml:7:10: error: `match` must be one, newest or all, got the text `some`"));
  EXPECT_TRUE(out.says("b.yaml:8:8: error: `max` must be an integer from 1 to 1000000, got the number `0`"));
  EXPECT_TRUE(out.says("c.yaml:1:1: error: `apiVersion` is missing"));
  EXPECT_TRUE(
      out.says("c.yaml:4:7: error: `kind` must be Image or ImageSet, got the text `Imago` (did you mean `Image`?)"))
      << out.said();
}

TEST(Manifest, NamesAreUniqueOverAllFilesAndSources) {
  const auto out = resolve_files({{"one", "a.yaml", image(good)}, {"two", "b.yaml", image(good)}});
  EXPECT_TRUE(out.says("b.yaml:3:12: error: the name `x` is taken: a.yaml:3:12 has it, too")) << out.said();
}

// A document, what is said about it, and where.
struct Refused {
  const char* name;
  std::string text;
  const char* said;
};
void PrintTo(const Refused& refused, std::ostream* out) { *out << refused.name; }
class ManifestRefuses : public testing::TestWithParam<Refused> {};

TEST_P(ManifestRefuses, WithAPlace) {
  const auto out = resolve_text(GetParam().text);
  EXPECT_TRUE(out.says(GetParam().said)) << out.said();
  EXPECT_TRUE(out.diagnostics.has_errors());
}

std::string spec_with(const std::string& more) { return image(std::string(good) + "\n" + more); }
std::string named(const std::string& name) {
  return "apiVersion: retouch/v1\nkind: Image\nmetadata: {name: " + name +
         "}\nspec: {clouds: lab, select: {name: a}}\n";
}
std::string set_of(const std::string& spec) {
  return "apiVersion: retouch/v1\nkind: ImageSet\nmetadata: {name: s}\nspec: " + spec + "\n";
}

INSTANTIATE_TEST_SUITE_P(
    Envelope, ManifestRefuses,
    testing::Values(
        Refused{"scalar", "hello", "m.yaml:1:1: error: a manifest must be a mapping"},
        Refused{"list", "[a]", "a manifest must be a mapping with apiVersion, kind, metadata and spec, got a list"},
        Refused{"version", "apiVersion: retouch/v2\nkind: Image\nmetadata: {}\nspec: {}\n",
                "m.yaml:1:13: error: `apiVersion` must be `retouch/v1`, got the text `retouch/v2`"},
        Refused{"kind", "apiVersion: retouch/v1\nmetadata: {}\nspec: {}\n", "`kind` is missing"},
        Refused{"metadata", "apiVersion: retouch/v1\nkind: Image\nspec: {}\n", "`metadata` is missing"},
        Refused{"spec", "apiVersion: retouch/v1\nkind: Image\nmetadata: {name: a}\n", "`spec` is missing"},
        Refused{"spec_list", "apiVersion: retouch/v1\nkind: Image\nmetadata: {name: a}\nspec: []\n",
                "m.yaml:4:7: error: `spec` must be a mapping, got a list"},
        Refused{"extra_key", "apiVersion: retouch/v1\nkind: Image\nmetadata: {name: a}\nspecs: {}\n",
                "m.yaml:4:1: error: unknown key `specs` in a manifest (did you mean `spec`?)"},
        Refused{"metadata_key", "apiVersion: retouch/v1\nkind: Image\nmetadata: {nam: a}\nspec: {}\n",
                "unknown key `nam` in `metadata` (did you mean `name`?)"},
        Refused{"no_name", "apiVersion: retouch/v1\nkind: Image\nmetadata: {}\nspec: {}\n", "`name` is missing"},
        Refused{"capital_in_name", named("Ubuntu"), "`name` must be 1 to 253 of a-z, 0-9, `.`, `_` and `-`"},
        Refused{"blank_in_name", named("\"a b\""), "`name` must be 1 to 253"},
        Refused{"empty_name", named("\"\""), "`name` must be 1 to 253"},
        Refused{"long_name", named(std::string(254, 'a')), "`name` must be 1 to 253"},
        Refused{"list_as_name", named("[a]"), "`name` must be 1 to 253"},
        Refused{"label", "apiVersion: retouch/v1\nkind: Image\nmetadata: {name: a, labels: {team: [x]}}\nspec: {}\n",
                "m.yaml:3:36: error: `team` must be a text, got a list"},
        Refused{"labels", "apiVersion: retouch/v1\nkind: Image\nmetadata: {name: a, labels: [x]}\nspec: {}\n",
                "`labels` must be a mapping"},
        Refused{"empty_label",
                "apiVersion: retouch/v1\nkind: Image\nmetadata: {name: a, labels: {\"\": x}}\nspec: {}\n",
                "a label needs a name"},
        Refused{"set_key", set_of("{attributes: {}, images: []}"),
                "unknown key `attributes` in the spec of an ImageSet"},
        Refused{"set_without_images", set_of("{clouds: [lab]}"), "`images` is missing"},
        Refused{"images_mapping", set_of("{clouds: [lab], images: {}}"), "`images` must be a list, got a mapping"},
        Refused{"item_scalar", set_of("{clouds: [lab], images: [a]}"), "`images` must be a mapping, got the text `a`"},
        Refused{"item_without_name", set_of("{clouds: [lab], images: [{select: {name: a}}]}"),
                "m.yaml:4:32: error: `name` is missing"},
        Refused{"item_key", set_of("{clouds: [lab], images: [{name: a, selct: {}}]}"),
                "unknown key `selct` in an item of `images` (did you mean `select`?)"},
        Refused{"item_twice",
                set_of("{clouds: [lab], images: [{name: a, select: {name: a}}, {name: a, select: {name: b}}]}"),
                "m.yaml:4:63: error: the name `a` is taken: m.yaml:4:33 has it, too"}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Spec, ManifestRefuses,
    testing::Values(
        Refused{"unknown_key", spec_with("atributes: {}"),
                "m.yaml:8:3: error: unknown key `atributes` in the spec of an Image (did you mean `attributes`?)"},
        Refused{"no_clouds", image("select: {name: a}"), "no `clouds`: on which clouds is this image?"},
        Refused{"no_select", image("clouds: [lab]"), "no `select`: which images does this entry mean?"},
        Refused{"empty_clouds", image("clouds: []\nselect: {name: a}"), "`clouds` is an empty list; name at least one"},
        Refused{"only_excluded", image("clouds: [\"!lab\"]\nselect: {name: a}"), "`clouds` only excludes"},
        Refused{"empty_exclusion", image("clouds: [lab, \"!\"]\nselect: {name: a}"), "`!` in `clouds` needs a name"},
        Refused{"unknown_cloud", image("clouds: [labb]\nselect: {name: a}"),
                "m.yaml:5:12: error: unknown cloud `labb` (did you mean `lab`?)"},
        Refused{"unknown_excluded", image("clouds: [\"*\", \"!labb\"]\nselect: {name: a}"), "unknown cloud `labb`"},
        Refused{"unknown_in_override", spec_with("overrides: [{clouds: [labb]}]"),
                "m.yaml:8:25: error: unknown cloud `labb`"},
        Refused{"override_without_clouds", spec_with("overrides: [{attributes: {}}]"), "an override needs `clouds`"},
        Refused{"nested_override", spec_with("overrides: [{clouds: lab, overrides: []}]"),
                "unknown key `overrides` in an override"},
        Refused{"overrides_mapping", spec_with("overrides: {}"), "`overrides` must be a list"},
        Refused{"optional", spec_with("optional: yes"), "`optional` must be true or false, got the text `yes`"},
        Refused{"unsupported", spec_with("unsupported: skp"),
                "`unsupported` must be error or skip, got the text `skp`"},
        Refused{"priority", spec_with("priority: high"), "`priority` must be an integer from -1000000 to 1000000"},
        Refused{"suspend_word", spec_with("suspend: yes"), "`suspend` must be true, false or a time with offset"},
        Refused{"suspend_without_offset", spec_with("suspend: 2026-12-24T18:00:00"),
                "`suspend` must be true, false or a time"},
        Refused{"accept", spec_with("accept: [exposur]"),
                "`accept` takes exposure, got `exposur` (did you mean `exposure`?)"},
        Refused{"attributes_list", image("clouds: lab\nselect: {name: a}\nattributes: [a]"),
                "`attributes` must be a mapping, got a list"},
        Refused{"empty_attribute", image("clouds: lab\nselect: {name: a}\nattributes: {\"\": 1}"), "has an empty name"},
        Refused{"blank_before", image("clouds: lab\nselect: {name: a}\nattributes: {\" a\": 1}"),
                "has blanks at an end"},
        Refused{"blank_behind", image("clouds: lab\nselect: {name: a}\nattributes: {\"a \": 1}"),
                "has blanks at an end"},
        Refused{"control", image("clouds: lab\nselect: {name: a}\nattributes: {\"a\\tb\": 1}"),
                "has a control character"},
        Refused{"c1_control", image("clouds: lab\nselect: {name: a}\nattributes: {\"a\\x9bb\": 1}"),
                "has a control character"},
        Refused{"long_key", image("clouds: lab\nselect: {name: a}\nattributes: {" + std::string(256, 'a') + ": 1}"),
                "more than 255 characters"},
        Refused{"nested_list", image("clouds: lab\nselect: {name: a}\nattributes: {tags: [[a]]}"),
                "`tags` must be a list of texts, got a list"},
        Refused{"null_in_list", image("clouds: east\nselect: {name: a}\nattributes: {tags: [a, ~]}"),
                "`tags` must be a list of texts, got null"},
        Refused{"nested_map", image("clouds: lab\nselect: {name: a}\nattributes: {tags: {a: {b: c}}}"),
                "`tags` must be a map of keys and texts, got a mapping"},
        Refused{"manage_key", spec_with("manage: {property: exact}"), "unknown key `property` in `manage`"},
        Refused{"manage_mode", spec_with("manage: {properties: all}"), "`properties` must be listed or exact"},
        Refused{"on_removal", spec_with("manage: {on_removal: delete}"), "`on_removal` must be keep or remove"},
        Refused{"ignore", spec_with("manage: {ignore: {a: b}}"), "`ignore` must be a text or a list of texts"},
        Refused{"field_mode", spec_with("manage: {fields: {min_ram: wrn}}"),
                "`min_ram` must be enforce, warn or ignore, got the text `wrn` (did you mean `warn`?)"},
        Refused{"absent_tags", spec_with("absent_tags: {a: b}"), "`absent_tags` must be a text or a list of texts"},
        Refused{"select_list", image("clouds: lab\nselect: [a]"), "`select` must be a mapping, got a list"},
        Refused{"select_nothing", image("clouds: lab\nselect: {}"), "`select` says nothing about the image"},
        Refused{"select_owner_only", image("clouds: lab\nselect: {owner: any}"),
                "`select` says nothing about the image"},
        Refused{"select_empty_list", image("clouds: lab\nselect: {name: []}"),
                "`name` is an empty list, which selects nothing"},
        Refused{"select_map", image("clouds: lab\nselect: {name: {a: b}}"),
                "`name` must be a text, null, or a list of them"},
        Refused{"select_null_id", image("clouds: lab\nselect: {id: ~}"),
                "`id` must be a text or a list of texts, got null"},
        Refused{"select_glob_id", image("clouds: lab\nselect: {id: \"3f*\"}"), "`3f*` is no image id"},
        Refused{"select_owner_mixed", image("clouds: lab\nselect: {name: a, owner: [self, p]}"), "`self` stands alone"},
        Refused{"select_bad_key", image("clouds: lab\nselect: {\" a\": b}"), "has blanks at an end"},
        Refused{"select_tags_null", image("clouds: lab\nselect: {tags: {a: ~}}"), "`tags` must be a text for each key"},
        Refused{"select_tags_empty", image("clouds: lab\nselect: {tags: {}}"), "`tags` must be at least one tag"}),
    [](const auto& row) { return row.param.name; });

TEST(Manifest, ComplaintsOfASetsDefaultsAreSaidOnce) {
  const auto out =
      resolve_text(set_of("{clouds: [lab], defaults: {attributes: {status: x}}, images: ["
                          "{name: a, select: {name: a}}, {name: b, select: {name: b}}]}"));
  EXPECT_EQ(out.diagnostics.items().size(), 1u) << out.said();
}

TEST(Manifest, AnEntryWithAnErrorIsNotResolved) {
  const auto out = resolve_files({{"s", "a.yaml", spec_with("match: some")},
                                  {"s", "b.yaml",
                                   set_of("{clouds: [lab], images: [{name: fine, select: {name: a}}, {name: bad, "
                                          "select: {name: a}, attributes: {status: x}}]}")}});
  EXPECT_FALSE(out.entry("lab", "x"));
  EXPECT_TRUE(out.entry("lab", "fine")) << out.said();
  EXPECT_FALSE(out.entry("lab", "bad"));
  EXPECT_TRUE(out.diagnostics.has_errors_in("a.yaml"));
}

}  // namespace
}  // namespace retouch::core::manifest_test
