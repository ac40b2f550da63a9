#include "image_builder.hpp"

#include <algorithm>

namespace retouch::providers {

void ImageBuilder::begin() {
  bytes_ = set_ = expected_ = 0;
  ++number_;
}

bool ImageBuilder::count(std::size_t bytes) {
  bytes_ += bytes;
  return bytes_ <= max_bytes;
}

std::vector<ImageBuilder::Slot>::iterator ImageBuilder::find_slot(std::string_view name) {
  const auto at = image_.attributes.find(name);
  if (at == image_.attributes.end()) return slots_.end();
  return std::ranges::find(slots_, at, &Slot::at);
}

core::Value& ImageBuilder::slot(std::string_view name) {
  auto found = slots_.begin() + static_cast<std::ptrdiff_t>(expected_);
  if (found == slots_.end() || found->at->first != name) {
    const auto at = image_.attributes.lower_bound(name);
    if (at != image_.attributes.end() && at->first == name) {
      found = std::ranges::find(slots_, at, &Slot::at);
    } else {
      found = slots_.insert(found, {image_.attributes.try_emplace(at, std::string(name)), number_});
    }
  }
  expected_ = static_cast<std::size_t>(found - slots_.begin()) + 1;
  found->image = number_;
  ++set_;
  return found->at->second;
}

void ImageBuilder::set_null(std::string_view name) {
  if (const auto found = find_slot(name); found != slots_.end()) found->image = 0;
}

void ImageBuilder::drop_what_was_not_set() {
  std::erase_if(slots_, [&](const Slot& slot) {
    if (slot.image == number_) return false;
    image_.attributes.erase(slot.at);
    return true;
  });
}

void ImageBuilder::set_bool(std::string_view name, bool value) { slot(name) = value; }

void ImageBuilder::set_integer(std::string_view name, std::int64_t value) { slot(name) = value; }

void ImageBuilder::set_text(std::string_view name, std::string_view value) {
  auto& held = slot(name);
  if (auto* text = std::get_if<std::string>(&held)) {
    text->assign(value);  // keeps the allocation of the image before
  } else {
    held = std::string(value);
  }
}

void ImageBuilder::set_list(std::string_view name, std::vector<std::string> items) {
  slot(name) = core::make_list(std::move(items));
}

void ImageBuilder::set_map(std::string_view name, const Json& object) {
  core::Map map;
  for (const auto& [key, value] : object.items()) map.emplace(key, core::to_scalar(value));
  slot(name) = std::move(map);
}

// "key=value"; a tag without "=" is a key with an empty value.
void ImageBuilder::pair_tags() {
  const auto at = image_.attributes.find("tags");
  const auto* list = at == image_.attributes.end() ? nullptr : std::get_if<core::List>(&at->second);
  if (!list) return;
  core::Map pairs;
  for (const auto& tag : *list) {
    const auto equals = tag.find('=');
    pairs[tag.substr(0, equals)] = equals == std::string::npos ? std::string{} : tag.substr(equals + 1);
  }
  at->second = std::move(pairs);
}

const core::Image* ImageBuilder::finish() {
  drop_what_was_not_set();
  if (rules_.pair_tags) pair_tags();
  image_.id = image_.text("id");
  if (image_.id.empty()) return nullptr;
  const auto* owner = image_.find("owner");
  const auto* project = owner ? std::get_if<std::string>(owner) : nullptr;
  image_.own = project && *project == rules_.project_id;
  return &image_;
}

}  // namespace retouch::providers
