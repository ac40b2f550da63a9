// One source of the keeper: what it last gave, and how it is read and remembered.
#pragma once

#include <optional>
#include <string>

#include "retouch/config/settings.hpp"
#include "retouch/reconcile/world.hpp"
#include "retouch/sources/last_good.hpp"

namespace retouch::reconcile {

class KeptSource {
 public:
  explicit KeptSource(std::string name) { last_.source = std::move(name); }

  // What an earlier process remembered in `document`; once.
  task<void> recall(World& world, std::string document);
  // Looks at the source. What goes wrong is in error().
  task<void> look(const config::Source& source, World& world);
  // True: it is another than at the last look, which has been a moment ago.
  task<bool> look_again(const config::Source& source, World& world);
  // What is in force of it from now on; written to `document` when that is not what is there.
  task<void> keep(sources::LastGood last, World& world, std::string document);

  sources::Renewal renewal() const { return {.last = last_, .fresh = newest_}; }
  const sources::LastGood& last() const { return last_; }
  const std::optional<Error>& error() const { return error_; }
  const std::optional<Wall>& last_success() const { return last_success_; }
  const Diagnostics& notes() const { return notes_; }
  bool was_read() const { return last_success_.has_value(); }
  bool gave_something() const { return !last_.revision.empty() || newest_; }

 private:
  sources::LastGood last_{};
  std::optional<sources::Snapshot> newest_{};  // while it is not what is in force
  std::optional<Error> error_{};
  std::optional<Wall> last_success_{};
  Diagnostics notes_{};
  bool recalled_ = false;
  bool saved_ = false;     // the document says what last_ says
  std::string signers_{};  // that the last look asked for
};

}  // namespace retouch::reconcile
