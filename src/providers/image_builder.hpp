// One image that is filled again and again: a list of 100,000 images costs the memory of one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retouch/core/image.hpp"

namespace retouch::providers {

// What turns the attributes of an answer into a core::Image; the only thing in which the families' lists differ.
struct ImageRules {
  std::string project_id{};  // images of this owner are our own
  bool pair_tags = false;    // `tags` is a list of "key=value" (IMS): becomes a map
  bool maps = false;         // attributes that are objects are kept (Triton: tags, requirements)
  bool bare_list = false;    // a list is an array, without an object around it (Triton)
};

class ImageBuilder {
 public:
  // Of one image's names and values as they stand in the answer, blanks not counted.
  static constexpr std::size_t max_bytes = 1u << 20;
  // Clouds allow some 128 properties. The search for a name out of order is linear, so there must be an end.
  static constexpr std::size_t max_attributes = 4096;

  explicit ImageBuilder(ImageRules rules) : rules_(std::move(rules)) {}

  void begin();
  // Counts what the image takes in the answer; false = more than max_bytes.
  [[nodiscard]] bool count(std::size_t bytes);
  bool is_full() const { return set_ >= max_attributes; }
  // The last of several values for one name counts. What is never set, is null or nested deeper stays absent.
  void set_null(std::string_view name);
  void set_bool(std::string_view name, bool value);
  void set_integer(std::string_view name, std::int64_t value);
  void set_text(std::string_view name, std::string_view value);
  void set_list(std::string_view name, std::vector<std::string> items);
  void set_map(std::string_view name, const Json& object);
  // nullptr when there is no id. The image is valid until begin(); the caller copies what it keeps.
  const core::Image* finish();
  // Of the image that finish() returned: for an answer that holds one alone.
  core::Image take() { return std::move(image_); }

 private:
  using Attributes = decltype(core::Image::attributes);
  // One attribute of the map, and the number of the image that set it last.
  struct Slot {
    Attributes::iterator at;
    std::uint64_t image;
  };
  core::Value& slot(std::string_view name);
  std::vector<Slot>::iterator find_slot(std::string_view name);
  void drop_what_was_not_set();
  void pair_tags();

  ImageRules rules_;
  core::Image image_;
  // In the order of the answer. The images of a list have nearly the same attributes in nearly the same order, so the
  // next one expected is nearly always right: no search, no allocation.
  std::vector<Slot> slots_;
  std::size_t expected_ = 0;
  std::uint64_t number_ = 0;  // of the image
  std::size_t bytes_ = 0, set_ = 0;
};

}  // namespace retouch::providers
