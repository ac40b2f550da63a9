// What is asked of the engine over the control socket: reconcile, accept, suspend, resume, reload.
#include "engine_fixture.hpp"

namespace retouch::service {
namespace {

using test_fixture::EngineTest;
using namespace std::chrono_literals;

TEST_F(EngineTest, ReconcileWaitsForAPassThatBeganAfterIt) {
  const auto subject = engine();
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(1min);
    change("image-1", "debian");
    const auto done = co_await subject->reconcile({.cloud = "lab", .wait = true});
    EXPECT_EQ(distro("image-1"), "ubuntu");
    if (!done) {
      ADD_FAILURE() << describe(done.error());
      co_return;
    }
    EXPECT_EQ(done->at("exit_code"), 0);
    EXPECT_EQ(done->at("clouds").at(0).at("changed"), 1);
    EXPECT_EQ(done->at("clouds").at(0).at("run"), store.run_records.back().id);
    const auto nothing = co_await subject->reconcile({.cloud = "lab", .wait = true});
    EXPECT_EQ(nothing->at("clouds").at(0).at("run"), "") << "what sends nothing is no run of the journal";
    const auto typo = co_await subject->reconcile({.cloud = "lap"});
    EXPECT_NE(describe(typo.error()).find("did you mean `lab`?"), std::string::npos);
  });
}

TEST_F(EngineTest, AGuardsRefusalStaysUntilItIsAcceptedAsItIs) {
  text.replace(text.find("changed_percent: 100"), 20, "changed_images: 0");
  const auto subject = engine();
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(1min);
    EXPECT_EQ(distro("image-1"), "");
    const Json status = co_await subject->status();
    EXPECT_EQ(of_cloud(status).at("result"), "refused");
    const std::string fingerprint = of_cloud(status).at("guards").at(0).at("fingerprint");
    const auto other = co_await subject->reconcile({.accept = "sha256:0", .wait = true});
    EXPECT_EQ(other.error().code, Errc::stale_plan);
    const auto done = co_await subject->reconcile({.accept = fingerprint, .wait = true});
    EXPECT_EQ(done->at("exit_code"), 0);
    EXPECT_EQ(distro("image-1"), "ubuntu");
    const Json after = co_await subject->status();
    EXPECT_TRUE(of_cloud(after).at("guards").empty());
  });
}

TEST_F(EngineTest, APlanThatMovedSinceItWasAcceptedIsNotApplied) {
  text.replace(text.find("changed_percent: 100"), 20, "changed_images: 0");
  const auto subject = engine();
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(1min);
    const Json status = co_await subject->status();
    const std::string fingerprint = of_cloud(status).at("guards").at(0).at("fingerprint");
    change("image-1", "debian");
    const auto done = co_await subject->reconcile({.accept = fingerprint, .wait = true});
    EXPECT_EQ(done->at("exit_code"), 7);
    EXPECT_EQ(distro("image-1"), "debian");
  });
}

TEST_F(EngineTest, AcceptingOneGuardAcceptsNoOtherThatCameSince) {
  text.replace(text.find("changed_percent: 100"), 20, "changed_images: 0");
  const auto subject = engine();
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(1min);
    const Json status = co_await subject->status();
    const std::string fingerprint = of_cloud(status).at("guards").at(0).at("fingerprint");
    store.entries["site"] = 100;  // the source seems to have shrunk, with the same changes to make
    const auto done = co_await subject->reconcile({.accept = fingerprint, .wait = true});
    EXPECT_EQ(done->at("exit_code"), 7);
    EXPECT_EQ(distro("image-1"), "");
  });
}

TEST_F(EngineTest, ReconcileOfAllCloudsWaitsForOnePassOfEachAndNotForTheirNextInterval) {
  text.insert(text.find("sources:"), configured("east") + configured("west"));
  const auto subject = engine();
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(1min);
    const Mono asked = clock.now();
    const auto done = co_await subject->reconcile({.wait = true});
    EXPECT_EQ(done->at("clouds").size(), 3u);
    EXPECT_LT(clock.now() - asked, Duration(1min));
  });
}

TEST_F(EngineTest, WhatIsAskedAmissIsExplainedAndNothingIsTriggered) {
  text.insert(text.find("sources:"), configured("east"));
  text.replace(text.find("changed_percent: 100"), 20, "changed_images: 0");
  const auto subject = engine();
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(1min);
    const auto refused = [&](ReconcileAsk ask, Errc code, std::string part) -> task<void> {
      const auto answer = co_await subject->reconcile(std::move(ask));
      if (answer) {
        ADD_FAILURE() << part;
        co_return;
      }
      EXPECT_EQ(answer.error().code, code);
      EXPECT_NE(answer.error().message.find(part), std::string::npos) << answer.error().message;
    };
    const Json status = co_await subject->status();
    const std::string of_lab = of_cloud(status, 1).at("guards").at(0).at("fingerprint");
    co_await refused({.cloud = "east", .accept = of_lab}, Errc::usage, "that plan is of lab");
    co_await refused({.accept = "sha256:none"}, Errc::stale_plan, "retouch status");
    const auto first = co_await subject->reconcile({.cloud = "east", .revision = "aa"});
    EXPECT_TRUE(first.has_value());
    co_await refused({.revision = "bb"}, Errc::usage, "another request for east waits");
    const auto before = told.size();
    co_await clock.sleep_for(10s);
    EXPECT_EQ(told.size(), before + 1) << "lab was not triggered by the one that was refused";
  });
}

TEST_F(EngineTest, ARevisionNeedsAGitSource) {
  const auto subject = engine();
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(1min);
    const auto done = co_await subject->reconcile({.cloud = "lab", .revision = "aa", .wait = true});
    if (!done) {
      ADD_FAILURE() << describe(done.error());
      co_return;
    }
    EXPECT_NE(std::string(done->at("clouds").at(0).at("error")).find("there is no Git source"), std::string::npos);
    EXPECT_NE(done->at("exit_code"), 0);
  });
}

TEST_F(EngineTest, NothingIsAcceptedForACloudThatIsOnlyLookedAt) {
  text.replace(text.find("mode: enforce"), 13, "mode: report");
  const auto subject = engine();
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(1min);
    const Json status = co_await subject->status();
    const std::string fingerprint = of_cloud(status).at("plan").at("fingerprint");
    const auto answer = co_await subject->reconcile({.accept = fingerprint});
    EXPECT_NE((answer ? answer->dump() : describe(answer.error())).find("mode: report"), std::string::npos);
  });
}

TEST_F(EngineTest, APassThatAStopInterruptedIsMadeUpForSoon) {
  store.pass_notes["lab"] = {.cloud = "lab", .began = clock.wall() - 1s};  // it never ended
  const auto subject = engine();
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(1min);
    EXPECT_EQ(distro("image-1"), "ubuntu");
  });
}

TEST_F(EngineTest, ASuspensionThatIsOverIsShownNoMore) {
  store.suspensions.push_back({.what = state::Suspended::What::cloud,
                               .name = "lab",
                               .suspension = {.since = clock.wall() - 1h, .until = clock.wall() + 10s, .by = "ann@x"}});
  const auto subject = engine();
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(5s);
    EXPECT_EQ((co_await subject->status()).at("suspended").size(), 1u);
    co_await clock.sleep_for(1min);
    const Json status = co_await subject->status();
    EXPECT_TRUE(status.at("suspended").empty());
    EXPECT_TRUE(of_cloud(status).at("suspended").is_null());
    EXPECT_EQ(subject->metrics_text().find("retouch_suspended_since_timestamp_seconds{"), std::string::npos);
  });
}

TEST_F(EngineTest, WhatOtherSourcesGaveIsNotInForceAfterAReload) {
  const auto subject = engine();
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(1min);
    const std::string site = "{name: site, directory: {path: /m}}";
    text.replace(text.find(site), site.size(), "{name: other, directory: {path: /gone}}");
    co_await subject->reload();
    change("image-1", "debian");
    co_await clock.sleep_for(15min);
    EXPECT_EQ(distro("image-1"), "debian");
  });
}

TEST_F(EngineTest, WithoutAStateAGuardsRefusalIsShownAllTheSame) {
  text.replace(text.find("changed_percent: 100"), 20, "changed_images: 0");
  EngineParts parts{.settings = std::make_shared<const config::Settings>(parse().value())};
  parts.lock_directory = "/locks";
  Engine subject(std::move(parts), metrics, world);
  run(subject, [&]() -> task<void> {
    co_await clock.sleep_for(1min);
    EXPECT_EQ(of_cloud(co_await subject.status()).at("guards").size(), 1u);
  });
}

TEST_F(EngineTest, AStopIsNotHeldUpByASourceThatWaitsForItsTurn) {
  text.insert(text.find("{name: site"), "{name: more, directory: {path: /n}}, ");
  files.add("/n/none.yaml", "---\n");
  const auto subject = engine();
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(1min);
    subject->look_at("site", core::Trigger::webhook);
    subject->look_at("more", core::Trigger::webhook);
  });
}

TEST_F(EngineTest, SuspendedIsNothingSentUntilItIsResumed) {
  const auto subject = engine();
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(1min);
    co_await subject->suspend(
        {.what = state::Suspended::What::cloud, .name = "lab", .suspension = {.since = clock.wall(), .by = "ann@x"}});
    change("image-1", "debian");
    co_await clock.sleep_for(20min);
    EXPECT_EQ(distro("image-1"), "debian");
    EXPECT_EQ(of_cloud(co_await subject->status()).at("suspended").at("by"), "ann@x");
    co_await subject->resume({.what = state::Suspended::What::cloud, .name = "lab"});
    co_await clock.sleep_for(10s);
    EXPECT_EQ(distro("image-1"), "ubuntu");
    const auto again = co_await subject->resume({.what = state::Suspended::What::cloud, .name = "lab"});
    EXPECT_EQ(again.error().code, Errc::usage);
  });
}

TEST_F(EngineTest, ABrokenConfigurationKeepsTheOldOneAndSaysWhy) {
  const auto subject = engine();
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(1min);
    const std::string good = text;
    text += "cluds: {}\n";
    const auto reloaded = co_await subject->reload();
    EXPECT_EQ(reloaded.error().code, Errc::invalid_input);
    Json status = co_await subject->status();
    EXPECT_EQ(status.at("configuration").at("last_reload_successful"), false);
    EXPECT_NE(std::string(status.at("configuration").at("error")).find("cluds"), std::string::npos);
    change("image-1", "debian");
    co_await clock.sleep_for(12min);
    EXPECT_EQ(distro("image-1"), "ubuntu");
    text = good;
    EXPECT_TRUE((co_await subject->reload()).has_value());
    status = co_await subject->status();
    EXPECT_EQ(status.at("configuration").at("last_reload_successful"), true);
  });
}

TEST_F(EngineTest, AReloadBringsNewCloudsTakesOldOnesAndNamesWhatOnlyARestartRenews) {
  const auto subject = engine();
  run(*subject, [&]() -> task<void> {
    co_await clock.sleep_for(1min);
    text.replace(text.find("  lab:"), 6, "  new:");
    text += "service: {listen: \"127.0.0.1:1234\"}\n";
    wish("image-1", "gentoo", "[new]");
    const auto reloaded = co_await subject->reload();
    EXPECT_EQ(reloaded->at("not_refreshed").at(0), "service.listen");
    co_await clock.sleep_for(10s);
    EXPECT_EQ(distro("image-1"), "gentoo");
    const Json status = co_await subject->status();
    EXPECT_EQ(status.at("clouds").size(), 1u);
    EXPECT_EQ(of_cloud(status).at("cloud"), "new");
  });
}

}  // namespace
}  // namespace retouch::service
