// Begins each cloud's passes when its schedule says so: one loop for all of them, so that one beat of it proves that
// none is forgotten.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "retouch/async/clock.hpp"
#include "retouch/async/gate.hpp"
#include "retouch/async/semaphore.hpp"
#include "retouch/async/stop.hpp"
#include "retouch/base/random.hpp"
#include "retouch/core/schedule.hpp"

namespace retouch::service {

// What the schedule has to know of a pass that ended.
struct PassEnded {
  bool failed = false;
  std::optional<Duration> not_before{};  // Retry-After
};

class Scheduler {
 public:
  // Runs one pass; must not throw, and ends by itself when a stop is requested.
  using Work = std::function<task<PassEnded>(std::string cloud, core::Trigger why)>;
  // After each round of the loop, in which everything was begun that is due and has a place; at least this often: what
  // feeds the watchdog.
  struct Beat {
    Duration every = std::chrono::seconds(5);
    std::function<void()> alive{};
  };

  // At most `width` passes at a time; the others wait in the order of their due times. All references outlive it.
  Scheduler(async::Clock& clock, Random& random, const async::Stop& stop, std::size_t width, Work work, Beat beat);

  // A new cloud, or new rules for one that is known.
  void set(const std::string& cloud, core::ScheduleRules rules, core::LastPass last);
  void remove(const std::string& cloud);  // a pass under way ends by itself
  void trigger(const std::string& cloud, core::Trigger why);

  // When the next pass of this cloud begins; nullopt: one runs, or there is no such cloud.
  std::optional<Mono> due(const std::string& cloud) const;
  std::size_t passes_running() const { return gate_.running(); }
  // Of the next pass that begins over this cloud.
  using Ticket = std::uint64_t;
  Ticket next_ticket(const std::string& cloud) const;
  // Returns when that pass has ended, or the cloud is gone, or a stop is requested. Whoever wants one takes the ticket
  // and triggers it in one go.
  task<void> pass_ended(std::string cloud, Ticket ticket);

  // Until a stop is requested; then waits for the passes under way.
  task<void> run();

 private:
  struct Job {
    core::Schedule schedule;
    std::uint64_t begun = 0, ended = 0;  // passes
    std::uint64_t generation = 0;        // tells it from one of the same name that was removed
  };
  task<void> pass(std::string cloud, core::Trigger why, std::uint64_t generation);
  task<void> drain();
  void begin_what_is_due(asio::any_io_executor executor);
  bool has_place() const;
  Mono next_look(Mono now) const;

  async::Clock& clock_;
  Random& random_;
  const async::Stop& stop_;
  std::size_t width_;
  Work work_;
  Beat beat_;
  std::map<std::string, Job, std::less<>> jobs_;
  std::uint64_t generations_ = 0;
  async::Condition changed_;  // triggers, new clouds, passes that ended
  async::Gate gate_;
};

}  // namespace retouch::service
