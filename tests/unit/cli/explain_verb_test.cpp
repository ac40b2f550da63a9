#include "cloud_verb_fixture.hpp"

namespace retouch::cli {

namespace {

class ExplainVerbTest : public test::CloudVerbTest {
 protected:
  ExplainVerbTest() {
    configure("policy: {guards: {changed_percent: 100}}\n");
    files.add("/m/set.yaml", R"(apiVersion: retouch/v1
kind: ImageSet
metadata: {name: set}
spec:
  clouds: [lab]
  defaults: {attributes: {os_distro: debian, min_ram: 512}}
  images:
    - name: image-1
      select: {name: image-1}
      attributes: {os_distro: ubuntu}
)");
  }
  std::string id() { return live("image-1").id; }
};

}  // namespace

TEST_F(ExplainVerbTest, ShowsWhereAFieldComesFromWhatIsLiveAndWhatWillHappen) {
  EXPECT_EQ(verb({"explain", "image-1", "os_distro"}), 0) << err();
  EXPECT_EQ(out(),
            "lab (glance): image-1  # /m/set.yaml:8:7, priority 0\n"
            "  os_distro: \"ubuntu\"\n"
            "      /m/set.yaml:10:20  the image's attributes: ubuntu\n"
            "      /m/set.yaml:6:27  defaults: debian  (replaced)\n"
            "      image-1  " +
                id() +
                "\n"
                "        live          (absent)\n"
                "        last applied  never\n"
                "        difference    (absent) -> \"ubuntu\" (unknown)\n"
                "        will be sent: retouch has not applied it yet\n");
}

TEST_F(ExplainVerbTest, ShowsWhatWasAppliedLastAndWhoMovedSince) {
  ASSERT_EQ(apply(), 0) << err() << out();
  change("image-1", "os_distro", "fedora");
  EXPECT_EQ(verb({"explain", "image-1", "os_distro"}), 0) << err();
  EXPECT_TRUE(test::has(out(), "last applied  \"ubuntu\" on 2026-11-22T06:00:0")) << out();
  EXPECT_TRUE(test::has(out(), "for image-1 (/m/set.yaml:10:20)\n")) << out();
  EXPECT_TRUE(test::has(out(), "difference    \"fedora\" -> \"ubuntu\" (drift)\n")) << out();
  EXPECT_TRUE(test::has(out(), "will be sent: somebody changed the image since it was as it should be")) << out();
  EXPECT_EQ(live("image-1").text("os_distro"), "fedora") << "it only looks";
}

TEST_F(ExplainVerbTest, ShowsAllFieldsAndTheEntriesThatClaimThem) {
  files.add("/m/other.yaml",
            "apiVersion: retouch/v1\nkind: Image\nmetadata: {name: other}\nspec:\n  clouds: [lab]\n"
            "  select: {name: image-1}\n  priority: 5\n  attributes: {min_ram: 1024}\n");
  EXPECT_EQ(verb({"explain", "image-1"}), 0) << err();
  EXPECT_TRUE(test::has(out(), "  os_distro: \"ubuntu\"\n")) << out();
  EXPECT_TRUE(test::has(out(), "  min_ram: 512\n")) << out();
  EXPECT_TRUE(test::has(out(), "claimed by    image-1 (/m/set.yaml:6:46, priority 0): 512\n")) << out();
  EXPECT_TRUE(test::has(out(), "claimed by    other (/m/other.yaml:8:16, priority 5): 1024  wins\n")) << out();
  EXPECT_TRUE(test::has(out(), "left to another entry: entry other has the higher priority (5 over 0)")) << out();
}

TEST_F(ExplainVerbTest, WritesADocumentForPrograms) {
  EXPECT_EQ(verb({"explain", "image-1", "os_distro", "--output", "json"}), 0) << err();
  const Json document = Json::parse(out());
  EXPECT_EQ(document.at("format_version"), "1.0");
  const Json& field = document.at("clouds").at(0).at("fields").at(0);
  EXPECT_EQ(field.at("name"), "os_distro");
  EXPECT_EQ(field.at("settings").at(0).at("in"), "defaults");
  EXPECT_EQ(field.at("settings").at(0).at("in_force"), false);
  EXPECT_EQ(field.at("images").at(0).at("fate"), "will be sent");
  EXPECT_EQ(field.at("images").at(0).at("last_applied"), nullptr);
}

TEST_F(ExplainVerbTest, RefusesUnknownEntriesAndFieldsWithTheNearest) {
  EXPECT_EQ(verb({"explain", "image-9x"}), 1);
  EXPECT_TRUE(test::has(err(), "no manifest has an entry `image-9x`")) << err();
  EXPECT_EQ(verb({"explain", "imag-1"}), 1);
  EXPECT_TRUE(test::has(err(), "did you mean `image-1`?")) << err();
  EXPECT_EQ(verb({"explain", "image-1", "os_distr"}), 1);
  EXPECT_TRUE(test::has(err(), "sets `os_distr`; did you mean `os_distro`?; it sets: min_ram, os_distro")) << err();
  EXPECT_EQ(verb({"explain", "image-1", "--cloud", "laab"}), 1);
  EXPECT_EQ(cloud.log().all().size(), 0u) << "no cloud is asked for a slip of the finger";
}

TEST_F(ExplainVerbTest, SaysWhyTheEntrySelectsNothing) {
  cloud.images().clear();
  EXPECT_EQ(verb({"explain", "image-1"}), 0) << err();
  EXPECT_TRUE(test::has(out(), "unresolved: no image has name \"image-1\"")) << out();
  EXPECT_TRUE(test::has(out(), "defaults: debian")) << out();
}

TEST_F(ExplainVerbTest, OfACloudThatCannotBeAskedTheLinesAreShown) {
  world.environment = os::Environment({{"PASSWORD", "wrong"}, {"HOME", "/home/alice"}});
  EXPECT_EQ(verb({"explain", "image-1"}), 6) << err();
  EXPECT_TRUE(test::has(out(), "failed: ")) << out();
  EXPECT_TRUE(test::has(out(), "defaults: debian")) << out();
}

TEST_F(ExplainVerbTest, WithoutAMemoryWhatWasAppliedLastIsUnknown) {
  configure("state: none\n");
  EXPECT_EQ(verb({"explain", "image-1", "os_distro"}), 0) << err();
  EXPECT_TRUE(test::has(out(), "last applied  unknown: state: none\n")) << out();
  EXPECT_TRUE(test::has(out(), "will be sent: the image is not as it should be; who moved is unknown")) << out();
}

TEST_F(ExplainVerbTest, NeverLetsForeignTextSpeakToTheTerminal) {
  change("image-1", "os_distro", "evil\x1b[2J");
  change("image-1", "min_ram", 7);
  EXPECT_EQ(verb({"explain", "image-1"}), 0) << err();
  EXPECT_FALSE(test::has(out(), "\x1b")) << out();
  EXPECT_TRUE(test::has(out(), "evil\\u{1b}[2J")) << out();
}

}  // namespace retouch::cli
