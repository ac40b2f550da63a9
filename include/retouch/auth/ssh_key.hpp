// SSH key pairs as CloudAPI uses them: read from files of every usual format, named by their fingerprints, signing.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retouch/base/result.hpp"
#include "retouch/base/secret.hpp"

struct evp_pkey_st;

namespace retouch::auth {

inline constexpr std::size_t max_key_file = 64 * 1024;

// Of a public key as SSH writes it (the base64 part of a .pub line, decoded).
struct Fingerprints {
  std::string md5;     // "19:a7:66:…", the only form that CloudAPI takes on the wire (protocols/triton.md 4.2)
  std::string sha256;  // "SHA256:…", base64 without padding
};
Fingerprints fingerprints(std::string_view public_blob);

// How a user names a key: MD5 with or without `MD5:`, in any case, with or without colons; `SHA256:…`; or the name that
// the key has in the account, which says nothing about the key itself.
struct KeyId {
  enum class Kind { md5, sha256, name } kind = Kind::name;
  std::string text{};                           // as Fingerprints writes it, or the name
  bool matches(const Fingerprints& key) const;  // a name matches every key
};
KeyId parse_key_id(std::string_view text);

// What a key of this SSH type ("ssh-rsa", "ecdsa-sha2-nistp256", …) signs with, the default first; empty = CloudAPI
// takes no such key. sha384 is listed by servers and refused by them, so P-384 signs with another hash
// (protocols/triton.md 4.1).
std::vector<std::string_view> algorithms_of(std::string_view ssh_type);

// Made with one key; `algorithm` is the label of the Authorization header and says truly which hash was used.
struct Signature {
  std::string algorithm;    // "rsa-sha256"
  std::string bytes;        // RSA: PKCS#1 v1.5; ECDSA: DER of (r, s); Ed25519: 64 bytes
  std::string fingerprint;  // MD5, of the key
};

// The private half, decoded once. Copies share it; signing may happen on several threads.
class SshKey {
 public:
  // PEM (PKCS#1, PKCS#8, SEC1) or openssh-key-v1. `what` names it in errors: "key: /path". Refused: an encrypted key
  // (the error names the agent), DSA and other kinds, damage, something behind the key.
  static Result<SshKey> read(const Secret& text, const std::string& what);

  const std::string& public_blob() const { return public_blob_; }
  std::string type() const;  // "ssh-rsa"
  int bits() const;
  // `algorithm` empty: the default of the type; one of another type is Errc::invalid_input.
  Result<Signature> sign(std::string_view data, std::string_view algorithm = {}) const;

 private:
  explicit SshKey(std::shared_ptr<evp_pkey_st> key, std::string blob)
      : key_(std::move(key)), public_blob_(std::move(blob)) {}
  std::shared_ptr<evp_pkey_st> key_;
  std::string public_blob_;
};

// "" unless `text` is an encrypted private key in a format that shows its public half all the same (openssh-key-v1).
std::string public_blob_of_encrypted(const Secret& text);
// Whether it is encrypted, whatever the format.
bool is_encrypted_key(const Secret& text);
// The key of a .pub line: "ssh-ed25519 AAAA… comment"; "" = it is none.
std::string public_blob_of_line(std::string_view line);

}  // namespace retouch::auth
