#include "retouch/service/scheduler.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "retouch/async/first_of.hpp"

namespace retouch::service {

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

Scheduler::Ticket Scheduler::next_ticket(const std::string& cloud) const {
  const auto it = jobs_.find(cloud);
  return it == jobs_.end() ? 0 : it->second.begun + 1;
}

task<void> Scheduler::pass_ended(std::string cloud, Ticket ticket) {
  while (!stop_.requested()) {
    const auto it = jobs_.find(cloud);
    if (it == jobs_.end() || it->second.ended >= ticket) co_return;
    co_await async::woken_or_stopped(changed_, stop_);
  }
}

task<void> Scheduler::run() {
  const auto executor = co_await asio::this_coro::executor;
  while (!stop_.requested()) {
    begin_what_is_due(executor);
    if (beat_.alive) beat_.alive();
    auto time = clock_.sleep_until(next_look(clock_.now()));
    auto news = async::woken_or_stopped(changed_, stop_);
    co_await async::first_of(std::move(time), std::move(news));
  }
  co_await drain();
}

// Whoever wants to know whether we live is still told.
task<void> Scheduler::drain() {
  while (gate_.running() > 0) {
    if (beat_.alive) beat_.alive();
    auto time = clock_.sleep_for(beat_.every);
    auto end = gate_.close();
    co_await async::first_of(std::move(time), std::move(end));
  }
  co_await gate_.close();
}

void Scheduler::begin_what_is_due(asio::any_io_executor executor) {
  const Mono now = clock_.now();
  std::vector<std::pair<Mono, std::string>> due;
  for (const auto& [cloud, job] : jobs_) {
    if (!job.schedule.running() && job.schedule.due() <= now) due.emplace_back(job.schedule.due(), cloud);
  }
  std::ranges::sort(due);
  for (const auto& [when, cloud] : due) {
    if (!has_place()) return;
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

bool Scheduler::has_place() const {
  const auto running = std::ranges::count_if(jobs_, [](const auto& job) { return job.second.schedule.running(); });
  return std::cmp_less(running, width_);
}

// When all places are taken, whoever ends wakes us.
Mono Scheduler::next_look(Mono now) const {
  Mono next = now + beat_.every;
  if (!has_place()) return next;
  for (const auto& [cloud, job] : jobs_) {
    if (!job.schedule.running()) next = std::min(next, job.schedule.due());
  }
  return next;
}

}  // namespace retouch::service
