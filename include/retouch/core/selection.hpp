// Which live images the entries select, found while a listing streams by: only what some entry selects is kept, so
// memory grows with the manifests and not with the cloud.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "retouch/core/desired.hpp"

namespace retouch::core {

class Selection {
 public:
  // `entries` must outlive it.
  explicit Selection(std::span<const DesiredEntry> entries);

  // Some entry wants images of others, too.
  bool wants_any_owner() const { return any_owner_; }
  // The ids, when every entry selects by id alone: the listing may stop once all were seen. Empty otherwise.
  const std::vector<std::string>& only_ids() const { return only_ids_; }

  void offer(const Image& image);

  // Indices into images() of what entry `i` selects, in order of arrival.
  const std::vector<std::size_t>& matches_of(std::size_t entry) const { return matches_[entry]; }
  const std::vector<Image>& images() const { return images_; }

 private:
  void test(std::size_t entry, const Image& image, std::size_t& kept_at);

  std::span<const DesiredEntry> entries_;
  // Entries that name ids or names are found by them; only the others are tried on every image.
  std::unordered_map<std::string, std::vector<std::size_t>> by_id_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_name_;
  std::vector<std::size_t> others_;
  bool any_owner_ = false;
  std::vector<std::string> only_ids_;
  std::vector<std::vector<std::size_t>> matches_;
  std::vector<Image> images_;
};

// The images that an entry manages, or why that cannot be said.
struct Resolution {
  std::vector<std::size_t> images;  // indices into Selection::images()
  std::string unresolved;           // empty = resolved
};
// `match` of design.md section 3: one needs exactly one, newest takes the latest created_at/published_at (a tie is
// unresolved), all takes every match. No match is unresolved unless the entry is optional.
Resolution resolve_match(const DesiredEntry& entry, const std::vector<std::size_t>& matches,
                         const std::vector<Image>& images);

}  // namespace retouch::core
