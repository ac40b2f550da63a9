// Values of the configuration by their keys.
#pragma once

#include "check.hpp"
#include "retouch/base/time.hpp"
#include "retouch/os/paths.hpp"

namespace retouch::config {

// Reads what the checker accepted; what it complained about keeps its default.
class Reader {
 public:
  explicit Reader(const yaml::Value* object) : object_(object) {}
  Reader at(std::string_view key) const { return Reader(find(key)); }
  const yaml::Value* find(std::string_view key) const { return object_ ? object_->find(key) : nullptr; }

  void text(std::string_view key, std::string& target) const {
    if (const auto* value = find(key); value && value->kind == yaml::Kind::scalar) target = value->text;
  }
  void path(std::string_view key, const std::string& directory, std::string& target) const {
    text(key, target);
    if (find(key) && !target.empty()) target = os::join_path(directory, target);
  }
  void number(std::string_view key, double& target) const {
    if (const auto* value = find(key)) target = to_number(*value).value_or(target);
  }
  void rate(std::string_view key, double& target) const {
    if (const auto* value = find(key)) target = to_rate(*value).value_or(target);
  }
  template <class T>
  void integer(std::string_view key, T& target) const {
    const auto* value = find(key);
    if (const auto number = value ? value->as_integer() : std::nullopt; number && *number >= 0)
      target = static_cast<T>(*number);
  }
  void boolean(std::string_view key, bool& target) const {
    if (const auto* value = find(key)) target = value->as_bool().value_or(target);
  }
  void duration(std::string_view key, Duration& target) const {
    if (const auto* value = find(key)) target = parse_duration(value->text).value_or(target);
  }
  std::vector<std::string> texts(std::string_view key) const {
    std::vector<std::string> result;
    if (const auto* value = find(key)) {
      for (const auto& item : value->items) result.push_back(item.text);
    }
    return result;
  }

 private:
  const yaml::Value* object_;
};

}  // namespace retouch::config
