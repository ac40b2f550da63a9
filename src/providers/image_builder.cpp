#include "image_builder.hpp"

namespace retouch::providers {

void ImageBuilder::begin() {
  bytes_ = 0;
  image_.id.clear();
  spare_.clear();
  spare_.swap(image_.attributes);
}

bool ImageBuilder::count(std::size_t bytes) {
  bytes_ += bytes;
  return bytes_ <= max_bytes;
}

core::Value& ImageBuilder::slot(std::string_view name) {
  if (const auto spare = spare_.find(name); spare != spare_.end()) {
    return image_.attributes.insert(spare_.extract(spare)).position->second;
  }
  return image_.attributes.try_emplace(std::string(name)).first->second;
}

void ImageBuilder::set_null(std::string_view name) {
  if (const auto at = image_.attributes.find(name); at != image_.attributes.end()) image_.attributes.erase(at);
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
  if (rules_.pair_tags) pair_tags();
  image_.id = image_.text("id");
  if (image_.id.empty()) return nullptr;
  const auto* owner = image_.find("owner");
  const auto* project = owner ? std::get_if<std::string>(owner) : nullptr;
  image_.own = project && *project == rules_.project_id;
  return &image_;
}

}  // namespace retouch::providers
