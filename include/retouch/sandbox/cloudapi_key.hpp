// Public SSH keys that the simulated CloudAPI knows, and what is checked with them. Own code over libcrypto: it shares
// nothing with the code that signs.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace retouch::sandbox {

class PublicKey {
 public:
  // One line in the form of OpenSSH: "ssh-ed25519 AAAA… comment". ssh-rsa, ecdsa-sha2-nistp*, ssh-ed25519; the error
  // says what is wrong.
  static std::expected<PublicKey, std::string> parse(std::string_view line);

  const std::string& type() const { return type_; }                // rsa | ecdsa | ed25519
  const std::string& fingerprint() const { return fingerprint_; }  // MD5 as lower-case hex with colons, no prefix
  const std::string& sha256() const { return sha256_; }            // "SHA256:…", as clients are configured
  const std::string& comment() const { return comment_; }

  // `signature` is the decoded one, `hash` sha1 | sha256 | sha512: PKCS#1 v1.5 for rsa, ASN.1 (r, s) for ecdsa; ed25519
  // signs the text itself, whatever hash the algorithm's name speaks of (protocols/triton.md 4.1).
  bool verifies(std::string_view hash, std::string_view text, std::string_view signature) const;

 private:
  std::string type_, fingerprint_, sha256_, comment_;
  std::shared_ptr<void> key_;  // an EVP_PKEY
};

// For Content-MD5.
std::string md5_base64(std::string_view data);

}  // namespace retouch::sandbox
