// `select` with a cloud's eyes, and entries that would lose the image they change.
#include "manifest_fixture.hpp"

namespace retouch::core::manifest_test {
namespace {

using namespace std::string_literals;
using Names = std::vector<std::string>;

TEST(ManifestSelect, ReadsIdsOwnersAndTags) {
  const auto out =
      resolve_text(image("clouds: lab\nselect:\n  id: [3F0C5B1E-0000-4000-8000-000000000001, Img_2]\n  owner: [p1, "
                         "p2]\n  tags: {team: a}\n"));
  ASSERT_EQ(out.said(), "");
  const auto& select = out.entry("lab", "x")->select;
  EXPECT_EQ(select.ids, (Names{"3f0c5b1e-0000-4000-8000-000000000001", "Img_2"}));
  EXPECT_EQ(select.owners, (Names{"p1", "p2"}));
  EXPECT_FALSE(select.any_owner);
  EXPECT_EQ(select.tags, Names{"team=a"});
}

TEST(ManifestSelect, OwnerIsSelfUnlessSaid) {
  const auto select = [](const std::string& more) {
    return resolve_text(image("clouds: lab\nselect: {name: a" + more + "}")).entry("lab", "x")->select;
  };
  EXPECT_FALSE(select("").any_owner);
  EXPECT_FALSE(select(", owner: self").any_owner);
  EXPECT_TRUE(select(", owner: self").owners.empty());
  EXPECT_TRUE(select(", owner: any").any_owner);
}

TEST(ManifestSelect, ComparesAsTheApiShowsValues) {
  const auto out =
      resolve_text(image("clouds: lab\nselect: {__flag: \"True\", firmware: bios, description: hi, min_ram: 5}"));
  ASSERT_EQ(out.said(), "");
  const auto& criteria = out.entry("lab", "x")->select.criteria;
  ASSERT_EQ(criteria.size(), 4u);
  EXPECT_EQ(criteria[0].any_of, Names{"true"});  // __flag
  EXPECT_EQ(criteria[1].attribute, "__description");
  EXPECT_TRUE(criteria[2].or_absent);  // firmware: absent stands for bios
  EXPECT_EQ(criteria[3].any_of, Names{"5"});
}

TEST(ManifestSelect, TakesItemsOfListsAndMaps) {
  const auto resolved = resolve_text(image("clouds: east\nselect: {acl: [a, b]}"));
  EXPECT_EQ(resolved.said(), "");
  ASSERT_TRUE(resolved.entry("east", "x"));
  const auto& select = resolved.entry("east", "x")->select;
  EXPECT_TRUE(select.matches({.id = "1", .attributes = {{"acl", List{"b", "c"}}}}));
  EXPECT_FALSE(select.matches({.id = "1", .attributes = {{"acl", List{"c"}}}}));
  EXPECT_FALSE(select.matches({.id = "1", .attributes = {}}));
  EXPECT_TRUE(resolve_text(image("clouds: joy\nselect: {tags: n=1}"))
                  .entry("joy", "x")
                  ->select.matches({.id = "1", .attributes = {{"tags", Map{{"n", std::int64_t{1}}}}}}));
}

TEST(ManifestSelect, RefusesUnknownAttributes) {
  EXPECT_TRUE(resolve_text(image("clouds: east\nselect: {nam: a}"))
                  .says("unknown attribute `nam` in `select` (cloud east) (did you mean `name`?)"));
}

struct Lost {
  const char* name;
  const char* spec;
  const char* said;  // null = fine
};
void PrintTo(const Lost& row, std::ostream* out) { *out << row.name; }
class ManifestStillMatches : public testing::TestWithParam<Lost> {};

TEST_P(ManifestStillMatches, AfterTheChange) {
  const auto out = resolve_text(image("clouds: "s + GetParam().spec));
  if (GetParam().said) {
    EXPECT_TRUE(out.says(GetParam().said)) << out.said();
  } else {
    EXPECT_EQ(out.said(), "");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Select, ManifestStillMatches,
    testing::Values(
        Lost{"renamed", "lab\nselect: {name: old}\nattributes: {name: new}",
             "m.yaml:7:16: error: after `name` is set to \"new\", `select` would no longer find the image (cloud lab) "
             "(add the "
             "new value to `select`, or select by id)"},
        Lost{"renamed_in_list", "lab\nselect: {name: [old, new]}\nattributes: {name: new}", nullptr},
        Lost{"renamed_by_id", "lab\nselect: {id: a}\nattributes: {name: new}", nullptr},
        Lost{"renamed_only_reported",
             "lab\nselect: {name: old}\nattributes: {name: new}\nmanage: {fields: {name: warn}}", nullptr},
        Lost{"by_another_criterion", "lab\nselect: {id: a, firmware: bios}\nattributes: {firmware: uefi}",
             "after `firmware` is set to \"uefi\""},
        Lost{"removed", "lab\nselect: {gpu: x}\nattributes: {gpu: ~}", "after `gpu` is set to (absent)"},
        Lost{"removed_allowed", "lab\nselect: {gpu: [x, ~]}\nattributes: {gpu: ~}", nullptr},
        Lost{"absent_becomes_present", "lab\nselect: {name: a, gpu: ~}\nattributes: {gpu: x}",
             "after `gpu` is set to \"x\""},
        Lost{"absent_means", "lab\nselect: {firmware: bios}\nattributes: {firmware: ~}", nullptr},
        Lost{"through_alias", "lab\nselect: {description: a}\nattributes: {__description: b}",
             "after `__description` is set"},
        Lost{"by_override",
             "lab\nselect: {name: a}\nattributes: {name: a}\noverrides: [{clouds: lab, attributes: {name: b}}]",
             "after `name` is set to \"b\""},
        Lost{"by_exact", "lab\nselect: {custom: a}\nmanage: {properties: exact}\nattributes: {gpu: a}",
             "`manage.properties: exact` would remove `custom`"},
        Lost{"by_exact_but_listed", "lab\nselect: {custom: a}\nmanage: {properties: exact}\nattributes: {custom: a}",
             nullptr},
        Lost{"by_exact_but_ignored", "lab\nselect: {custom: a}\nmanage: {properties: exact, ignore: [cus*]}", nullptr},
        Lost{"by_exact_but_platform", "lab\nselect: {__x: a}\nmanage: {properties: exact}", nullptr},
        Lost{"acl_removed", "east\nselect: {acl: a}\nattributes: {acl: [b]}\nmanage: {acl: exact}",
             "after `acl` is set to [b]"},
        Lost{"acl_one_of_several_stays", "east\nselect: {acl: [a, b]}\nattributes: {acl: [b]}\nmanage: {acl: exact}",
             nullptr},
        Lost{"acl_listed", "east\nselect: {acl: a}\nattributes: {acl: [b]}", nullptr},
        Lost{"typed_tag_changed", "joy\nselect: {tags: n=1}\nattributes: {tags: {n: 2}}", "the tag `n=1`"},
        Lost{"typed_tag_kept", "joy\nselect: {tags: n=1}\nattributes: {tags: {n: 1}}", nullptr},
        Lost{"tag_removed", "east\nselect: {tags: [a]}\nabsent_tags: [a]",
             "the tag `a`, by which `select` finds the image"},
        Lost{"tag_not_exact", "east\nselect: {tags: [a]}\nattributes: {tags: [b]}\nmanage: {tags: exact}",
             "the tag `a`"},
        Lost{"tag_listed", "east\nselect: {tags: [a]}\nattributes: {tags: [b]}", nullptr},
        Lost{"tag_key_removed", "lab\nselect: {tags: {a: b}}\nattributes: {tags: {a: ~}}", "the tag `a=b`"},
        Lost{"tag_value_changed", "lab\nselect: {tags: {a: b}}\nattributes: {tags: {a: c}}", "the tag `a=b`"},
        Lost{"tag_value_kept", "lab\nselect: {tags: {a: b}}\nattributes: {tags: {a: b}}\nmanage: {tags: exact}",
             nullptr},
        Lost{"tag_any_value", "lab\nselect: {tags: a}\nattributes: {tags: {a: c}}", nullptr},
        Lost{"tags_cleared", "lab\nselect: {tags: a}\nattributes: {tags: ~}", "the tag `a`"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace retouch::core::manifest_test
