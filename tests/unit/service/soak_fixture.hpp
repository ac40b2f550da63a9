// Three clouds of two accounts under one daemon process after another, and the books that are kept of it: what was
// wished, what was written, who logged in, and when passes began.
#pragma once

#include <fmt/format.h>

#include <array>

#include "engine_fixture.hpp"
#include "pass_watch.hpp"

namespace retouch::service::test_fixture {

class SoakTest : public EngineTest {
 protected:
  static constexpr Duration token_life = 24h, renewed_after = token_life * 7 / 10;

  explicit SoakTest(std::uint64_t seeded) : seed(seeded) {
    east.set_urls("http://keystone.east:5000", "http://glance.east:9292");
    transport.add(east);
    const std::string here = "keystone.test";
    std::string elsewhere = configured("west");
    elsewhere.replace(elsewhere.find(here), here.size(), "keystone.east");
    text.insert(text.find("sources:"), configured("more") + elsewhere);
    for (std::size_t i = 0; i < images.size(); ++i) wish_for(i, "ubuntu");
    for (sandbox::Cloud* one : {&cloud, &east}) {
      one->latency() = {.fixed = 200ms, .jitter = 300ms};
      one->keystone().options().token_lifetime = token_life;
    }
  }

  std::string where() const {
    return fmt::format(" (seed {}, after {} of simulated time, step {}: {})", seed,
                       format_duration(clock.now() - Mono{}), steps, what);
  }
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(draw.unit() * static_cast<double>(end)); }
  Duration between(Duration least, Duration most) {
    return least + std::chrono::duration_cast<Duration>((most - least) * draw.unit());
  }

  // An image, what is wished of it, and how many writes there are reasons for.
  struct Wished {
    std::string name, config;
    sandbox::Cloud* where;
    std::string distro{};
    std::int64_t reasons = 0, writes = 0;
    Mono drifted{-24h};
  };
  Wished& any_image() { return images[below(images.size())]; }
  void news_for(const std::string& config) {
    watches[config].give_reason();
    files_changed = clock.now();
  }
  void wish_for(std::size_t index, const std::string& distro) {
    Wished& image = images[index];
    wish(image.name, distro, "[" + image.config + "]");
    if (image.distro == distro) return;
    image.distro = distro;
    ++image.reasons;
    news_for(image.config);
  }
  void wish_something() { wish_for(below(images.size()), fmt::format("distro-{}", ++distros)); }
  static std::string* find(Wished& image, sandbox::Image& copy) {
    for (const auto& [id, entry] : image.where->images().all()) {
      if (entry->image->text("name") != image.name) continue;
      copy = *entry->image;
      return &copy.id;
    }
    return nullptr;
  }
  // Not so often that it is somebody's quarrel with us (contention: 3 within 6 h).
  void drift() {
    Wished& image = any_image();
    sandbox::Image copy;
    if (clock.now() - image.drifted < 3h || find(image, copy) == nullptr) return;
    image.drifted = clock.now();
    copy.attributes["os_distro"] = "drifted";
    image.where->images().save(copy);
    ++image.reasons;
  }

  // An account that somebody logs in to; clouds with the same credential share its token.
  struct Account {
    sandbox::Cloud* cloud;
    std::size_t read = 0;                                    // of its arrival log
    std::int64_t logins = 0, failed_logins = 0, killed = 0;  // tokens that we killed
  };
  void read_log_of(Account& account) {
    const auto& all = account.cloud->log().all();
    for (; account.read < all.size(); ++account.read) {
      const sandbox::Arrival& arrival = all[account.read];
      if (!arrival.answered && clock.now() - arrival.at < 10min) break;  // a stop leaves some for ever
      if (arrival.service == "identity") ++(arrival.status == 201 ? account.logins : account.failed_logins);
      if (!arrival.applied) continue;
      const std::string name = account.cloud->images().find(arrival.image_id)->text("name");
      for (Wished& image : images) image.writes += image.where == account.cloud && image.name == name ? 1 : 0;
    }
  }
  // A token is renewed when 70 % of its life are over, or when it is dead: no process and no cloud is a
  // reason to log in.
  void check() {
    for (Account& account : accounts) {
      read_log_of(account);
      EXPECT_LE(account.logins, 1 + account.killed + (clock.now() - Mono{}) / renewed_after)
          << "token requests" << where();
    }
    for (const Wished& image : images)
      EXPECT_LE(image.writes, image.reasons) << image.name << " was written twice" << where();
    for (const auto& [name, watch] : watches) watch.none_is_overdue(clock.now(), " of " + name + where());
  }
  void all_is_well() {
    check();
    for (Wished& image : images) {
      sandbox::Image copy;
      find(image, copy);
      EXPECT_EQ(copy.text("os_distro"), image.distro) << image.name << where();
      image.reasons = image.writes;  // what became of them together must not excuse a write later
    }
    for (auto& [cloud, watch] : watches) watch.all_is_done();
    for (const core::ChangeRecord& change : store.change_records) {
      const bool open = change.status == core::ChangeStatus::intended || change.status == core::ChangeStatus::uncertain;
      EXPECT_FALSE(open) << "an intent is still open: change " << change.id << where();
    }
    files.reads.clear();
    store.calls.clear();
  }

  // ---- one process after another
  reconcile::World world_of(async::Stop& end) {
    const auto sink = [this](const LogRecord& record) {
      if (record.message != "a pass is due") return;
      const auto field = [&](std::string_view name) {
        return std::get<std::string>(std::ranges::find(record.fields, name, &LogField::name)->value);
      };
      using enum core::Trigger;
      const auto why = std::ranges::find(all_triggers, field("op"), [](core::Trigger each) { return to_string(each); });
      watches.at(field("cloud")).begins(*why, clock.now(), " of " + field("cloud") + where());
      ++passes_by[*why];
    };
    return {.clock = clock,
            .random = random,
            .files = files,
            .environment = os::Environment({{"PASSWORD", "secret"}, {"XDG_CACHE_HOME", "/cache"}}),
            .blocking = *blocking,
            .stop = end,
            .user = "retouch@test",
            .log = Log(sink, LogLevel::debug),
            .make_transport = world.make_transport,
            .observer = world.observer};
  }
  void one_process(const std::function<task<void>(Engine&)>& live) {
    async::Stop end;
    reconcile::World mine = world_of(end);
    EngineParts given = parts();
    given.beat.every = 1h;  // nothing but due times and news wakes the scheduler
    given.told = [this](const PassOutcome& outcome) {
      const CloudOutcome& of = outcome.clouds.front();
      watches.at(of.cloud).ends(of, clock.now(), " of " + of.cloud + where());
    };
    Engine subject(std::move(given), metrics, mine);
    for (auto& [name, watch] : watches) {
      watch.process_starts(clock.now());
      if (watch.completed() <= files_changed + 61s) watch.give_reason();  // seen once a minute
    }
    retouch::test::run(
        [&]() -> task<void> {
          co_await async::join_all({[&]() -> task<void> { co_await subject.run(); },
                                    [&]() -> task<void> {
                                      co_await live(subject);
                                      end.request();
                                    }});
        },
        &clock);
    std::vector<Mono> made_up;
    for (auto& [name, watch] : watches) {
      if (const auto began = watch.made_up_for()) made_up.push_back(*began);
      watch.process_ends();
    }
    if (made_up.size() == watches.size()) {
      const auto [first, last] = std::ranges::minmax(made_up);
      EXPECT_GE(last - first, Duration(1s)) << "a stampede after a restart" << where();
      ++made_up_together;
    }
    ++processes;
  }

  static constexpr core::Trigger all_triggers[] = {core::Trigger::interval, core::Trigger::source,
                                                   core::Trigger::webhook, core::Trigger::reload,
                                                   core::Trigger::command};
  sandbox::Cloud east{retouch::test::simulated(6), clock};
  std::uint64_t seed;
  SeededRandom draw{seed};
  std::vector<Wished> images{{"image-1", "lab", &cloud},  {"image-2", "lab", &cloud}, {"image-3", "more", &cloud},
                             {"image-4", "more", &cloud}, {"image-5", "west", &east}, {"image-6", "west", &east}};
  std::map<std::string, PassWatch> watches{{"lab", {}}, {"more", {}}, {"west", {}}};
  std::map<core::Trigger, std::int64_t> passes_by;
  std::array<Account, 2> accounts{{{&cloud}, {&east}}};
  std::string what = "start";
  Mono files_changed{};
  std::int64_t steps = 0, processes = 0, distros = 0, made_up_together = 0;
};

}  // namespace retouch::service::test_fixture
