// Ranges of API versions as restify reads them from Accept-Version (protocols/triton.md 2).
#include <algorithm>
#include <charconv>
#include <limits>

#include "retouch/base/text.hpp"
#include "retouch/sandbox/cloudapi_answer.hpp"

namespace retouch::sandbox {
namespace {

constexpr int endless = std::numeric_limits<int>::max();

// `8`, `8.x`, `7.2`, `7.2.0`: how many of the three numbers are there.
struct Partial {
  ApiVersion version{};
  int given = 0;

  // The first version behind all that the first `kept` numbers stand for.
  ApiVersion behind(int kept) const {
    if (kept <= 0) return {endless, 0, 0};
    ApiVersion out{};
    for (int i = 0; i < kept; ++i) out[static_cast<std::size_t>(i)] = version[static_cast<std::size_t>(i)];
    ++out[static_cast<std::size_t>(kept - 1)];
    return out;
  }
};

std::optional<Partial> parse_partial(std::string_view text) {
  Partial out;
  if (text.starts_with('v')) text.remove_prefix(1);
  if (text.empty()) return out;
  for (const std::string& part : split(text, '.')) {
    if (part == "*" || part == "x" || part == "X") return out;
    if (out.given == 3 || part.empty()) return std::nullopt;
    int& number = out.version[static_cast<std::size_t>(out.given++)];
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
    if (error != std::errc() || end != part.data() + part.size()) return std::nullopt;
  }
  return out;
}

}  // namespace

std::optional<VersionRange::Span> VersionRange::parse_comparator(std::string_view text) {
  std::string_view sign = text.substr(0, text.find_first_not_of("~^<>="));
  const std::optional<Partial> partial = parse_partial(text.substr(sign.size()));
  if (!partial) return std::nullopt;
  const ApiVersion version = partial->version;
  const int given = partial->given;
  if (sign.empty() || sign == "=") return Span{version, partial->behind(given)};
  if (sign == "~" || sign == "~>") return Span{version, partial->behind(std::min(given, 2))};
  if (sign == "^") return Span{version, partial->behind(std::min(given, 1))};
  if (sign == ">=") return Span{version, {endless, 0, 0}};
  if (sign == ">") return Span{partial->behind(given), {endless, 0, 0}};
  if (sign == "<=") return Span{{}, partial->behind(given)};
  if (sign == "<") return Span{{}, version};
  return std::nullopt;
}

std::optional<VersionRange> VersionRange::parse(std::string_view text) {
  VersionRange out;
  std::string rest(text);
  for (std::size_t at; (at = rest.find("||")) != std::string::npos;) rest.replace(at, 2, "\n");
  for (const std::string& alternative : split(rest, '\n')) {
    Span span{{}, {endless, 0, 0}};
    for (const std::string& word : split(trim(alternative), ' ')) {
      const auto part = parse_comparator(word);
      if (!part) return std::nullopt;
      span.from = std::max(span.from, part->from);
      span.to = std::min(span.to, part->to);
    }
    out.spans_.push_back(span);
  }
  return out;
}

bool VersionRange::contains(ApiVersion version) const {
  return std::any_of(spans_.begin(), spans_.end(),
                     [&](const Span& span) { return span.from <= version && version < span.to; });
}

bool VersionRange::shows(ApiVersion version) const {
  return contains(version) ||
         std::all_of(spans_.begin(), spans_.end(), [&](const Span& span) { return version < span.from; });
}

}  // namespace retouch::sandbox
