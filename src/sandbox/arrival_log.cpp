#include "retouch/sandbox/arrival_log.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "retouch/base/text.hpp"

namespace retouch::sandbox {
namespace {

bool matches(const Arrival& arrival, const ArrivalFilter& filter) {
  return (filter.service.empty() || filter.service == arrival.service) &&
         (filter.method.empty() || filter.method == arrival.method) &&
         (filter.path.empty() || glob_match(filter.path, arrival.path)) &&
         (filter.image_id.empty() || filter.image_id == arrival.image_id) &&
         (!filter.status || *filter.status == arrival.status);
}

double seconds(Duration value) { return std::chrono::duration<double>(value).count(); }

}  // namespace

std::uint64_t ArrivalLog::add(Arrival arrival) {
  if (arrivals_.size() >= capacity) arrivals_.pop_front();
  arrival.number = next_++;
  arrivals_.push_back(std::move(arrival));
  return arrivals_.back().number;
}

Arrival* ArrivalLog::find(std::uint64_t number) {
  if (arrivals_.empty() || number < arrivals_.front().number || number > arrivals_.back().number) return nullptr;
  return &arrivals_[static_cast<std::size_t>(number - arrivals_.front().number)];
}

void ArrivalLog::clear() { arrivals_.clear(); }

std::deque<Arrival> ArrivalLog::select(const ArrivalFilter& filter) const {
  std::deque<Arrival> chosen;
  std::copy_if(arrivals_.begin(), arrivals_.end(), std::back_inserter(chosen),
               [&](const Arrival& arrival) { return matches(arrival, filter); });
  return chosen;
}

std::size_t ArrivalLog::count(const ArrivalFilter& filter) const {
  return static_cast<std::size_t>(std::count_if(arrivals_.begin(), arrivals_.end(),
                                                [&](const Arrival& arrival) { return matches(arrival, filter); }));
}

std::size_t ArrivalLog::busiest(const ArrivalFilter& filter, Duration window) const {
  const std::deque<Arrival> chosen = select(filter);
  std::size_t most = 0;
  std::size_t begin = 0;
  for (std::size_t end = 0; end < chosen.size(); ++end) {
    while (chosen[end].at - chosen[begin].at >= window) ++begin;
    most = std::max(most, end - begin + 1);
  }
  return most;
}

Duration ArrivalLog::span(const ArrivalFilter& filter) const {
  const std::deque<Arrival> chosen = select(filter);
  return chosen.size() < 2 ? Duration{} : chosen.back().at - chosen.front().at;
}

std::size_t ArrivalLog::before_retry_after(const ArrivalFilter& filter, Duration grace) const {
  // Answers in the order they were given, so that one sweep over the arrivals suffices.
  std::vector<std::pair<Mono, Mono>> pauses;
  for (const Arrival& arrival : arrivals_) {
    if (arrival.retry_after && arrival.answered) {
      pauses.emplace_back(*arrival.answered + grace, *arrival.answered + *arrival.retry_after);
    }
  }
  std::sort(pauses.begin(), pauses.end());
  std::size_t early = 0;
  std::size_t next = 0;
  Mono until{};
  for (const Arrival& arrival : select(filter)) {
    while (next < pauses.size() && pauses[next].first < arrival.at) until = std::max(until, pauses[next++].second);
    if (arrival.at < until) ++early;
  }
  return early;
}

std::size_t ArrivalLog::most_in_flight_per_image(const ArrivalFilter& filter) const {
  struct Edge {
    Mono at;
    int change;
    bool operator<(const Edge& other) const { return at != other.at ? at < other.at : change < other.change; }
  };
  std::map<std::string, std::vector<Edge>> images;
  for (const Arrival& arrival : select(filter)) {
    if (arrival.image_id.empty() || !arrival.answered) continue;
    images[arrival.image_id].push_back({arrival.at, 1});
    images[arrival.image_id].push_back({*arrival.answered, -1});
  }
  int most = 0;
  for (auto& [id, edges] : images) {
    std::sort(edges.begin(), edges.end());
    int running = 0;
    for (const Edge& edge : edges) most = std::max(most, running += edge.change);
  }
  return static_cast<std::size_t>(most);
}

Json ArrivalLog::statistics(const ArrivalFilter& filter, Duration grace) const {
  std::map<std::string, std::size_t> statuses, methods;
  std::size_t throttled = 0, applied = 0, identity = 0;
  for (const Arrival& arrival : select(filter)) {
    ++statuses[std::to_string(arrival.status)];
    ++methods[arrival.method];
    throttled += arrival.throttled ? 1 : 0;
    applied += arrival.applied ? 1 : 0;
    identity += arrival.service == "identity" ? 1 : 0;
  }
  return {{"requests", count(filter)},
          {"by_status", statuses},
          {"by_method", methods},
          {"throttled", throttled},
          {"applied", applied},
          {"identity_requests", identity},
          {"span_seconds", seconds(span(filter))},
          {"busiest_second", busiest(filter, std::chrono::seconds(1))},
          {"busiest_tenth", busiest(filter, std::chrono::milliseconds(100))},
          {"before_retry_after", before_retry_after(filter, grace)},
          {"most_in_flight_per_image", most_in_flight_per_image(filter)}};
}

Json ArrivalLog::to_json(const Arrival& arrival, Mono origin) {
  Json out = {{"number", arrival.number},
              {"seconds", seconds(arrival.at - origin)},
              {"time", format_rfc3339_ms(arrival.wall)},
              {"service", arrival.service},
              {"method", arrival.method},
              {"path", arrival.path},
              {"query", arrival.query},
              {"image_id", arrival.image_id},
              {"status", arrival.status},
              {"applied", arrival.applied},
              {"throttled", arrival.throttled},
              {"fault", arrival.fault}};
  if (arrival.answered) out["answered_seconds"] = seconds(*arrival.answered - origin);
  if (arrival.retry_after) out["retry_after_seconds"] = seconds(*arrival.retry_after);
  return out;
}

}  // namespace retouch::sandbox
