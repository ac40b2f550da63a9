#include <openssl/evp.h>

#include <array>
#include <map>
#include <mutex>
#include <stdexcept>

#include "retouch/auth/token_store.hpp"
#include "retouch/base/digest.hpp"
#include "retouch/base/random.hpp"

namespace retouch::auth {

namespace {

std::string derive(const Secret& secret, const std::string& salt) {
  constexpr int iterations = 10'000;  // ~3 ms
  const auto& text = secret.reveal();
  std::array<std::uint8_t, 32> derived{};
  const int done = PKCS5_PBKDF2_HMAC(text.data(), static_cast<int>(text.size()),
                                     reinterpret_cast<const unsigned char*>(salt.data()), static_cast<int>(salt.size()),
                                     iterations, EVP_sha256(), static_cast<int>(derived.size()), derived.data());
  if (done != 1) throw std::runtime_error("OpenSSL cannot derive a key");  // zeros would fit every secret
  return hex(derived);
}

}  // namespace

// Each pass of the daemon opens its cloud anew and looks into the cache of tokens: what was derived once is kept, or a
// hundred clouds would spend a third of a second on it at every interval. The pool's threads ask.
std::string secret_check(const Secret& secret, const std::string& salt) {
  constexpr std::size_t most_kept = 512;
  static std::mutex mutex;
  // By a digest of both under a key of this process alone: whoever reads our memory cannot try secrets on it quickly
  // without finding that, too.
  static const std::string own = SystemRandom().uuid() + SystemRandom().uuid();
  static std::map<std::string, std::string> kept;
  const std::string key = hex(hmac_sha256(own + salt, secret.reveal()));
  {
    const std::scoped_lock guard(mutex);
    if (const auto known = kept.find(key); known != kept.end()) return known->second;
  }
  std::string check = derive(secret, salt);
  const std::scoped_lock guard(mutex);
  if (kept.size() >= most_kept) kept.clear();
  return kept.emplace(key, std::move(check)).first->second;
}

}  // namespace retouch::auth
