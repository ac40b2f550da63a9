// Where a word of a file stands: what every complaint about input carries.
#pragma once

#include <compare>
#include <memory>
#include <string>

namespace retouch {

// The name of a file that thousands of places are in: copies share one text. It reads like a std::string.
class FileName {
 public:
  FileName() = default;
  FileName(std::string name) : name_(name.empty() ? nullptr : std::make_shared<const std::string>(std::move(name))) {}
  FileName(const char* name) : FileName(std::string(name)) {}

  const std::string& text() const;  // as long as this lives
  operator const std::string&() const { return text(); }
  bool empty() const { return name_ == nullptr; }

  // By what the name says, whoever shares it.
  bool operator==(const FileName& other) const { return name_ == other.name_ || text() == other.text(); }
  std::strong_ordering operator<=>(const FileName& other) const { return text() <=> other.text(); }

 private:
  std::shared_ptr<const std::string> name_;  // null = ""
};

struct Place {
  FileName file;   // as the user named it; empty = no file (defaults, environment)
  int line = 0;    // from 1; 0 = the whole file
  int column = 0;  // from 1
  auto operator<=>(const Place&) const = default;
};

// "images/ubuntu.yaml:14:5", "images/ubuntu.yaml", or "".
std::string to_string(const Place& place);

}  // namespace retouch
