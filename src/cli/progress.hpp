// A bar on the terminal while images are changed; nothing elsewhere.
#pragma once

#include "retouch/async/clock.hpp"
#include "retouch/cli/app.hpp"
#include "retouch/reconcile/apply_pass.hpp"

namespace retouch::cli {

class ProgressBar {
 public:
  ProgressBar(Console& console, const async::Clock& clock) : console_(console), clock_(clock), started_(clock.now()) {}
  ~ProgressBar();  // clears its line
  void show(const reconcile::Progress& progress);

 private:
  Console& console_;
  const async::Clock& clock_;
  Mono started_;
  Mono next_{};  // not drawn more than ten times a second
  bool drawn_ = false;
};

// "[=====>    ] 50/100 images, 2 failed, 12s left"
std::string bar_line(const reconcile::Progress& progress, Duration elapsed, std::size_t width = 24);

}  // namespace retouch::cli
