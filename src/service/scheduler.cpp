#include "retouch/service/scheduler.hpp"

#include <algorithm>
#include <vector>

#include "retouch/async/interrupt.hpp"
#include "retouch/async/timeout.hpp"

namespace retouch::service {

namespace {

// A pass that is due and could begin, and does not for this long, is a scheduler that is stuck.
constexpr Duration patience = std::chrono::seconds(30);

task<Result<void>> notified(async::Condition& condition) {
  co_await condition.wait();
  co_return Result<void>{};
}

task<Result<void>> closed(async::Gate& gate) {
  co_await gate.close();
  co_return Result<void>{};
}

}  // namespace

Scheduler::Scheduler(async::Clock& clock, Random& random, const async::Stop& stop, std::size_t width, Work work,
                     Beat beat)
    : clock_(clock),
      random_(random),
      stop_(stop),
      width_(std::max<std::size_t>(1, width)),
      work_(std::move(work)),
      beat_(std::move(beat)) {}

void Scheduler::set(const std::string& cloud, core::ScheduleRules rules, core::LastPass last) {
  const Mono now = clock_.now();
  if (const auto it = jobs_.find(cloud); it != jobs_.end()) {
    it->second.schedule.change(rules, now, random_.unit());
  } else {
    jobs_.emplace(cloud, Job{.schedule = core::Schedule(rules, last, clock_.wall(), now, random_.unit()),
                             .generation = ++generations_});
  }
  changed_.notify_all();
}

void Scheduler::remove(const std::string& cloud) {
  jobs_.erase(cloud);
  changed_.notify_all();
}

void Scheduler::trigger(const std::string& cloud, core::Trigger why) {
  const auto it = jobs_.find(cloud);
  if (it == jobs_.end()) return;
  it->second.schedule.trigger(why, clock_.now());
  changed_.notify_all();
}

std::optional<Mono> Scheduler::due(const std::string& cloud) const {
  const auto it = jobs_.find(cloud);
  if (it == jobs_.end() || it->second.schedule.running()) return std::nullopt;
  return it->second.schedule.due();
}

bool Scheduler::running(const std::string& cloud) const {
  const auto it = jobs_.find(cloud);
  return it != jobs_.end() && it->second.schedule.running();
}

std::int64_t Scheduler::failures(const std::string& cloud) const {
  const auto it = jobs_.find(cloud);
  return it == jobs_.end() ? 0 : it->second.schedule.failures();
}

Scheduler::Ticket Scheduler::next_ticket(const std::string& cloud) const {
  const auto it = jobs_.find(cloud);
  return it == jobs_.end() ? 0 : it->second.begun + 1;
}

task<void> Scheduler::pass_ended(std::string cloud, Ticket ticket) {
  while (!stop_.requested()) {
    const auto it = jobs_.find(cloud);
    if (it == jobs_.end() || it->second.ended >= ticket) co_return;
    auto waiting = notified(changed_);
    co_await async::unless_stopped(stop_, std::move(waiting));
  }
}

task<void> Scheduler::run() {
  const auto executor = co_await asio::this_coro::executor;
  while (!stop_.requested()) {
    begin_what_is_due(executor);
    if (beat_.alive && !overdue(clock_.now())) beat_.alive();
    auto woken = notified(changed_);
    auto bounded = async::with_deadline(clock_, next_look(clock_.now()), std::move(woken), "change");
    co_await async::unless_stopped(stop_, std::move(bounded));
  }
  co_await drain();
}

// Whoever wants to know whether we live is still told.
task<void> Scheduler::drain() {
  for (;;) {
    if (beat_.alive) beat_.alive();
    auto closing = closed(gate_);
    const auto ended = co_await async::with_deadline(clock_, clock_.now() + beat_.every, std::move(closing), "end");
    if (ended) co_return;
  }
}

void Scheduler::begin_what_is_due(asio::any_io_executor executor) {
  const Mono now = clock_.now();
  std::vector<std::pair<Mono, std::string>> due;
  std::size_t running = 0;
  for (const auto& [cloud, job] : jobs_) {
    if (job.schedule.running()) {
      ++running;
    } else if (job.schedule.due() <= now) {
      due.emplace_back(job.schedule.due(), cloud);
    }
  }
  std::ranges::sort(due);
  for (const auto& [when, cloud] : due) {
    if (running++ >= width_) return;
    Job& job = jobs_.find(cloud)->second;
    const core::Trigger why = job.schedule.why();
    job.schedule.began(now);
    ++job.begun;
    gate_.spawn(executor,
                [this, name = cloud, why, generation = job.generation] { return pass(name, why, generation); });
  }
}

task<void> Scheduler::pass(std::string cloud, core::Trigger why, std::uint64_t generation) {
  const PassEnded ended = co_await work_(cloud, why);
  if (const auto it = jobs_.find(cloud); it != jobs_.end() && it->second.generation == generation) {
    it->second.schedule.ended(ended.failed, ended.not_before, clock_.now(), random_.unit());
    ++it->second.ended;
  }
  changed_.notify_all();
}

Mono Scheduler::next_look(Mono now) const {
  Mono next = now + beat_.every;
  std::size_t running = 0;
  for (const auto& [cloud, job] : jobs_) running += job.schedule.running() ? 1 : 0;
  if (running >= width_) return next;  // whoever ends wakes us
  for (const auto& [cloud, job] : jobs_) {
    if (!job.schedule.running()) next = std::min(next, job.schedule.due());
  }
  return next;
}

// Only of what could run: who waits for a place is not forgotten.
bool Scheduler::overdue(Mono now) const {
  std::size_t running = 0;
  for (const auto& [cloud, job] : jobs_) running += job.schedule.running() ? 1 : 0;
  if (running >= width_) return false;
  return std::ranges::any_of(jobs_, [now](const auto& entry) {
    return !entry.second.schedule.running() && now - entry.second.schedule.due() > patience;
  });
}

}  // namespace retouch::service
