// The certificate authorities that this system trusts.
#pragma once

#include <openssl/x509.h>
#include <sys/types.h>

#include <memory>
#include <mutex>
#include <string>
#include <tuple>

#include "retouch/base/result.hpp"

namespace retouch::http {

using AuthoritiesPtr = std::shared_ptr<X509_STORE>;

// Loaded once for all clients of the process, and anew when the file has changed since: a daemon lives longer than a
// package of authorities. Any thread may ask.
class Authorities {
 public:
  // In the directory OpenSSL looks for the issuer that it needs. With one, nothing need be in the file, or be it at
  // all; without one, a file that cannot be read is an error (io).
  Authorities(std::string file, std::string directory);
  Result<AuthoritiesPtr> get();

 private:
  using Stamp = std::tuple<dev_t, ino_t, off_t, time_t, long>;
  static Stamp stamp_of(const std::string& file);
  Result<AuthoritiesPtr> load() const;

  std::string file_;
  std::string directory_;
  std::mutex mutex_;
  AuthoritiesPtr store_;
  Stamp loaded_{};
};

// Those of a file, which must be readable; of none ("") those that OpenSSL of this system takes without being told.
Result<AuthoritiesPtr> system_authorities(const std::string& file);

}  // namespace retouch::http
