// A week of the daemon in simulated time, and whatever a week has in store for it: no pass missed or doubled, no write
// doubled, and all well again two intervals after each trouble. It is lived in parts, so that none takes long.
#include "soak_fixture.hpp"

namespace retouch::service {
namespace {

using namespace std::chrono_literals;

class ASimulatedWeek : public test_fixture::SoakTest, public ::testing::WithParamInterface<std::uint64_t> {
 protected:
  ASimulatedWeek() : SoakTest(GetParam()) {}
  static constexpr Duration part = 24h * 7 / 4;
  static constexpr Duration two_intervals = 2 * test_fixture::PassWatch::interval * 11 / 10;

  // What lasts for a while; returns how it is mended.
  std::function<void()> begin_trouble(Account& account) {
    sandbox::Cloud& of = *account.cloud;
    const auto answers = [&](const std::string& fault) -> std::function<void()> {
      of.faults().add(*sandbox::fault_from_json(Json::parse(fault)));
      return [&of] { of.faults().clear(); };
    };
    Wished& image = any_image();
    const std::string file = "/m/" + image.name + ".yaml";
    switch (below(6)) {
      case 0:
        what = "Keystone is gone";
        of.outage().active = true;
        ++account.killed;  // the image service refuses what it cannot validate
        return [&of] { of.outage().active = false; };
      case 1:
        what = "the image service is gone";
        return answers(R"({"kind": "status", "status": 503})");
      case 2:
        what = "the cloud throttles";
        return answers(fmt::format(R"({{"kind": "status", "status": 429, "retry_after": "{}"}})",
                                   below(2) == 0 ? 1 + below(30) : 150 + below(400)));
      case 3:
        what = "answers are lost";
        return answers(R"({"kind": "lost", "method": "PATCH", "probability": 0.5})");
      case 4:
        what = "the source cannot be read";
        files.unreadable.insert(file);
        return [this, file] {
          files.unreadable.erase(file);
          for (const auto& [name, watch] : watches) news_for(name);  // what was wished meanwhile
        };
      default:
        what = "a manifest is broken";
        files_changed = clock.now();
        files.add(file, "apiVersion: retouch/v1\nkind: Imago\n");
        return [this, &image] {
          files_changed = clock.now();
          wish(image.name, image.distro, "[" + image.config + "]");
        };
    }
  }

  task<void> reload(Engine& subject) {
    for (auto& [name, watch] : watches) watch.give_reason();
    EXPECT_TRUE((co_await subject.reload()).has_value()) << where();
  }
  // Asks for a pass, and returns while it goes on, as a rule.
  task<void> begin_a_pass(Engine& subject) {
    const std::string name = any_image().config;
    watches[name].give_reason();
    co_await subject.reconcile({.cloud = name});
    co_await clock.sleep_for(400ms);
    in_midst += watches[name].running ? 1 : 0;
  }

  // What happens in a moment, in trouble or not.
  task<void> something_happens(Engine& subject) {
    const std::size_t kind = below(9);
    ++happened[kind];
    switch (kind) {
      case 0:
      case 1:
        drift();
        break;
      case 2:
        wish_something();
        subject.look_at("site", core::Trigger::webhook);
        break;
      case 3:
        wish_something();  // and nobody says so
        co_await clock.sleep_for(61s);
        break;
      case 4:
        subject.look_at("site", core::Trigger::webhook);  // about nothing
        break;
      case 5: {
        Account& account = accounts[below(accounts.size())];
        account.cloud->expire_tokens();
        ++account.killed;
        break;
      }
      case 6:
        co_await reload(subject);
        break;
      case 7:
        co_await begin_a_pass(subject);
        co_await reload(subject);
        break;
      default: {
        const std::string good = std::exchange(text, text + "cluds: {}\n");
        EXPECT_FALSE((co_await subject.reload()).has_value()) << where();
        text = good;
      }
    }
  }

  task<void> mended(Duration after) {
    co_await clock.sleep_for(after);
    check();
    if (mend) std::exchange(mend, nullptr)();
    what += ", mended";
    co_await clock.sleep_for(two_intervals);
    all_is_well();
  }

  // Until the process is ended: at rest, in trouble, or in the middle of a pass.
  task<void> live(Engine& subject) {
    if (mend) co_await mended(between(1min, 40min));
    for (int i = 1; clock.now() - Mono{} < part && !HasFailure(); ++i) {
      ++steps;
      what = "all is well";
      co_await clock.sleep_for(between(0s, 12min));
      if (below(2) == 0) {
        mend = begin_trouble(accounts[below(accounts.size())]);
        troubles.insert(what);
      }
      co_await something_happens(subject);
      co_await clock.sleep_for(between(0s, 20min));
      co_await something_happens(subject);
      check();
      if (i == 8 || below(10) == 0) {
        if (below(2) == 0) co_await begin_a_pass(subject);
        co_return;
      }
      co_await mended(between(0s, 25min));
    }
  }

  std::function<void()> mend;  // what is broken now
  std::map<std::size_t, int> happened;
  std::set<std::string> troubles;
  int in_midst = 0;
};

TEST_P(ASimulatedWeek, HasNoPassMissedOrDoubledAndNoWriteDoubledAndAllIsWellAfterEachTrouble) {
  while (clock.now() - Mono{} < part && !HasFailure()) {
    one_process([this](Engine& subject) { return live(subject); });
    what = "between two processes";
    clock.advance(below(2) == 0 ? Duration(1s) : between(1s, 2h));
  }
  std::int64_t passes = 0, failed = 0;
  Duration longest{};
  for (const auto& [name, watch] : watches) {
    passes += watch.passes;
    failed += watch.failed;
    longest = std::max(longest, watch.longest);
  }
  std::int64_t writes = 0;
  for (const Wished& image : images) writes += image.writes;
  const std::string figures = fmt::format(
      "{} passes, {} failed, the longest {}; {} processes, {} began with all overdue; {} kinds of trouble "
      "in {} steps, {} in the midst of a pass; {} + {} logins, {} writes",
      passes, failed, format_duration(longest), processes, made_up_together, troubles.size(), steps, in_midst,
      accounts[0].logins, accounts[1].logins, writes);
  RecordProperty("figures", figures);
  // That the week was what it was meant to be.
  EXPECT_GE(passes, 600) << figures;
  EXPECT_GE(failed, 20) << figures;
  EXPECT_GE(processes, 5) << figures;
  EXPECT_GE(in_midst, 5) << figures;
  EXPECT_GE(writes, 20) << figures;
  EXPECT_EQ(happened.size(), 9u) << figures;
  EXPECT_GE(troubles.size(), 4u) << figures;
  for (const core::Trigger why : all_triggers) EXPECT_GE(passes_by[why], 3) << core::to_string(why) << ": " << figures;
}

INSTANTIATE_TEST_SUITE_P(Parts, ASimulatedWeek, ::testing::Values(1, 2, 3, 4));

}  // namespace
}  // namespace retouch::service
