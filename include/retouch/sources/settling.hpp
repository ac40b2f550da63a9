// When a directory that changes is worth reading: not in the middle of a write.
#pragma once

#include <optional>

#include "retouch/async/clock.hpp"
#include "retouch/os/watch.hpp"

namespace retouch::sources {

struct SettlingRules {
  Duration quiet = std::chrono::milliseconds(500);  // without a further change
  Duration longest = std::chrono::seconds(5);       // after the first change, however much follows
  Duration anyway = std::chrono::seconds(60);       // without any change: not every filesystem tells of its own
};

// Pure: the decision alone.
class Settling {
 public:
  Settling(SettlingRules rules, Mono now) : rules_(rules), due_(now + rules.anyway) {}
  void changed(Mono now);
  Mono due() const { return due_; }

 private:
  SettlingRules rules_;
  std::optional<Mono> first_{};
  Mono due_;
};

// Returns when the directory is to be read. An error of the watch: it sees nothing any more.
task<Result<void>> wait_until_settled(os::Watch& watch, async::Clock& clock, SettlingRules rules = {});

}  // namespace retouch::sources
