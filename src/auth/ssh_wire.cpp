#include "ssh_wire.hpp"

namespace retouch::auth {

std::optional<std::uint8_t> SshReader::byte() {
  if (data_.empty()) return std::nullopt;
  const auto value = static_cast<std::uint8_t>(data_.front());
  data_.remove_prefix(1);
  return value;
}

std::optional<std::uint32_t> SshReader::number() {
  if (data_.size() < 4) return std::nullopt;
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | *byte();
  return value;
}

std::optional<std::string_view> SshReader::text() {
  const auto size = number();
  if (!size || *size > data_.size()) return std::nullopt;
  const auto value = data_.substr(0, *size);
  data_.remove_prefix(*size);
  return value;
}

std::optional<std::string_view> SshReader::integer() {
  auto value = text();
  if (!value || (!value->empty() && (value->front() & 0x80) != 0)) return std::nullopt;
  while (!value->empty() && value->front() == '\0') value->remove_prefix(1);
  return value;
}

void put_number(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
}

void put_text(std::string& out, std::string_view text) {
  put_number(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

void put_integer(std::string& out, std::string_view magnitude) {
  while (!magnitude.empty() && magnitude.front() == '\0') magnitude.remove_prefix(1);
  const bool needs_zero = !magnitude.empty() && (magnitude.front() & 0x80) != 0;  // else it would be negative
  put_number(out, static_cast<std::uint32_t>(magnitude.size() + (needs_zero ? 1 : 0)));
  if (needs_zero) out += '\0';
  out += magnitude;
}

}  // namespace retouch::auth
