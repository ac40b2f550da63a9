#include "seen_ids.hpp"

#include <functional>
#include <utility>

namespace retouch::providers {
namespace {

constexpr std::uint64_t listing_mask = 0xff;

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

}  // namespace

SeenIds::Slot& SeenIds::place(std::uint64_t high, std::uint64_t low) {
  std::size_t at = high & (slots_.size() - 1);
  while (slots_[at].low != 0 && (slots_[at].high != high || (slots_[at].low ^ low) > listing_mask)) {
    at = (at + 1) & (slots_.size() - 1);
  }
  return slots_[at];
}

void SeenIds::grow() {
  const auto old = std::exchange(slots_, std::vector<Slot>(slots_.empty() ? 64 : slots_.size() * 2));
  for (const auto& slot : old) {
    if (slot.low != 0) place(slot.high, slot.low) = slot;
  }
}

SeenIds::Seen SeenIds::note(std::string_view id, std::uint8_t listing) {
  if ((size_ + 1) * 10 > slots_.size() * 7) grow();
  const auto high = static_cast<std::uint64_t>(std::hash<std::string_view>{}(id));
  const auto low = (fnv1a(id) & ~listing_mask) | listing;
  auto& slot = place(high, low);
  const auto before = slot.low;
  slot = {high, low};
  if (before == 0) {
    ++size_;
    return Seen::never;
  }
  return (before & listing_mask) == listing ? Seen::in_this_listing : Seen::in_an_earlier_listing;
}

}  // namespace retouch::providers
