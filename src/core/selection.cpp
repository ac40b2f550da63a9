#include "retouch/core/selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace retouch::core {

namespace {

constexpr std::size_t not_kept = std::numeric_limits<std::size_t>::max();

const Criterion* exact_names(const Selector& selector) {
  const auto it =
      std::ranges::find_if(selector.criteria, [](const Criterion& c) { return c.attribute == "name" && !c.or_absent; });
  return it == selector.criteria.end() ? nullptr : &*it;
}

bool by_id_alone(const Selector& selector) { return !selector.ids.empty(); }

std::string birth_of(const Image& image) {
  std::string published = image.text("published_at");
  return published.empty() ? image.text("created_at") : published;
}

std::string list_ids(const std::vector<std::size_t>& matches, const std::vector<Image>& images) {
  constexpr std::size_t shown = 5;
  std::string out;
  for (std::size_t i = 0; i < matches.size() && i < shown; ++i) {
    out += (i == 0 ? "" : ", ") + images[matches[i]].id;
  }
  if (matches.size() > shown) out += fmt::format(" and {} more", matches.size() - shown);
  return out;
}

Resolution newest_of(const std::vector<std::size_t>& matches, const std::vector<Image>& images) {
  // Both APIs write times as ISO 8601 in UTC, which sorts as text.
  const auto newest = std::ranges::max_element(matches, {}, [&](std::size_t index) { return birth_of(images[index]); });
  const std::string birth = birth_of(images[*newest]);
  std::vector<std::size_t> tied;
  std::ranges::copy_if(matches, std::back_inserter(tied), [&](std::size_t i) { return birth_of(images[i]) == birth; });
  if (tied.size() == 1) return {.images = tied, .unresolved = {}};
  return {.images = {},
          .unresolved = fmt::format("the newest cannot be told: {} images are of {}: {}; select by id or name one more "
                                    "attribute",
                                    tied.size(), birth.empty() ? "an unknown time" : birth, list_ids(tied, images))};
}

}  // namespace

Selection::Selection(std::span<const DesiredEntry> entries) : entries_(entries), matches_(entries.size()) {
  bool all_by_id = !entries.empty();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Selector& select = entries[i].select;
    any_owner_ = any_owner_ || select.any_owner || !select.owners.empty();
    if (by_id_alone(select)) {
      for (const std::string& id : select.ids) by_id_[id].push_back(i);
      only_ids_.insert(only_ids_.end(), select.ids.begin(), select.ids.end());
      continue;
    }
    all_by_id = false;
    if (const Criterion* names = exact_names(select)) {
      for (const std::string& name : names->any_of) by_name_[name].push_back(i);
    } else {
      others_.push_back(i);
    }
  }
  if (!all_by_id) only_ids_.clear();
}

void Selection::test(std::size_t entry, const Image& image, std::size_t& kept_at) {
  if (!entries_[entry].select.matches(image)) return;
  if (!matches_[entry].empty() && matches_[entry].back() == kept_at) return;  // its selector names this value twice
  if (kept_at == not_kept) {
    kept_at = images_.size();
    images_.push_back(image);
  }
  matches_[entry].push_back(kept_at);
}

void Selection::offer(const Image& image) {
  std::size_t kept_at = not_kept;
  const auto try_all = [&](const std::vector<std::size_t>& candidates) {
    for (const std::size_t entry : candidates) test(entry, image, kept_at);
  };
  if (const auto it = by_id_.find(image.id); it != by_id_.end()) try_all(it->second);
  if (!by_name_.empty()) {
    const Value* name = image.find("name");
    if (const auto* text = name == nullptr ? nullptr : std::get_if<std::string>(name)) {
      if (const auto it = by_name_.find(*text); it != by_name_.end()) try_all(it->second);
    }
  }
  try_all(others_);
}

Resolution resolve_match(const DesiredEntry& entry, const std::vector<std::size_t>& matches,
                         const std::vector<Image>& images) {
  if (matches.empty()) {
    if (entry.optional) return {};
    return {.images = {}, .unresolved = "no image has " + entry.select.describe()};
  }
  switch (entry.match) {
    case Match::all:
      if (entry.max && std::ssize(matches) > *entry.max) {
        return {.images = {},
                .unresolved = fmt::format("{} images have {}, more than `max: {}` allows", matches.size(),
                                          entry.select.describe(), *entry.max)};
      }
      return {.images = matches, .unresolved = {}};
    case Match::newest:
      return newest_of(matches, images);
    case Match::one:
      break;
  }
  if (matches.size() == 1) return {.images = matches, .unresolved = {}};
  return {.images = {},
          .unresolved = fmt::format("{} images have {}: {}; select by id, or say `match: newest` or `match: all`",
                                    matches.size(), entry.select.describe(), list_ids(matches, images))};
}

}  // namespace retouch::core
