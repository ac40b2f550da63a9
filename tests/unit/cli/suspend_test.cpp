#include "verb_fixture.hpp"

namespace retouch::cli {

namespace {

class SuspendTest : public test::VerbTest {
 protected:
  void hold(const std::string& image, const std::string& field, core::Hold::Why why = core::Hold::Why::rollback) {
    store.images["http://glance.test/p1"][image].holds[field] = {
        .why = why, .wish = {.value = "uefi"}, .live = "bios", .since = clock.wall(), .run = "20261122T05"};
  }
};

}  // namespace

TEST_F(SuspendTest, StopsACloudUntilItIsResumed) {
  EXPECT_EQ(verb({"suspend", "--cloud", "lab", "--reason", "migration"}), 0);
  EXPECT_EQ(
      out(),
      "Suspended cloud lab until it is resumed: nothing of it is sent, and a pass that is under way stops before its "
      "next image. To end it: retouch resume --cloud lab\n");
  ASSERT_EQ(store.suspensions.size(), 1u);
  EXPECT_EQ(store.suspensions[0].suspension.by, "alice@host7");
  EXPECT_EQ(store.suspensions[0].suspension.since, clock.wall());
  EXPECT_EQ(store.suspensions[0].suspension.until, std::nullopt);
  EXPECT_EQ(verb({"resume", "--cloud", "lab"}), 0);
  EXPECT_EQ(out(), "Resumed cloud lab.\n");
  EXPECT_TRUE(store.suspensions.empty());
}

TEST_F(SuspendTest, TakesAnEndAsATimeWithOffsetOrAsADuration) {
  EXPECT_EQ(verb({"suspend", "--entry", "ubuntu", "--until", "2026-11-22T09:00:00+01:00"}), 0);
  EXPECT_EQ(store.suspensions.at(0).suspension.until, parse_rfc3339("2026-11-22T08:00:00Z"));
  EXPECT_EQ(verb({"suspend", "--entry", "ubuntu", "--until", "4h"}), 0);
  ASSERT_EQ(store.suspensions.size(), 1u);
  EXPECT_EQ(store.suspensions[0].suspension.until, parse_rfc3339("2026-11-22T10:00:00Z"));
  EXPECT_EQ(verb({"suspend", "--entry", "ubuntu", "--until", "100000d"}), 0) << err();  // beyond what time can hold
  EXPECT_EQ(store.suspensions.at(0).suspension.until, Wall::max());
}

TEST_F(SuspendTest, RefusesAnEndWithoutOffsetOrInThePast) {
  EXPECT_EQ(verb({"suspend", "--cloud", "lab", "--until", "2026-11-22T09:00:00"}), 1);
  EXPECT_TRUE(test::has(err(), "has no offset; end it with Z")) << err();
  EXPECT_EQ(verb({"suspend", "--cloud", "lab", "--until", "2026-11-22T06:00:00Z"}), 1);
  EXPECT_TRUE(test::has(err(), "has passed; it is 2026-11-22T06:00:00Z")) << err();
  EXPECT_EQ(verb({"suspend", "--until", "4h"}), 1);
  EXPECT_EQ(verb({"suspend", "--cloud", "lab", "--entry", "ubuntu"}), 1);
  EXPECT_TRUE(store.suspensions.empty());
}

TEST_F(SuspendTest, RefusesNamesThatDoNotExist) {
  EXPECT_EQ(verb({"suspend", "--cloud", "laab"}), 1);
  EXPECT_TRUE(test::has(err(), "no cloud `laab` is configured; did you mean `lab`?")) << err();
  EXPECT_EQ(verb({"suspend", "--entry", "ubunto"}), 1);
  EXPECT_TRUE(test::has(err(), "no manifest has an entry `ubunto`; did you mean `ubuntu`?")) << err();
  EXPECT_TRUE(store.suspensions.empty());
}

TEST_F(SuspendTest, StopsAnEntryAlsoWhileTheManifestsAreBroken) {
  files.add("/m/broken.yaml", "kind: [");
  EXPECT_EQ(verb({"suspend", "--entry", "elsewhere"}), 0);
  EXPECT_TRUE(test::has(err(), "Whether there is an entry elsewhere is not known: some manifests are invalid."))
      << err();
  EXPECT_EQ(store.suspensions.size(), 1u);
}

TEST_F(SuspendTest, ListsWhatIsSuspendedAndHeldWithAges) {
  EXPECT_EQ(verb({"suspend"}), 0);
  EXPECT_EQ(out(), "Nothing is suspended or held.\n");
  EXPECT_EQ(verb({"suspend", "--entry", "ubuntu", "--until", "1h"}), 0);
  EXPECT_EQ(verb({"suspend", "--cloud", "lab", "--reason", "a\x1b[31m"}), 0);
  hold("3f0c", "hw_firmware_type");
  hold("3f0c", "min_ram", core::Hold::Why::contention);
  clock.advance(std::chrono::minutes(30));
  EXPECT_EQ(verb({"suspend"}), 0);
  EXPECT_EQ(
      out(),
      "SUSPENDED  NAME    FOR  UNTIL                 BY           REASON\n"
      "cloud      lab     30m  resumed               alice@host7  a\\u{1b}[31m\n"
      "entry      ubuntu  30m  2026-11-22T07:00:00Z  alice@host7\n"
      "\n"
      "HELD IMAGE  FIELD             FOR  UNTIL                 BY                    NOT SENT                     "
      "ACCOUNT\n"
      "3f0c        hw_firmware_type  30m  the manifest changes  rollback 20261122T05  \"uefi\"                       "
      "http://glance.test/p1\n"
      "3f0c        min_ram           30m  the manifest changes  contention            \"uefi\", others write "
      "\"bios\"  http://glance.test/p1\n");
  EXPECT_EQ(verb({"suspend", "--output", "json"}), 0);
  const Json document = Json::parse(out());
  EXPECT_EQ(document.at("suspended").at(1).at("until"), "2026-11-22T07:00:00Z");
  EXPECT_EQ(document.at("held").at(1).at("why"), "contention");
  clock.advance(std::chrono::minutes(31));
  EXPECT_EQ(verb({"suspend"}), 0);
  EXPECT_FALSE(test::has(out(), "ubuntu")) << "its time is over: " << out();
}

TEST_F(SuspendTest, ReleasesWhatIsHeldOfAnImage) {
  hold("3f0c", "min_ram");
  hold("3f0c", "os_distro");
  hold("77aa", "os_distro");
  EXPECT_EQ(verb({"resume", "--image", "3f0c", "--field", "min_ra"}), 1);
  EXPECT_TRUE(test::has(err(), "did you mean `min_ram`?; there are: min_ram, os_distro")) << err();
  EXPECT_EQ(verb({"resume", "--image", "3f0c", "--field", "min_ram"}), 0);
  EXPECT_EQ(out(), "Released min_ram of image 3f0c: it was held by rollback.\n");
  EXPECT_EQ(verb({"resume", "--image", "3f0c"}), 0);
  EXPECT_EQ(out(), "Released os_distro of image 3f0c: it was held by rollback.\n");
  EXPECT_EQ(verb({"resume", "--image", "3f0c"}), 1);
  EXPECT_TRUE(test::has(err(), "nothing of image 3f0c is held")) << err();
  EXPECT_EQ(store.images["http://glance.test/p1"]["77aa"].holds.size(), 1u);
}

TEST_F(SuspendTest, ReleasesOnlyInTheAccountOfTheCloudThatIsNamed) {
  add_run("20261122T050000Z-aaaa");
  store.run_records.back().passes.push_back({"west", "http://west.test/p1", "changes"});
  hold("3f0c", "min_ram");
  EXPECT_EQ(verb({"resume", "--image", "3f0c", "--cloud", "west"}), 1);
  EXPECT_EQ(verb({"resume", "--image", "3f0c", "--cloud", "east"}), 1);
  EXPECT_TRUE(test::has(err(), "no run on a cloud `east` is known")) << err();
  EXPECT_EQ(verb({"resume", "--image", "3f0c", "--cloud", "lab"}), 0) << err();
}

TEST_F(SuspendTest, ReleasesAlsoWhenTheNewestRunWasKilled) {
  add_run("20261122T050000Z-aaaa");
  add_run("20261122T060000Z-bbbb");
  store.run_records.back().passes.clear();  // it has none without an end
  store.run_records.back().ended.reset();
  hold("3f0c", "min_ram");
  EXPECT_EQ(verb({"resume", "--image", "3f0c", "--cloud", "lab"}), 0) << err();
  hold("3f0c", "min_ram");
  store.run_records.clear();
  add_change("20261122T060000Z-bbbb", "os_distro", core::ChangeStatus::intended);
  EXPECT_EQ(verb({"resume", "--image", "3f0c", "--cloud", "lab"}), 0) << err();
}

TEST_F(SuspendTest, SendsOnceMoreWhatTheCloudDidNotKeep) {
  add_run("20261122T050000Z-aaaa");
  auto& fields = store.images["http://glance.test/p1"]["3f0c"].fields;
  fields["min_ram"].kept_instead = "512";
  fields["min_disk"].kept_instead = "1";
  fields["os_distro"].entry = "ubuntu";
  EXPECT_EQ(verb({"resume", "--image", "3f0c", "--field", "min_ram"}), 0) << err();
  EXPECT_EQ(out(), "Released min_ram of image 3f0c: it will be sent once more, although the cloud did not keep it.\n");
  EXPECT_EQ(verb({"resume", "--image", "3f0c", "--cloud", "lab"}), 0) << err();
  EXPECT_TRUE(test::has(out(), "Released min_disk")) << out();
  EXPECT_EQ(store.images["http://glance.test/p1"]["3f0c"].fields.size(), 1u) << "what was kept stays remembered";
  EXPECT_EQ(verb({"resume", "--image", "3f0c"}), 1);
}

TEST_F(SuspendTest, ToResumeWhatIsNotSuspendedIsASlip) {
  EXPECT_EQ(verb({"suspend", "--entry", "ubuntu"}), 0);
  EXPECT_EQ(verb({"resume", "--entry", "ubunto"}), 1);
  EXPECT_TRUE(test::has(err(), "entry ubunto is not suspended")) << err();
  EXPECT_TRUE(test::has(err(), "did you mean `ubuntu`?")) << err();
  EXPECT_EQ(verb({"resume"}), 1);
  EXPECT_TRUE(test::has(err(), "what is to be resumed?"));
  EXPECT_EQ(verb({"resume", "--field", "min_ram"}), 1);
}

TEST_F(SuspendTest, WithoutAMemoryNothingCanBeSuspended) {
  configure("state: none\n");
  EXPECT_EQ(verb({"suspend", "--cloud", "lab"}), 1);
  EXPECT_TRUE(test::has(err(), "a suspension cannot be remembered (`suspend: true` in an entry needs no memory)"))
      << err();
  EXPECT_EQ(verb({"suspend"}), 1);
  EXPECT_EQ(verb({"resume", "--cloud", "lab"}), 1);
}

TEST_F(SuspendTest, LooksForTheStateWhereItIsConfiguredAndElseInTheUsualPlace) {
  EXPECT_EQ(verb({"suspend"}), 0);
  EXPECT_EQ(opened, "/home/alice/.local/state/retouch");
  configure("state: {path: /srv/state}\n");
  EXPECT_EQ(verb({"suspend"}), 0);
  EXPECT_EQ(opened, "/srv/state");
  configure("");
  world.environment = os::Environment();
  EXPECT_EQ(verb({"suspend"}), 5);
  EXPECT_TRUE(test::has(err(), "HOME is not set")) << err();
}

}  // namespace retouch::cli
