// The data types of SSH (RFC 4251 5) as key files and the agent use them. Pure; a reader never goes beyond its text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace retouch::auth {

class SshReader {
 public:
  explicit SshReader(std::string_view data) : data_(data) {}

  std::optional<std::uint8_t> byte();
  std::optional<std::uint32_t> number();
  std::optional<std::string_view> text();     // length and bytes
  std::optional<std::string_view> integer();  // a positive mpint, without leading zeros
  std::string_view rest() const { return data_; }
  bool at_end() const { return data_.empty(); }

 private:
  std::string_view data_;
};

void put_number(std::string& out, std::uint32_t value);
void put_text(std::string& out, std::string_view text);
void put_integer(std::string& out, std::string_view magnitude);  // big endian

}  // namespace retouch::auth
