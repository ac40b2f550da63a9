// Every request that arrived, and what tests ask about them: rates, windows, what came before a Retry-After was over.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "retouch/base/json.hpp"
#include "retouch/base/time.hpp"

namespace retouch::sandbox {

struct Arrival {
  std::uint64_t number = 0;  // from 1, over both services of a cloud
  Mono at{};
  Wall wall{};
  std::string service{};  // identity | image
  std::string method{}, path{}, query{}, image_id{};
  int status = 0;        // 0 = not answered (yet)
  bool applied = false;  // a write that took effect, whatever its answer was
  bool throttled = false;
  std::optional<Mono> answered{};
  std::optional<Duration> retry_after{};  // what the answer asked for
  std::string fault{};                    // kind of the fault that struck; "" = none
};

// Which arrivals count: empty = all. `path` is a glob.
struct ArrivalFilter {
  std::string service{}, method{}, path{}, image_id{};
  std::optional<int> status{};
};

class ArrivalLog {
 public:
  static constexpr std::size_t capacity = 1'000'000;  // the oldest go first

  std::uint64_t add(Arrival arrival);  // returns its number
  Arrival* find(std::uint64_t number);
  void clear();
  const std::deque<Arrival>& all() const { return arrivals_; }

  std::deque<Arrival> select(const ArrivalFilter& filter) const;
  std::size_t count(const ArrivalFilter& filter) const;
  // The most arrivals in any window of this length.
  std::size_t busiest(const ArrivalFilter& filter, Duration window) const;
  // Last minus first arrival; zero for less than two.
  Duration span(const ArrivalFilter& filter) const;
  // Requests that came while an answer's Retry-After was running, later than `grace` after that answer.
  std::size_t before_retry_after(const ArrivalFilter& filter, Duration grace) const;
  // The most requests that were being worked on at one time on any one image.
  std::size_t most_in_flight_per_image(const ArrivalFilter& filter) const;

  Json statistics(const ArrivalFilter& filter, Duration grace) const;
  static Json to_json(const Arrival& arrival, Mono origin);

 private:
  std::deque<Arrival> arrivals_;
  std::uint64_t next_ = 1;
};

}  // namespace retouch::sandbox
