// A text that must not be shown: tokens, passwords, keys.
#pragma once

#include <string>
#include <string_view>

namespace retouch {

// Has no operator<<, no formatter and no comparison operator, so that it reaches an output only through reveal(), which
// a reviewer can grep for. Wiped when it goes.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept;
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret() { wipe(); }

  // The value, for the one place that sends, signs or hashes it.
  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }
  // Compares in time that does not depend on where the texts differ.
  bool equals(const Secret& other) const;

 private:
  void wipe();
  std::string value_;
};

}  // namespace retouch
