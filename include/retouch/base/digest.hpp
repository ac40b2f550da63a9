// Hashes and codings, over libcrypto's EVP (no TLS here: that is the http layer's).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace retouch {

using Sha256 = std::array<std::uint8_t, 32>;

Sha256 sha256(std::string_view data);
Sha256 hmac_sha256(std::string_view key, std::string_view data);

std::string hex(std::span<const std::uint8_t> bytes);  // lower case
std::string sha256_hex(std::string_view data);
std::string base64(std::span<const std::uint8_t> bytes);
std::optional<std::string> base64_decode(std::string_view text);

// In time that does not depend on where they differ.
bool equal_constant_time(std::string_view a, std::string_view b);

}  // namespace retouch
