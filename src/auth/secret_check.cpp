#include <openssl/evp.h>

#include <array>

#include "retouch/auth/token_store.hpp"
#include "retouch/base/digest.hpp"

namespace retouch::auth {

std::string secret_check(const Secret& secret, const std::string& salt) {
  constexpr int iterations = 50'000;  // ~20 ms, once a process
  const auto& text = secret.reveal();
  std::array<std::uint8_t, 32> derived{};
  PKCS5_PBKDF2_HMAC(text.data(), static_cast<int>(text.size()), reinterpret_cast<const unsigned char*>(salt.data()),
                    static_cast<int>(salt.size()), iterations, EVP_sha256(), static_cast<int>(derived.size()),
                    derived.data());
  return hex(derived);
}

}  // namespace retouch::auth
