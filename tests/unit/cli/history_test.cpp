#include "verb_fixture.hpp"

namespace retouch::cli {

namespace {

class HistoryTest : public test::VerbTest {
 protected:
  HistoryTest() {
    add_run("20261122T050000Z-aaaa");
    add_run("20261122T060000Z-bbbb");
    store.run_records.back().ended.reset();
    add_change("20261122T050000Z-aaaa", "os_distro", core::ChangeStatus::applied);
    add_change("20261122T050000Z-aaaa", "min_ram", core::ChangeStatus::failed).error = "too large";
    add_change("20261122T060000Z-bbbb", "os_distro", core::ChangeStatus::intended);
  }
};

}  // namespace

TEST_F(HistoryTest, ListsTheRunsNewestFirst) {
  EXPECT_EQ(verb({"history"}), 0);
  EXPECT_EQ(
      out(),
      "RUN                    BEGAN                 TOOK  VERB   BY           CLOUDS  REVISION           APPLIED  "
      "FAILED  OPEN  EXIT\n"
      "20261122T060000Z-bbbb  2026-11-22T06:00:00Z  -     apply  alice@host7  lab     site@0123456789ab  0        "
      "0       1     goes on or was killed\n"
      "20261122T050000Z-aaaa  2026-11-22T05:00:00Z  1m5s  apply  alice@host7  lab     site@0123456789ab  1        "
      "1       0     3\n");
}

TEST_F(HistoryTest, ShowsTwentyRunsUnlessAllAreWanted) {
  for (int i = 10; i < 30; ++i) add_run("20261122T0701" + std::to_string(i) + "Z-cccc");
  EXPECT_EQ(verb({"history"}), 0);
  EXPECT_TRUE(test::has(out(), "The newest 20; --all shows the others, too."));
  EXPECT_FALSE(test::has(out(), "aaaa"));
  EXPECT_EQ(verb({"history", "--all"}), 0);
  EXPECT_TRUE(test::has(out(), "aaaa"));
  EXPECT_FALSE(test::has(out(), "--all"));
}

TEST_F(HistoryTest, ShowsWhatOneRunChangedFieldByField) {
  EXPECT_EQ(verb({"history", "20261122T05"}), 0);
  EXPECT_EQ(out(),
            "20261122T050000Z-aaaa  apply by alice@host7\n"
            "  began 2026-11-22T05:00:00Z, took 1m5s, exit code 3\n"
            "  from site@sha256:0123456789abcdef0123456789abcdef01234567\n"
            "  lab: changes\n"
            "\n"
            "  lab: Ubuntu 24.04  3f0c  # ubuntu\n"
            "    ~ min_ram    \"a\" -> \"b\"  failed  # drift, m.yaml:7:5, request req-1\n"
            "        too large\n"
            "    ~ os_distro  \"a\" -> \"b\"  applied  # drift, m.yaml:7:5, request req-1\n"
            "\n"
            "Changes: 1 applied, 1 failed, 0 open.\n");
}

TEST_F(HistoryTest, NamesTheCandidatesOfAnAmbiguousRunAndTheNearestOfAnUnknownOne) {
  EXPECT_EQ(verb({"history", "2026"}), 1);
  EXPECT_TRUE(test::has(err(), "2 runs begin with 2026: 20261122T060000Z-bbbb, 20261122T050000Z-aaaa")) << err();
  EXPECT_EQ(verb({"history", "20261122T050000Z-aaab"}), 1);
  EXPECT_TRUE(test::has(err(), "there is no run 20261122T050000Z-aaab; did you mean `20261122T050000Z-aaaa`?"))
      << err();
}

TEST_F(HistoryTest, IsNarrowedByTimeCloudEntryAndCause) {
  clock.advance(std::chrono::hours(2));  // it is 08:00
  EXPECT_EQ(verb({"history", "--since", "2h30m"}), 0);
  EXPECT_FALSE(test::has(out(), "aaaa"));
  EXPECT_TRUE(test::has(out(), "bbbb"));
  EXPECT_EQ(verb({"history", "--since", "2026-11-22T07:30:00+02:00"}), 0);
  EXPECT_FALSE(test::has(out(), "aaaa"));
  EXPECT_EQ(verb({"history", "--cloud", "lab", "--since", "1s"}), 0);
  EXPECT_EQ(out(), "No run matches.\n");
  EXPECT_EQ(verb({"history", "--cause", "pending"}), 0);
  EXPECT_EQ(out(), "No run matches.\n");
  add_manifest("other", "lab", "{os_distro: debian}");
  EXPECT_EQ(verb({"history", "2026112205", "--entry", "other"}), 1);
  EXPECT_EQ(verb({"history", "20261122T05", "--entry", "other"}), 0);
  EXPECT_TRUE(test::has(out(), "No change matches.")) << out();
}

TEST_F(HistoryTest, WritesDocumentsForPrograms) {
  EXPECT_EQ(verb({"history", "--output", "json"}), 0);
  const Json runs = Json::parse(out());
  EXPECT_EQ(runs.at("format_version"), "1.0");
  EXPECT_EQ(runs.at("more"), false);
  EXPECT_EQ(runs.at("runs").at(0).at("ended_at"), nullptr);
  EXPECT_EQ(runs.at("runs").at(1).at("exit_code"), 3);
  EXPECT_EQ(runs.at("runs").at(1).at("applied"), 1);
  EXPECT_EQ(verb({"history", "20261122T05", "--output", "json"}), 0);
  const Json run = Json::parse(out());
  EXPECT_EQ(run.at("run").at("id"), "20261122T050000Z-aaaa");
  EXPECT_EQ(run.at("changes").at(1).at("status"), "failed");
  EXPECT_EQ(run.at("changes").at(1).at("error"), "too large");
  EXPECT_EQ(run.at("changes").at(0).at("before"), "a");
  EXPECT_EQ(run.at("changes").at(0).at("source"), "m.yaml:7:5");
}

TEST_F(HistoryTest, NeverLetsForeignTextSpeakToTheTerminal) {
  add_change("20261122T050000Z-aaaa", "x", core::ChangeStatus::failed).error = "\x1b[2J";
  store.change_records.back().image_name = "evil\x1b]0;\x07";
  store.run_records.front().by = "\x1b[31m";
  store.run_records.front().passes.front().error = "\x1b[32m";
  EXPECT_EQ(verb({"history", "20261122T05"}), 0);
  EXPECT_FALSE(test::has(out(), "\x1b")) << out();
  EXPECT_EQ(verb({"history"}), 0);
  EXPECT_FALSE(test::has(out(), "\x1b")) << out();
}

TEST_F(HistoryTest, BeforeTheFirstApplyThereIsNone) {
  nothing_written = true;
  EXPECT_EQ(verb({"history"}), 0);
  EXPECT_EQ(out(), "Nothing was applied yet.\n");
  EXPECT_EQ(verb({"history", "2026"}), 1);
  EXPECT_EQ(verb({"history", "--output", "json"}), 0);
  EXPECT_EQ(Json::parse(out()).at("runs"), Json::array());
}

TEST_F(HistoryTest, WithoutAMemoryItSaysSo) {
  configure("state: none\n");
  EXPECT_EQ(verb({"history"}), 1);
  EXPECT_TRUE(test::has(err(), "`state: none`, so no run is remembered")) << err();
}

TEST_F(HistoryTest, AStateThatCannotBeReadIsAnError) {
  store.broken = Error{.code = Errc::invalid_input, .message = "retouch.db is corrupt"};
  EXPECT_EQ(verb({"history"}), 5);
  EXPECT_TRUE(test::has(err(), "retouch.db is corrupt"));
}

TEST_F(HistoryTest, SaysWhenThereIsNoSuchCloudOrEntry) {
  EXPECT_EQ(verb({"history", "--cloud", "lob"}), 1);
  EXPECT_TRUE(test::has(err(), "no cloud `lob` is configured; did you mean `lab`?")) << err();
  EXPECT_EQ(verb({"history", "--entry", "ubunto"}), 1);
  EXPECT_TRUE(test::has(err(), "no manifest has an entry `ubunto`; did you mean `ubuntu`?")) << err();
  EXPECT_EQ(verb({"history", "20261122T05", "--entry", "ubunto"}), 1);
  EXPECT_EQ(verb({"history", "--entry", "ubuntu", "--cause", "pending"}), 0) << "there is one, and nothing of it";
  store.change_records[0].entry = "long-gone";
  EXPECT_EQ(verb({"history", "--entry", "long-gone"}), 0) << "known by the journal alone";
  store.run_records[0].passes[0].cloud = "old";
  EXPECT_EQ(verb({"history", "--cloud", "old"}), 0);
  EXPECT_EQ(verb({"history", "--cloud", "old", "--since", "1m"}), 0);
}

}  // namespace retouch::cli
