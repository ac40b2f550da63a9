// An entry with a mistake is looked at to its end: all errors at once, and none that only follows from another.
#include "manifest_fixture.hpp"

namespace retouch::core::manifest_test {
namespace {

// Every line of `said()` has one of these texts, and each text has a line.
void expect_exactly(const Outcome& out, const std::vector<std::string>& texts) {
  EXPECT_EQ(out.diagnostics.sorted().size(), texts.size()) << out.said();
  for (const auto& text : texts) EXPECT_TRUE(out.says(text)) << text << "\nnot in:\n" << out.said();
}

TEST(BrokenEntry, ShowsTheErrorsOfReadingAndOfResolvingAtOnce) {
  const auto out = resolve_text(
      image("clouds: [lab, labb]\nselect: {nme: a, id: 1}\nmatch: some\nattributes: {min_ram: much, status: x}\n"
            "overrides: [{clouds: wst}]"));
  expect_exactly(
      out, {"`match` must be one, newest or all", "unknown cloud `labb`", "unknown cloud `wst`", "min_ram", "status"});
  EXPECT_FALSE(out.entry("lab", "x"));
}

TEST(BrokenEntry, IsReadByTheCloudThatIsProbablyMeant) {
  const auto out = resolve_text(image("clouds: labb\nselect: {name: a}\nattributes: {min_ram: much}"));
  expect_exactly(out, {"unknown cloud `labb` (did you mean `lab`?)", "min_ram"});
  EXPECT_FALSE(out.entry("lab", "x"));
  expect_exactly(resolve_text(image("clouds: labb*\nselect: {name: a}\nattributes: {min_ram: much}")),
                 {"no configured cloud matches `labb*`"});
}

TEST(BrokenEntry, IsLookedAtWithoutANameAndWithANameThatIsTaken) {
  const std::string spec = "spec: {clouds: lab, select: {name: a}, attributes: {min_ram: much}}\n";
  const auto nameless = resolve_text("apiVersion: retouch/v1\nkind: Image\nmetadata: {}\n" + spec);
  expect_exactly(nameless, {"m.yaml:3:11: error: `name` is missing", "m.yaml:4:53: error: `min_ram`"});
  const auto twice =
      resolve_files({{"s", "a.yaml", image("clouds: lab\nselect: {name: a}")},
                     {"s", "b.yaml", image("clouds: lab\nselect: {name: a}\nattributes: {min_ram: m}")}});
  expect_exactly(twice, {"b.yaml:3:12: error: the name `x` is taken", "b.yaml:7:16: error: `min_ram`"});
  EXPECT_TRUE(twice.entry("lab", "x"));
  EXPECT_EQ(twice.clouds.at(0).entries.size(), 1u) << "the second is no entry";
}

TEST(BrokenEntry, OfASetShowsItsOwnErrorsBesideThoseOfTheSet) {
  const auto out = resolve_text(
      "apiVersion: retouch/v1\nkind: ImageSet\nmetadata: {name: s}\nspec:\n  clouds: lab\n  defaults: {match: some}\n"
      "  images:\n    - {name: a, select: {name: a}, attributes: {min_ram: much}}\n"
      "    - {name: b, select: {name: b}, attributes: {status: x}}\n");
  expect_exactly(out, {"`match` must be", "m.yaml:8:49", "m.yaml:9:49"});
}

TEST(BrokenEntry, IsLeftOutWithItsFile) {
  Diagnostics diagnostics;
  const std::vector<ManifestFile> files{{"s", "a.yaml",
                                         "apiVersion: retouch/v1\nkind: Image\nmetadata: {}\n"
                                         "spec: {clouds: lab, select: {name: a}, "
                                         "attributes: {min_ram: much}}\n"}};
  auto manifests = parse_manifests(files, diagnostics);
  manifests.drop_file("a.yaml");
  Diagnostics rest;
  const std::vector<CloudShape> clouds{{"lab", &maps_table()}};
  resolve(manifests, clouds, {}, some_day, rest);
  EXPECT_TRUE(rest.empty());
}

// A spec with one mistake, and all that may be said about it.
struct OneMistake {
  const char* name;
  std::string spec;
  const char* said;
};
void PrintTo(const OneMistake& mistake, std::ostream* out) { *out << mistake.name; }
class OneMistakeTest : public testing::TestWithParam<OneMistake> {};

TEST_P(OneMistakeTest, IsOneError) { expect_exactly(resolve_text(image(GetParam().spec)), {GetParam().said}); }

INSTANTIATE_TEST_SUITE_P(
    Of, OneMistakeTest,
    testing::Values(
        OneMistake{"clouds", "clouds: {a: b}\nselect: {name: a}\nattributes: {no: way}", "`clouds` must be"},
        OneMistake{"select", "clouds: lab\nselect: [a]", "`select` must be a mapping"},
        OneMistake{"select_key", "clouds: lab\nselect: {name: {a: b}}\nattributes: {name: b}", "`name` must be a text"},
        OneMistake{"select_id", "clouds: lab\nselect: {id: ~}", "`id` must be"},
        OneMistake{"match", "clouds: lab\nselect: {name: a}\nmatch: al\nmax: 3", "`match` must be"},
        OneMistake{"max",
                   "clouds: lab\nselect: {name: a}\nmatch: all\nmax: x\nmanage: {properties: exact}\n"
                   "attributes: {name: a}",
                   "`max` must be"},
        OneMistake{"attributes", "clouds: lab\nselect: {name: a}\nattributes: []\nmanage: {tags: exact}",
                   "`attributes` must be a mapping"},
        OneMistake{"attributes_and_fields",
                   "clouds: lab\nselect: {name: a}\nattributes: []\nmanage: {fields: {min_ram: warn}}",
                   "`attributes` must be a mapping"},
        OneMistake{"attributes_and_exact", "clouds: lab\nselect: {os: a}\nattributes: []\nmanage: {properties: exact}",
                   "`attributes` must be a mapping"},
        OneMistake{"nested", "clouds: lab\nselect: {name: a}\nattributes: {tags: {a: {b: c}, b: \"\"}}",
                   "`tags` must be a map of keys and texts"},
        OneMistake{"nested_text", "clouds: lab\nselect: {name: a}\nattributes: {name: [[a]]}",
                   "`name` must be a list of texts"},
        OneMistake{"tags_that_are_a_text", "clouds: lab\nselect: {tags: [a]}\nattributes: {tags: a}",
                   "`tags`: expected a mapping"},
        OneMistake{"tags_that_are_a_number", "clouds: lab\nselect: {tags: [a]}\nattributes: {tags: 5}",
                   "`tags`: expected a mapping"},
        OneMistake{"unsupported", "clouds: lab\nselect: {name: a}\nunsupported: skp\nattributes: {status: x}",
                   "`unsupported` must be"},
        // Not broken in reading, but the same rule: what is listed is not removed, even where it is wrong.
        OneMistake{"listed_and_exact",
                   "clouds: lab\nselect: {os: a}\nattributes: {os: [a]}\nmanage: {properties: exact}",
                   "`os` must be a text here"}),
    [](const auto& row) { return row.param.name; });

TEST(BrokenEntry, KeepsARenameOutOfItsSelectionVisible) {
  expect_exactly(resolve_text(image("clouds: lab\nselect: {name: a}\nmatch: some\nattributes: {name: b}")),
                 {"`match` must be", "`select` would no longer find the image"});
}

}  // namespace
}  // namespace retouch::core::manifest_test
