#include "retouch/core/image_manager.hpp"

#include "../../../src/core/image_manager/python.hpp"
#include "manifest_fixture.hpp"

namespace retouch::core {
namespace {

// As Glance: texts under any name, a list of tags.
const AttributeTable& table() {
  static const AttributeTable made{"glance",
                                   {{.name = "name"},
                                    {.name = "visibility", .allowed = {"private", "public"}},
                                    {.name = "os_hidden", .type = ValueType::boolean},
                                    {.name = "min_ram", .type = ValueType::integer},
                                    {.name = "min_disk", .type = ValueType::integer},
                                    {.name = "owner", .writable = false},
                                    {.name = "hw_firmware_type", .allowed = {"bios", "uefi"}},
                                    {.name = "tags", .type = ValueType::list}},
                                   Attribute{},
                                   {},
                                   {}};
  return made;
}

struct Converted {
  ImageManagerResult result;
  Diagnostics diagnostics;

  std::string said() const {
    std::string out;
    for (const auto& each : diagnostics.sorted()) out += to_string(each) + "\n";
    return out;
  }
  std::string text() const {
    std::string out;
    for (const auto& set : result.sets) out += image_set_manifest(set);
    return out;
  }
  // Of one image after reading the manifests that were written.
  std::map<std::string, Value> wishes(const std::string& entry) const {
    std::map<std::string, Value> out;
    std::vector<ManifestFile> files;
    for (const auto& set : result.sets) files.push_back({"s", set.name, image_set_manifest(set)});
    Diagnostics complaints;
    const auto manifests = parse_manifests(files, complaints);
    const std::vector<CloudShape> clouds{{"lab", &table()}};
    const auto resolved = resolve(manifests, clouds, {}, Wall{}, complaints);
    for (const auto& each : complaints.sorted()) ADD_FAILURE() << to_string(each);
    for (const auto& each : resolved.front().entries) {
      if (each.name != entry) continue;
      for (const auto& field : each.fields) out.emplace(field.name, field.value);
      out.emplace("(select)", each.select.describe() + (each.optional ? ", optional" : ""));
    }
    return out;
  }
};

Converted convert(const std::string& text, ImageManagerOptions options = {}) {
  options.clouds = {"lab"};
  Converted out;
  const std::vector<ManifestFile> files{{"definitions", "d.yml", text}};
  const std::vector<const AttributeTable*> tables{&table()};
  out.result = convert_image_manager(files, tables, options, out.diagnostics);
  return out;
}

constexpr const char* ubuntu = R"(---
images:
  - name: Ubuntu 24.04
    enable: true
    shortname: ubuntu-24.04
    format: qcow2
    login: ubuntu
    min_disk: 8
    min_ram: 512
    status: active
    visibility: public
    multi: true
    meta:
      architecture: x86_64
      hw_vif_multiqueue_enabled: true
      os_distro: ubuntu
      os_version: '24.04'
      hotfix_hours: 24
      provided_until: 2029-05-31
      uuid_validity: none
    tags: [lts]
    versions:
      - {version: '20250101', url: "https://example.com/a.img", checksum: "sha256:00", build_date: 2025-01-01}
      - {version: '20251101', url: "https://example.com/b.img", build_date: 2025-11-01, meta: {patchlevel: '7'}}
)";

TEST(ImageManager, WantsWhatTheToolWrites) {
  const auto converted = convert(ubuntu);
  EXPECT_EQ(converted.said(), "");
  using namespace std::string_literals;
  const std::map<std::string, Value> newest = {
      {"(select)", "internal_version \"20251101\" or is absent, name \"Ubuntu 24.04\", tag \"managed_by_osism\""s},
      {"architecture", "x86_64"s},
      {"hotfix_hours", "24"s},
      {"hw_vif_multiqueue_enabled", "True"s},
      {"image_build_date", "2025-11-01"s},
      {"image_description", "Ubuntu 24.04"s},
      {"image_name", "Ubuntu 24.04"s},
      {"image_original_user", "ubuntu"s},
      {"image_source", "https://example.com/b.img"s},
      {"internal_version", "20251101"s},
      {"min_disk", std::int64_t{8}},
      {"min_ram", std::int64_t{512}},
      {"os_distro", "ubuntu"s},
      {"os_version", "24.04"s},
      {"patchlevel", "7"s},
      {"provided_until", "2029-05-31"s},
      {"tags", List{"lts", "managed_by_osism", "os:ubuntu"}},
      {"uuid_validity", "none"s},
      {"visibility", "public"s},
  };
  EXPECT_EQ(converted.wishes("ubuntu-24.04"), newest) << converted.text();
}

TEST(ImageManager, OlderVersionsOfMultiCarryTheirNumberAndNeedNotBeThere) {
  const auto older = convert(ubuntu).wishes("ubuntu-24.04-20250101");
  EXPECT_EQ(older.at("(select)"), Value{"internal_version \"20250101\" or is absent, name \"Ubuntu 24.04 (20250101)\", "
                                        "tag \"managed_by_osism\", optional"});
  EXPECT_EQ(older.at("image_build_date"), Value{"2025-01-01"});
  EXPECT_EQ(older.count("patchlevel"), 0u);
}

TEST(ImageManager, NamesWhatHasNoCounterpartOnce) {
  const auto& dropped = convert(ubuntu).result.dropped;
  std::string keys;
  for (const auto& [key, what] : dropped) keys += key + "@" + to_string(what.first) + " ";
  EXPECT_EQ(keys, "checksum@d.yml:23:65 format@d.yml:6:5 shortname@d.yml:5:5 status@d.yml:10:5 ");
}

std::string definition(const std::string& more, const std::string& versions) {
  return "images:\n  - name: X\n    " + more + "\n    versions: " + versions + "\n";
}

TEST(ImageManager, WithoutMultiEveryVersionHasItsNumberInNameAndOsVersion) {
  const auto converted = convert(definition("multi: no\n    separator: '-'", "[{version: '9'}, {version: '10.1'}]"));
  EXPECT_EQ(converted.said(), "");
  const auto of = converted.wishes("x-10.1");
  EXPECT_EQ(of.at("(select)"), Value{"name \"X-10.1\", tag \"managed_by_osism\""});
  EXPECT_EQ(of.at("os_version"), Value{"10.1"});
  EXPECT_EQ(of.at("internal_version"), Value{"10.1"});
}

TEST(ImageManager, TheNewestIsFoundByTheNumbersInVersions) {
  const auto text = convert(definition("multi: true", "[{version: '1.10'}, {version: '1.9'}]")).text();
  EXPECT_NE(text.find("name: \"X\", internal_version: [\"1.10\", null]"), std::string::npos) << text;
  EXPECT_NE(text.find("name: \"X (1.9)\""), std::string::npos) << text;
}

TEST(ImageManager, NaturalOrderIsThatOfNatsort) {
  using image_manager::natural_less;
  EXPECT_TRUE(natural_less("9", "10"));
  EXPECT_TRUE(natural_less("1.9.3", "1.10"));
  EXPECT_TRUE(natural_less("1.10", "1.10.1"));
  EXPECT_TRUE(natural_less("20251101", "latest"));
  EXPECT_TRUE(natural_less("v1", "v2"));
  EXPECT_FALSE(natural_less("007", "7"));
  EXPECT_FALSE(natural_less("7", "007"));
  EXPECT_FALSE(natural_less("b", "a"));
}

TEST(ImageManager, TheVersionHasTheLastWord) {
  const auto of =
      convert(definition("multi: true\n    visibility: public\n    meta: {os_version: '1', image_source: m}",
                         "[{version: '5', os_version: '2', visibility: private, hidden: true, url: "
                         "'file:///srv/secret/x.img', meta: {image_source: v, image_name: Y}}]"))
          .wishes("x");
  EXPECT_EQ(of.at("os_version"), Value{"2"});
  EXPECT_EQ(of.at("visibility"), Value{"private"});
  EXPECT_EQ(of.at("os_hidden"), Value{true});
  EXPECT_EQ(of.at("image_source"), Value{"file:x.img"}) << "no path of the importing machine";
  EXPECT_EQ(of.at("image_name"), Value{"Y"});
}

TEST(ImageManager, OfLatestTheNumberIsNotKnown) {
  const auto converted = convert(definition("multi: true", "[{version: latest, checksums_url: 'https://e/S'}]"));
  EXPECT_EQ(converted.wishes("x").at("(select)"), Value{"name \"X\", tag \"managed_by_osism\""});
  EXPECT_EQ(converted.wishes("x").count("internal_version"), 0u);
  EXPECT_TRUE(converted.result.dropped.contains("internal_version"));
  EXPECT_TRUE(converted.result.dropped.contains("upstream_checksum"));
}

TEST(ImageManager, DisabledDefinitionsComeOnlyWhenAskedFor) {
  const auto text = definition("multi: true\n    enable: false", "[{version: '1'}]");
  EXPECT_TRUE(convert(text).result.sets.empty());
  EXPECT_EQ(convert(text).result.disabled, std::vector<std::string>{"X"});
  EXPECT_EQ(convert(text, {.disabled = true}).result.sets.size(), 1u);
  EXPECT_EQ(convert("images: [{name: broken, enable: false}]").said(), "") << "what is off need not be right";
}

TEST(ImageManager, KnowsItsImagesByTheTagGiven) {
  const auto of = convert(definition("multi: true", "[{version: '1'}]"), {.tag = "ours"}).wishes("x");
  EXPECT_EQ(of.at("tags"), Value{List{"ours"}});
  EXPECT_NE(std::get<std::string>(of.at("(select)")).find("tag \"ours\""), std::string::npos);
}

TEST(ImageManager, LeavesOutWhatTheCloudWouldRefuseWithAWord) {
  const auto converted = convert(definition(
      "multi: true\n    meta: {hw_firmware_type: efi, owner: me, hw_disk_bus: null, x: y}", "[{version: '1'}]"));
  EXPECT_FALSE(converted.diagnostics.has_errors());
  EXPECT_NE(converted.said().find("d.yml:4:12: warning: `hw_firmware_type`: expected bios or uefi"), std::string::npos);
  EXPECT_NE(converted.said().find("`owner` is read-only here"), std::string::npos) << converted.said();
  EXPECT_NE(converted.said().find("`hw_disk_bus` without a value is left out"), std::string::npos);
  EXPECT_EQ(converted.wishes("x").at("x"), Value{"y"});
}

TEST(ImageManager, ReportsAllErrorsWithTheirPlaces) {
  const auto said = convert(R"(images:
  - {name: A, multi: true, versions: [{version: 24.10}]}
  - {name: B, versions: []}
  - {name: 7, multi: maybe, min_ram: -1, versions: [{version: '1', build_date: soon}]}
  - {name: C, multi: true, meta: {a: 22.10, b: [1], c: 2026-01-01 12:00:00}, versions: [{version: '1'}, {version: '1'}]}
  - {name: D, multi: false, visiblity: public, versions: [{version: '1'}]}
  - text
)")
                        .said();
  for (const char* each :
       {"d.yml:2:49: error: `version` must be a text, which `24.10` is not to openstack-image-manager (write "
        "\"24.10\")",
        "d.yml:3:5: error: `multi` is missing", "d.yml:3:25: error: `versions` must be a list of at least one version",
        "d.yml:4:12: error: `name` must be a text, which `7` is not",
        "d.yml:4:22: error: `multi` must be true or false", "d.yml:4:38: error: `min_ram` must be a whole number",
        "`build_date` must be a date such as 2026-11-22", "takes `22.10` for a number, and writes another text",
        "`b` must be a text, got a list", "takes `2026-01-01 12:00:00` for a point in time",
        "d.yml:5:115: error: the version `1` stands here a second time; first at 5:99",
        "d.yml:6:29: warning: unknown key `visiblity` is left out (did you mean `visibility`?)",
        "d.yml:7:5: error: a definition must be a mapping, got the text `text`"}) {
    EXPECT_NE(said.find(each), std::string::npos) << each << "\n" << said;
  }
  EXPECT_NE(convert("a: b").said().find("holds a list `images`, and this one does not"), std::string::npos);
}

TEST(ImageManager, TwoDefinitionsCannotMeanOneImage) {
  const auto converted = convert(R"(images:
  - {name: A, multi: true, versions: [{version: '1'}]}
  - {name: A, multi: true, enable: false, versions: [{version: '1'}]}
  - {name: A, multi: true, versions: [{version: '2'}]}
)");
  EXPECT_EQ(converted.said(), "d.yml:4:49: error: the image \"A\" comes out of d.yml:2:49, too\n");
}

TEST(ImageManager, BooleansAreThoseOfYaml11) {
  using image_manager::python_value;
  const auto seen = [](const std::string& text) { return python_value({.kind = yaml::Kind::scalar, .text = text}); };
  for (const char* word : {"yes", "True", "ON"}) EXPECT_EQ(seen(word).text, "True");
  for (const char* word : {"no", "FALSE", "off"}) EXPECT_EQ(seen(word).text, "False");
  using enum image_manager::PythonKind;
  for (const char* word : {"y", "none", "None", "1.2.3", "1e3", "x86_64", "oN", "last-3"})
    EXPECT_EQ(seen(word).kind, text);
  for (const char* word : {"010", "0x1f", "1_000", "12:30", "1.5", ".5", "1.e+3", ".inf", ".NaN"}) {
    EXPECT_EQ(seen(word).kind, number) << word;
  }
  EXPECT_EQ(seen("+7").text, "7");
}

}  // namespace
}  // namespace retouch::core
