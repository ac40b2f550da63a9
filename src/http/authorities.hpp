// Certificate authorities that are trusted without being configured.
#pragma once

#include <openssl/ssl.h>
#include <sys/types.h>

#include <memory>
#include <mutex>
#include <string>
#include <tuple>

#include "retouch/base/result.hpp"

namespace retouch::http {

// The authorities of a PEM file, parsed once for all clients of the process (140 of them take some 30 ms) and anew when
// the file has changed since: a daemon lives longer than a package of authorities. Any thread may ask.
class AuthoritiesFile {
 public:
  explicit AuthoritiesFile(std::string path);
  ~AuthoritiesFile();
  AuthoritiesFile(const AuthoritiesFile&) = delete;
  AuthoritiesFile& operator=(const AuthoritiesFile&) = delete;

  // Adds them to those that `store` trusts; a later change of the file does not reach it. Errors: io, and the next call
  // reads again.
  Result<void> add_to(X509_STORE* store);

 private:
  using Stamp = std::tuple<dev_t, ino_t, off_t, time_t, long>;
  struct Parsed;
  Stamp stamp() const;

  const std::string path_;
  std::mutex mutex_;
  std::unique_ptr<const Parsed> parsed_;
  Stamp parsed_at_{};
};

// Those of `file`, which must be readable; of "" those that OpenSSL of this system takes without being told: a file and
// a directory, neither of which need exist.
Result<void> trust_system(SSL_CTX* context, const std::string& file);

}  // namespace retouch::http
