#include "progress.hpp"

#include <fmt/format.h>

#include <ostream>

namespace retouch::cli {

std::string bar_line(const reconcile::Progress& progress, Duration elapsed, std::size_t width) {
  const double share =
      progress.total == 0 ? 1 : static_cast<double>(progress.done) / static_cast<double>(progress.total);
  const auto filled = static_cast<std::size_t>(share * static_cast<double>(width));
  std::string line = "[" + std::string(filled, '=') + std::string(width - filled, ' ') + "]";
  line += fmt::format(" {}/{} images", progress.done, progress.total);
  if (progress.failed > 0) line += fmt::format(", {} failed", progress.failed);
  if (progress.done > 0 && progress.done < progress.total) {
    const auto left = elapsed / progress.done * (progress.total - progress.done);
    line += ", " + format_duration(std::chrono::ceil<std::chrono::seconds>(left)) + " left";
  }
  return line;
}

ProgressBar::~ProgressBar() {
  if (drawn_) console_.err << "\r\x1b[K" << std::flush;
}

void ProgressBar::show(const reconcile::Progress& progress) {
  if (!console_.interactive) return;
  const Mono now = clock_.now();
  if (now < next_ && progress.done < progress.total) return;
  next_ = now + std::chrono::milliseconds(100);
  console_.err << '\r' << bar_line(progress, now - started_) << "\x1b[K" << std::flush;
  drawn_ = true;
}

}  // namespace retouch::cli
