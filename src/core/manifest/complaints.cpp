#include <fmt/format.h>

#include <algorithm>

#include "resolve.hpp"

namespace retouch::core::manifest {

void Complaints::error(const Place& place, std::string message, std::string hint) {
  add({Severity::error, place, std::move(message), std::move(hint)});
}

void Complaints::warning(const Place& place, std::string message, std::string hint) {
  add({Severity::warning, place, std::move(message), std::move(hint)});
}

void Complaints::add(Diagnostic diagnostic) {
  const auto same = std::ranges::find(items_, diagnostic, &Item::diagnostic);
  if (same == items_.end()) {
    items_.push_back({std::move(diagnostic), {cloud_}});
  } else if (same->clouds.back() != cloud_) {
    same->clouds.push_back(cloud_);
  }
}

bool Complaints::has_errors() const {
  return std::ranges::any_of(items_, [&](const Item& item) {
    return item.diagnostic.severity == Severity::error && item.clouds.back() == cloud_;
  });
}

void Complaints::flush(Diagnostics& diagnostics) const {
  constexpr std::size_t shown = 5;
  for (const auto& [diagnostic, clouds] : items_) {
    const std::vector<std::string> first(clouds.begin(),
                                         clouds.begin() + std::min<std::ptrdiff_t>(std::ssize(clouds), 5));
    auto message =
        fmt::format("{} (cloud{} {}{})", diagnostic.message, clouds.size() == 1 ? "" : "s", fmt::join(first, ", "),
                    clouds.size() > shown ? fmt::format(" and {} more", clouds.size() - shown) : "");
    if (diagnostic.severity == Severity::error) {
      diagnostics.error(diagnostic.place, std::move(message), diagnostic.hint);
    } else {
      diagnostics.warning(diagnostic.place, std::move(message), diagnostic.hint);
    }
  }
}

}  // namespace retouch::core::manifest
