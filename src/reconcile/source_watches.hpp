// When a source is to be looked at again.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "retouch/config/settings.hpp"
#include "retouch/os/watch.hpp"
#include "retouch/reconcile/world.hpp"

namespace retouch::reconcile {

class SourceWatches {
 public:
  // Of one source, one at a time. The first call for a directory returns at once: what happened to it before it was
  // watched is not known.
  task<void> wait(config::Source source, World& world);
  void clear() { watches_.clear(); }

 private:
  std::map<std::string, std::unique_ptr<os::Watch>> watches_;  // by path
};

}  // namespace retouch::reconcile
