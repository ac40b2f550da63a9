#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "retouch/auth/ssh_key.hpp"
#include "retouch/base/digest.hpp"
#include "retouch/base/text.hpp"
#include "ssh_wire.hpp"

namespace retouch::auth {
namespace {

std::string md5_hex(std::string_view data) {
  std::array<std::uint8_t, 16> out{};
  unsigned size = 0;
  if (EVP_Digest(data.data(), data.size(), out.data(), &size, EVP_md5(), nullptr) != 1 || size != out.size()) {
    throw std::runtime_error("MD5, by which CloudAPI names keys, is not available in libcrypto");
  }
  return hex(out);
}

std::string with_colons(std::string_view digits) {
  std::string out;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    if (i > 0) out += ':';
    out += digits.substr(i, 2);
  }
  return out;
}

// The 32 digits of an MD5 fingerprint, however it is written; "" = it is none.
std::string md5_digits(std::string_view text) {
  std::string lower = to_lower(text);
  if (lower.starts_with("md5:")) lower.erase(0, 4);
  const bool colons = lower.size() == 47;
  std::string digits;
  for (std::size_t i = 0; i < lower.size(); ++i) {
    if (colons && i % 3 == 2) {
      if (lower[i] != ':') return {};
    } else {
      digits += lower[i];
    }
  }
  const bool all = std::ranges::all_of(digits, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  return digits.size() == 32 && all ? digits : std::string();
}

}  // namespace

Fingerprints fingerprints(std::string_view public_blob) {
  auto coded = base64(sha256(public_blob));
  while (coded.ends_with('=')) coded.pop_back();
  return {.md5 = with_colons(md5_hex(public_blob)), .sha256 = "SHA256:" + coded};
}

KeyId parse_key_id(std::string_view text) {
  text = trim(text);
  if (auto digits = md5_digits(text); !digits.empty()) return {.kind = KeyId::Kind::md5, .text = with_colons(digits)};
  constexpr std::string_view prefix = "SHA256:";
  if (text.size() > prefix.size() && iequals(text.substr(0, prefix.size()), prefix)) {
    text.remove_prefix(prefix.size());
    while (text.ends_with('=')) text.remove_suffix(1);
    return {.kind = KeyId::Kind::sha256, .text = std::string(prefix) + std::string(text)};
  }
  return {.kind = KeyId::Kind::name, .text = std::string(text)};
}

bool KeyId::matches(const Fingerprints& key) const {
  if (kind == Kind::md5) return text == key.md5;
  if (kind == Kind::sha256) return text == key.sha256;
  return true;
}

std::vector<std::string_view> algorithms_of(std::string_view ssh_type) {
  if (ssh_type == "ssh-rsa") return {"rsa-sha256", "rsa-sha512"};
  if (ssh_type == "ssh-ed25519") return {"ed25519-sha512"};
  if (ssh_type == "ecdsa-sha2-nistp256") return {"ecdsa-sha256", "ecdsa-sha512"};
  if (ssh_type == "ecdsa-sha2-nistp384" || ssh_type == "ecdsa-sha2-nistp521") return {"ecdsa-sha512", "ecdsa-sha256"};
  return {};
}

std::string public_blob_of_line(std::string_view line) {
  const auto words = split(trim(line), ' ');
  if (words.size() < 2) return {};
  auto blob = base64_decode(words[1]);
  if (!blob || SshReader(*blob).text().value_or("") != words[0]) return {};
  return *std::move(blob);
}

}  // namespace retouch::auth
