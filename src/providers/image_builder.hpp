// One image that is filled again and again: a list of 100,000 images costs the memory of one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "retouch/core/image.hpp"

namespace retouch::providers {

// What turns the attributes of an answer into a core::Image; the only thing in which the families' lists differ.
struct ImageRules {
  std::string project_id{};  // images of this owner are our own
  bool pair_tags = false;    // `tags` is a list of "key=value" (IMS): becomes a map
};

class ImageBuilder {
 public:
  // Of one image's names and values as they stand in the answer, blanks not counted.
  static constexpr std::size_t max_bytes = 1u << 20;

  explicit ImageBuilder(ImageRules rules) : rules_(std::move(rules)) {}

  void begin();
  // Counts what the image takes in the answer; false = more than max_bytes.
  [[nodiscard]] bool count(std::size_t bytes);
  // The last of several values for one name counts. What is never set, is null or nested deeper stays absent.
  void set_null(std::string_view name);
  void set_bool(std::string_view name, bool value);
  void set_integer(std::string_view name, std::int64_t value);
  void set_text(std::string_view name, std::string_view value);
  void set_list(std::string_view name, std::vector<std::string> items);
  // nullptr when there is no id. The image is valid until begin(); the caller copies what it keeps.
  const core::Image* finish();

 private:
  using Attributes = decltype(core::Image::attributes);
  core::Value& slot(std::string_view name);
  void pair_tags();

  ImageRules rules_;
  core::Image image_;
  Attributes spare_;  // nodes of the image before, taken over by name: most images of a list have the same attributes
  std::size_t bytes_ = 0;
};

}  // namespace retouch::providers
