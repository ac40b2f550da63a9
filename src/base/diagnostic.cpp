#include "retouch/base/diagnostic.hpp"

#include <algorithm>
#include <tuple>

#include "retouch/base/printable.hpp"

namespace retouch {

std::string to_string(const Diagnostic& diagnostic) {
  std::string line;
  if (!diagnostic.place.file.empty()) line = printable(to_string(diagnostic.place)) + ": ";
  line += diagnostic.severity == Severity::error ? "error: " : "warning: ";
  line += printable(diagnostic.message);
  if (!diagnostic.hint.empty()) line += " (" + printable(diagnostic.hint) + ")";
  return line;
}

void Diagnostics::error(Place place, std::string message, std::string hint) {
  items_.push_back({Severity::error, std::move(place), std::move(message), std::move(hint)});
}

void Diagnostics::warning(Place place, std::string message, std::string hint) {
  items_.push_back({Severity::warning, std::move(place), std::move(message), std::move(hint)});
}

void Diagnostics::append(const Diagnostics& other) {
  items_.insert(items_.end(), other.items_.begin(), other.items_.end());
}

bool Diagnostics::has_errors() const {
  return std::ranges::any_of(items_, [](const Diagnostic& d) { return d.severity == Severity::error; });
}

bool Diagnostics::has_errors_in(const std::string& file) const {
  return std::ranges::any_of(
      items_, [&](const Diagnostic& d) { return d.severity == Severity::error && d.place.file.text() == file; });
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  // The same complaint of a shared default reaches us once per cloud or item; a reader needs it once.
  std::vector<Diagnostic> result = items_;
  std::ranges::sort(result, [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.place, a.severity, a.message, a.hint) < std::tie(b.place, b.severity, b.message, b.hint);
  });
  const auto repeated = std::ranges::unique(result);
  result.erase(repeated.begin(), repeated.end());
  return result;
}

}  // namespace retouch
