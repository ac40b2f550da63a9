// Which ids a listing has brought, in 16 bytes each: the only thing that grows with the cloud.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace retouch::providers {

// A hash set of 120-bit hashes with one byte for the listing; that two of a million ids collide has a chance of 1e-24.
class SeenIds {
 public:
  enum class Seen {
    never,
    in_an_earlier_listing,
    in_this_listing,
  };
  // Notes `id` for the listing (from 1) and says what was known of it before.
  Seen note(std::string_view id, std::uint8_t listing);
  std::size_t size() const { return size_; }

 private:
  struct Slot {
    std::uint64_t high = 0;
    std::uint64_t low = 0;  // the last byte is the listing; 0 = the slot is free
  };
  Slot& place(std::uint64_t high, std::uint64_t low);
  void grow();

  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace retouch::providers
