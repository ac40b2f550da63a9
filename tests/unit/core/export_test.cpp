#include "retouch/core/export.hpp"

#include <random>

#include "manifest_fixture.hpp"

namespace retouch::core {
namespace {

using namespace std::string_literals;
using manifest_test::lists_table;
using manifest_test::maps_table;
using manifest_test::resolve_text;
using manifest_test::typed_table;

Image image(std::string id, std::map<std::string, Value, std::less<>> attributes) {
  return {.id = std::move(id), .attributes = std::move(attributes)};
}

CloudExport exported(const std::vector<Image>& images, const AttributeTable& table, const ExportOptions& options = {},
                     std::string cloud = "lab") {
  CloudExporter exporter(std::move(cloud), table, options);
  for (const Image& each : images) exporter.offer(each, true, std::nullopt);
  return exporter.take();
}

std::string set_of(const CloudExport& cloud) {
  SetDraft set{.name = "s", .clouds = {cloud.cloud}};
  const std::vector<CloudExport> clouds{cloud};
  const auto entries = export_entries(clouds);
  for (const ExportedEntry& entry : entries.front()) set.images.push_back(entry.draft);
  return image_set_manifest(set);
}

std::string reasons(const CloudExport& cloud) {
  std::string out;
  for (const LeftOut& each : cloud.left_out) out += each.image_id + ": " + each.reason + "\n";
  return out;
}

std::vector<std::string> names_of(const ExportedImage& of) {
  std::vector<std::string> out;
  for (const auto& [name, value] : of.attributes) out.push_back(name);
  return out;
}

TEST(Export, WritesWhatManifestsCanSetAndNothingElse) {
  const auto cloud = exported({image("1", {{"name", "a"s},
                                           {"min_ram", std::int64_t{512}},
                                           {"status", "active"s},
                                           {"__description", "x"s},
                                           {"__internal", "the platform's"s},
                                           {"custom", "c"s},
                                           {"__flag", "True"s},
                                           {"firmware", "bios"s},
                                           {"tags", Map{}}})},
                              maps_table());
  ASSERT_EQ(cloud.images.size(), 1u);
  EXPECT_EQ(names_of(cloud.images[0]),
            (std::vector<std::string>{"name", "__flag", "custom", "description", "firmware", "min_ram"}));
  EXPECT_EQ(reasons(cloud), "");
  EXPECT_EQ(set_of(cloud), R"(apiVersion: retouch/v1
kind: ImageSet
metadata: {name: "s"}
spec:
  clouds: ["lab"]
  images:
    - name: "a"
      select: {id: "1"}
      attributes:
        name: "a"
        __flag: "true"
        custom: "c"
        description: "x"
        firmware: "bios"
        min_ram: 512
)");
}

TEST(Export, NamesWhatNoManifestWouldTake) {
  const auto cloud = exported({image("1", {{"name", std::string(21, 'n')},
                                           {"firmware", "coreboot"s},
                                           {"Capital", "x"s},
                                           {"gpu", "g"s},
                                           {"xen", "x"s},
                                           {" blank", "x"s},
                                           {"nul", "a\0b"s},
                                           {"broken", "\xff"s},
                                           {"min_ram", "much"s},
                                           {"description", "an attribute of its own"s},
                                           {"kept", "k"s}})},
                              maps_table());
  ASSERT_EQ(cloud.images.size(), 1u);
  EXPECT_EQ(names_of(cloud.images[0]), (std::vector<std::string>{"gpu", "kept"}));
  const auto said = reasons(cloud);
  for (const char* each : {"`name`: has 21 characters", "`firmware`: expected bios or uefi", "`Capital`: names must be",
                           "`xen` and `gpu` exclude each other", "` blank` has blanks", "`nul` holds what no manifest",
                           "`broken` holds what no manifest", "`min_ram`: expected an integer",
                           "`description` means `__description` in a manifest"}) {
    EXPECT_NE(said.find(each), std::string::npos) << each << "\n" << said;
  }
  EXPECT_EQ(cloud.left_out.size(), 9u) << said;
}

TEST(Export, NamesThatDifferOnlyInCaseAreOneTooMany) {
  const auto cloud = exported({image("1", {{"Key", "a"s}, {"key", "b"s}})},
                              AttributeTable("free", {{.name = "name"}}, Attribute{}, {}, {}));
  EXPECT_EQ(names_of(cloud.images[0]), std::vector<std::string>{"Key"});
  EXPECT_EQ(reasons(cloud), "1: left out: `key` differs only in case from `Key`\n");
}

TEST(Export, KeepsTheTypesOfTagsAndLeavesOutWhatNoManifestCanSay) {
  const Map tags{{"count", std::int64_t{3}},
                 {"flag", true},
                 {"half", 0.5},
                 {"text", "3"s},
                 {"none", JsonText{"null"}},
                 {"l", JsonText{"[1]"}},
                 {"big", std::int64_t{1} << 60},
                 {"yes", "no"s}};
  const auto cloud = exported({image("1", {{"name", "a"s}, {"tags", tags}})}, typed_table(), {}, "joy");
  const auto outcome = resolve_text(set_of(cloud));
  EXPECT_EQ(outcome.said(), "");
  EXPECT_EQ(outcome.value("joy", "a", "tags"),
            (Value{Map{{"count", std::int64_t{3}}, {"flag", true}, {"half", 0.5}, {"text", "3"s}, {"yes", "no"s}}}));
  EXPECT_EQ(cloud.left_out.size(), 3u) << reasons(cloud);
  EXPECT_NE(reasons(cloud).find("the value of \"none\" cannot be said in a manifest: {none: null}"), std::string::npos);
}

TEST(Export, ListsComeBackAsTheyWere) {
  const auto cloud =
      exported({image("1", {{"acl", make_list({"b", "a: 1", "#"})}, {"tags", List{}}})}, lists_table(), {}, "east");
  const auto outcome = resolve_text(set_of(cloud));
  EXPECT_EQ(outcome.said(), "");
  EXPECT_EQ(outcome.value("east", "image", "acl"), (Value{List{"#", "a: 1", "b"}}));
}

TEST(Export, SkipsWhatIsForeignUnchangeableUnwantedOrEmpty) {
  const ExportOptions everything;
  CloudExporter exporter("lab", maps_table(), everything);
  Image foreign = image("1", {{"name", "a"s}});
  foreign.own = false;
  exporter.offer(foreign, true, "not ours");
  exporter.offer(image("2", {{"name", "a"s}}), true, "it is queued");
  exporter.offer(image("3", {{"name", "a"s}}), false, std::nullopt);
  exporter.offer(image("4", {{"status", "active"s}}), true, std::nullopt);
  exporter.offer(image("5", {{"name", "b"s}}), true, std::nullopt);
  const auto cloud = exporter.take();
  ASSERT_EQ(cloud.images.size(), 1u);
  EXPECT_EQ(cloud.images[0].id, "5");
  EXPECT_EQ(cloud.unchangeable, 1);
  EXPECT_EQ(cloud.unchanged_as->reason, "it is queued");
  EXPECT_EQ(cloud.empty, 1);
}

TEST(Export, TakesOnlyTheAttributesAskedForByEitherName) {
  const std::vector<Image> images{
      image("1", {{"name", "a"s}, {"__description", "d"s}, {"min_ram", std::int64_t{1}}, {"os_x", "x"s}})};
  EXPECT_EQ(names_of(exported(images, maps_table(), {.attributes = {"__desc*", "os_*"}}).images[0]),
            (std::vector<std::string>{"description", "os_x"}));
  EXPECT_EQ(names_of(exported(images, maps_table(), {.attributes = {"*"}, .exclude = {"description", "n*"}}).images[0]),
            (std::vector<std::string>{"min_ram", "os_x"}));
}

TEST(Export, KnowsWhichGlobsMetNothing) {
  const ExportOptions options{.attributes = {"os_*", "firm*", "nmae"}};
  CloudExporter exporter("lab", maps_table(), options);
  exporter.offer(image("1", {{"name", "a"s}, {"os_x", "x"s}}), true, std::nullopt);
  EXPECT_EQ(exporter.met(), (std::set<std::string>{"os_*", "firm*"})) << "firmware is there to be set on this API";
  EXPECT_EQ(exporter.seen(), (std::set<std::string>{"name", "os_x"}));
}

TEST(Export, OrdersByNameThenId) {
  const auto cloud = exported(
      {image("3", {{"name", "b"s}}), image("2", {{"name", "a"s}}), image("1", {{"name", "b"s}})}, maps_table());
  std::string order;
  for (const auto& each : cloud.images) order += each.id;
  EXPECT_EQ(order, "213");
}

TEST(Export, SelectsByNameWhereItIsUniqueAmongAllOwnImages) {
  const ExportOptions options{.by_name = true};
  CloudExporter exporter("lab", maps_table(), options);
  for (const char* id : {"1", "2"}) exporter.offer(image(id, {{"name", "twice"s}}), id == "1"s, std::nullopt);
  exporter.offer(image("3", {{"name", "once"s}}), true, std::nullopt);
  exporter.offer(image("4", {{"firmware", "uefi"s}}), true, std::nullopt);
  const auto cloud = exporter.take();
  const auto text = set_of(cloud);
  EXPECT_NE(text.find("select: {name: \"once\"}"), std::string::npos) << text;
  EXPECT_NE(text.find("select: {id: \"1\"}"), std::string::npos) << text;
  EXPECT_NE(text.find("select: {id: \"4\"}"), std::string::npos) << text;
  EXPECT_EQ(reasons(cloud),
            "4: selected by id: its name is empty or not unique on this cloud\n"
            "1: selected by id: its name is empty or not unique on this cloud\n");
}

TEST(Export, AnImageThatNoManifestCanSelectIsNamed) {
  const auto cloud =
      exported({image("../../etc", {{"name", "a"s}}), image("3F0C5B1E-0A51-4A52-9D4C-6A1DF6A0A5CB", {{"name", "b"s}})},
               maps_table());
  EXPECT_TRUE(cloud.images.empty());
  EXPECT_EQ(cloud.left_out.size(), 2u);
}

TEST(Export, EntriesAndFilesHaveNamesOfTheirOwn) {
  const auto first =
      exported({image("aaaaaaaa-1", {{"name", "Ubuntu 24.04"s}}), image("bbbbbbbb-2", {{"name", "ubuntu_24.04"s}}),
                image("bbbbbbbb-3", {{"name", "Ubuntu  24.04!"s}}), image("bbbbbbbb-4", {{"name", "Ubuntu/24.04"s}}),
                image("5", {{"name", "../.."s}})},
               maps_table());
  const auto second = exported({image("6", {{"name", "ubuntu_24.04"s}})}, maps_table(), {}, "lab2");
  const std::vector<CloudExport> clouds{first, second};
  std::string names;
  std::string files;
  for (const auto& entries : export_entries(clouds)) {
    for (const auto& each : entries) {
      names += each.draft.name + " ";
      files += each.file + " ";
    }
  }
  EXPECT_EQ(names,
            "image ubuntu-24.04-bbbbbbbb-3 ubuntu-24.04-aaaaaaaa ubuntu-24.04-bbbbbbbb-4 "
            "ubuntu_24.04-bbbbbbbb ubuntu_24.04-6 ");
  EXPECT_EQ(files,
            "image-5.yaml ubuntu-24.04-bbbbbbbb-3.yaml ubuntu-24.04-aaaaaaaa-1.yaml "
            "ubuntu-24.04-bbbbbbbb-4.yaml ubuntu_24.04-bbbbbbbb-2.yaml ubuntu_24.04-6.yaml ");
}

TEST(Slug, IsSafeInFilesAndOnCommandLines) {
  EXPECT_EQ(slug("Ubuntu 24.04 (LTS)", 80), "ubuntu-24.04-lts");
  EXPECT_EQ(slug("../../etc/passwd", 80), "etc-passwd");
  EXPECT_EQ(slug("--help", 80), "help");
  EXPECT_EQ(slug("世界 \n", 80), "");
  EXPECT_EQ(slug("abc.-def", 4), "abc");
}

TEST(DistinctNames, NumberWhatNothingElseTellsApart) {
  const std::vector<std::vector<std::string>> candidates{{"a"}, {"a"}, {"a-2"}, {"a"}};
  EXPECT_EQ(distinct_names(candidates), (std::vector<std::string>{"a", "a-3", "a-2", "a-4"}));
}

// Whatever a cloud holds: the manifest that is written reads without a complaint and wants what is there.
TEST(Export, PlansToNothingForAnyImage) {
  std::mt19937 engine(7);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(engine() % n); };
  const std::vector<std::string> pieces{"a",  "B", " ",  ": ", "#",  "yes",        "1e3", "0x1f", "~",
                                        "\n", "é", "\"", "'",  "🐧", "\u202E",     "\\",  "null", "-",
                                        "{",  "}", "[",  ",",  "\t", "2026-11-22", "12"};
  const auto any_text = [&] {
    std::string out;
    for (std::size_t n = below(5); n > 0; --n) out += pieces[below(pieces.size())];
    return out;
  };
  for (int round = 0; round < 500; ++round) {
    std::map<std::string, Value, std::less<>> attributes{{"name", any_text()}, {"__description", any_text()}};
    Map tags;
    for (std::size_t n = below(4); n > 0; --n) tags.emplace(any_text(), any_text());
    attributes.emplace("tags", tags);
    for (std::size_t n = below(6); n > 0; --n) attributes.emplace(any_text(), any_text());
    const Image live = image("one", attributes);
    const auto cloud = exported({live}, maps_table());
    if (cloud.images.empty()) continue;
    const auto text = set_of(cloud);
    const auto outcome = resolve_text(text);
    ASSERT_EQ(outcome.said(), "") << text;
    const auto& entry = outcome.clouds.front().entries.at(0);
    EXPECT_TRUE(entry.select.matches(live)) << text;
    EXPECT_EQ(entry.fields.size(), cloud.images[0].attributes.size()) << text;
    for (const DesiredField& field : entry.fields) {
      EXPECT_TRUE(same(*maps_table().find(field.name), live.get(field.name), field.value)) << field.name << "\n"
                                                                                           << text;
    }
  }
}

}  // namespace
}  // namespace retouch::core
