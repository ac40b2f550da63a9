#include "tree_builder.hpp"

namespace retouch::providers {

void TreeBuilder::begin(Json container) {
  if (open_.empty()) {
    root_ = std::move(container);
    open_.push_back(&root_);
  } else {
    // Stays where it is: its container takes no other item before this one has ended.
    open_.push_back(&place(std::move(container)));
  }
}

void TreeBuilder::end() { open_.pop_back(); }

void TreeBuilder::add(Json value) { place(std::move(value)); }

Json& TreeBuilder::place(Json value) {
  auto& container = *open_.back();
  if (container.is_object()) return container[name_] = std::move(value);
  container.push_back(std::move(value));
  return container.back();
}

}  // namespace retouch::providers
