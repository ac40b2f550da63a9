#include "fields.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "retouch/base/text.hpp"

namespace retouch::sandbox {

Fields::Fields(const yaml::Value* value, std::string what, Diagnostics& diagnostics)
    : value_(value), what_(std::move(what)), diagnostics_(diagnostics) {
  if (value_ != nullptr && value_->kind != yaml::Kind::mapping) {
    diagnostics_.error(value_->place, fmt::format("{}: expected a mapping, found {}", what_, yaml::describe(*value_)));
    value_ = nullptr;
  }
}

const yaml::Value* Fields::child(std::string_view key) {
  asked_.emplace_back(key);
  const yaml::Value* found = value_ == nullptr ? nullptr : value_->find(key);
  return found == nullptr || found->is_null() ? nullptr : found;
}

std::vector<const yaml::Value*> Fields::children(std::string_view key) {
  std::vector<const yaml::Value*> out;
  const yaml::Value* list = child(key);
  if (list == nullptr) return out;
  if (list->kind != yaml::Kind::sequence) {
    complain(key, "expected a list, found " + yaml::describe(*list));
    return out;
  }
  for (const yaml::Value& item : list->items) out.push_back(&item);
  return out;
}

std::string Fields::text(std::string_view key, std::string otherwise) {
  const yaml::Value* found = child(key);
  if (found == nullptr) return otherwise;
  if (found->kind == yaml::Kind::scalar) return found->text;
  complain(key, "expected a text, found " + yaml::describe(*found));
  return otherwise;
}

std::string Fields::required(std::string_view key) {
  if (child(key) == nullptr) complain(key, "is missing");
  return text(key);
}

long long Fields::integer(std::string_view key, long long otherwise) {
  const yaml::Value* found = child(key);
  if (found == nullptr) return otherwise;
  const auto number = found->as_integer();
  if (!number || *number < 0) complain(key, "expected a number, found " + yaml::describe(*found));
  return std::max(number.value_or(otherwise), 0LL);
}

bool Fields::boolean(std::string_view key, bool otherwise) {
  const yaml::Value* found = child(key);
  if (found == nullptr) return otherwise;
  const auto value = found->as_bool();
  if (!value) complain(key, "expected true or false, found " + yaml::describe(*found));
  return value.value_or(otherwise);
}

Duration Fields::duration(std::string_view key, Duration otherwise) {
  const std::string value = text(key);
  if (value.empty()) return otherwise;
  const bool negative = value.starts_with('-');
  const auto parsed = parse_duration(std::string_view(value).substr(negative ? 1 : 0));
  if (!parsed) complain(key, fmt::format("expected a duration such as 20ms or 1h, found `{}`", value));
  return negative ? -parsed.value_or(Duration{}) : parsed.value_or(otherwise);
}

std::vector<std::string> Fields::texts(std::string_view key) {
  std::vector<std::string> out;
  for (const yaml::Value* item : children(key)) {
    if (item->kind == yaml::Kind::scalar) out.push_back(item->text);
  }
  return out;
}

void Fields::complain(std::string_view key, std::string message) {
  const yaml::Value* at = value_ == nullptr ? nullptr : value_->find_key(key);
  const Place place = at != nullptr ? at->place : value_ != nullptr ? value_->place : Place{};
  diagnostics_.error(place, fmt::format("{}: `{}` {}", what_, key, message));
}

void Fields::finish() {
  if (value_ == nullptr) return;
  for (const auto& [key, member] : value_->members) {
    if (std::find(asked_.begin(), asked_.end(), key.text) != asked_.end()) continue;
    diagnostics_.error(key.place, fmt::format("{}: unknown key `{}`", what_, key.text), did_you_mean(key.text, asked_));
  }
}

}  // namespace retouch::sandbox
