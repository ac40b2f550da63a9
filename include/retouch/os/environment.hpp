// The process environment as a value: read once at composition, injected everywhere.
#pragma once

#include <map>
#include <optional>
#include <string>

namespace retouch::os {

class Environment {
 public:
  Environment() = default;
  explicit Environment(std::map<std::string, std::string> variables) : variables_(std::move(variables)) {}
  static Environment of_process();

  std::optional<std::string> get(const std::string& name) const;  // set and not empty
  const std::map<std::string, std::string>& all() const { return variables_; }

 private:
  std::map<std::string, std::string> variables_;
};

}  // namespace retouch::os
