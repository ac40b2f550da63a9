// Hashes and codings, over libcrypto's EVP (no TLS here: that is the http layer's).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct evp_md_ctx_st;  // EVP_MD_CTX of OpenSSL

namespace retouch {

using Sha256 = std::array<std::uint8_t, 32>;

Sha256 sha256(std::string_view data);
Sha256 hmac_sha256(std::string_view key, std::string_view data);

// The same of what comes piece by piece.
class Sha256Sum {
 public:
  Sha256Sum();
  void add(std::string_view piece);
  Sha256 end();  // once

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

std::string hex(std::span<const std::uint8_t> bytes);  // lower case
std::string sha256_hex(std::string_view data);
std::string base64(std::span<const std::uint8_t> bytes);
std::optional<std::string> base64_decode(std::string_view text);

// In time that does not depend on where they differ.
bool equal_constant_time(std::string_view a, std::string_view b);

}  // namespace retouch
