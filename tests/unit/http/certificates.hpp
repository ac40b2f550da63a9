// Keys and certificates made for one test run, in a directory that goes with it.
#pragma once

#include <string>
#include <vector>

namespace retouch::http::test {

struct CertificateSpec {
  std::vector<std::string> names{};      // "DNS:localhost", "IP:127.0.0.1"
  std::string common_name{};             // "test N" when it is empty
  int begins_days = -1, ends_days = 30;  // from now
};

// PEM files.
struct Identity {
  std::string certificate, key;
};

class Certificates {
 public:
  Certificates();
  ~Certificates();
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  const std::string& ca_file() const { return ca_.certificate; }
  const std::string& other_ca_file() const { return other_ca_.certificate; }
  Identity issue(const CertificateSpec& spec);        // by the CA
  Identity self_signed(const CertificateSpec& spec);  // by itself

 private:
  Identity make(const CertificateSpec& spec, bool is_ca, const Identity* issuer);
  std::string directory_;
  int count_ = 0;
  Identity ca_, other_ca_;
};

}  // namespace retouch::http::test
