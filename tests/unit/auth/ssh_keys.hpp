// Throw-away keys, made when a test runs, in every format that the files of people have. The OpenSSH container and
// SSH's data types are written here a second time, so that a mistake in the reader is no mistake of the writer, too.
#pragma once

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <string>
#include <vector>

#include "retouch/base/digest.hpp"

namespace retouch::test {

using TestKey = std::shared_ptr<EVP_PKEY>;

inline TestKey rsa_key(unsigned bits = 2048) {
  return {EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{bits}), &EVP_PKEY_free};
}
inline TestKey ec_key(const char* group) { return {EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", group), &EVP_PKEY_free}; }
inline TestKey ed25519_key() { return {EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), &EVP_PKEY_free}; }

inline std::string text_of(BIO* memory) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(memory, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(memory);
  return text;
}

// PKCS#8; with a passphrase: encrypted.
inline std::string pkcs8(const TestKey& key, const char* passphrase = nullptr) {
  auto* memory = BIO_new(BIO_s_mem());
  EXPECT_EQ(PEM_write_bio_PKCS8PrivateKey(memory, key.get(), passphrase ? EVP_aes_256_cbc() : nullptr, passphrase,
                                          passphrase ? 4 : 0, nullptr, nullptr),
            1);
  return text_of(memory);
}
// PKCS#1 or SEC1.
inline std::string traditional(const TestKey& key, const char* passphrase = nullptr) {
  auto* memory = BIO_new(BIO_s_mem());
  const auto* pass = reinterpret_cast<const unsigned char*>(passphrase);
  EXPECT_EQ(PEM_write_bio_PrivateKey_traditional(memory, key.get(), passphrase ? EVP_aes_256_cbc() : nullptr, pass,
                                                 passphrase ? 4 : 0, nullptr, nullptr),
            1);
  return text_of(memory);
}

inline std::string ssh_number(std::size_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
  return out;
}
inline std::string ssh_text(const std::string& text) { return ssh_number(text.size()) + text; }
inline std::string ssh_integer(std::string bytes) {
  while (!bytes.empty() && bytes.front() == '\0') bytes.erase(0, 1);
  if (!bytes.empty() && (bytes.front() & 0x80) != 0) bytes.insert(bytes.begin(), '\0');
  return ssh_text(bytes);
}

inline std::string big_number(const TestKey& key, const char* name) {
  BIGNUM* number = nullptr;
  EXPECT_EQ(EVP_PKEY_get_bn_param(key.get(), name, &number), 1) << name;
  std::string out(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(out.data()));
  BN_clear_free(number);
  return out;
}
inline std::string octets(const TestKey& key, const char* name) {
  std::size_t size = 0;
  EXPECT_EQ(EVP_PKEY_get_octet_string_param(key.get(), name, nullptr, 0, &size), 1) << name;
  std::string out(size, '\0');
  auto* data = reinterpret_cast<unsigned char*>(out.data());
  EXPECT_EQ(EVP_PKEY_get_octet_string_param(key.get(), name, data, size, &size), 1);
  return out;
}

// The halves of the container: public blob, and type with private numbers.
struct OpenSshHalves {
  std::string type, blob, numbers;
};
inline OpenSshHalves halves(const TestKey& key) {
  if (EVP_PKEY_is_a(key.get(), "RSA") == 1) {
    const auto number = [&](const char* name) { return ssh_integer(big_number(key, name)); };
    const auto n = number(OSSL_PKEY_PARAM_RSA_N), e = number(OSSL_PKEY_PARAM_RSA_E);
    return {"ssh-rsa", ssh_text("ssh-rsa") + e + n,
            n + e + number(OSSL_PKEY_PARAM_RSA_D) + number(OSSL_PKEY_PARAM_RSA_COEFFICIENT1) +
                number(OSSL_PKEY_PARAM_RSA_FACTOR1) + number(OSSL_PKEY_PARAM_RSA_FACTOR2)};
  }
  if (EVP_PKEY_is_a(key.get(), "ED25519") == 1) {
    const auto half = octets(key, OSSL_PKEY_PARAM_PUB_KEY), seed = octets(key, OSSL_PKEY_PARAM_PRIV_KEY);
    return {"ssh-ed25519", ssh_text("ssh-ed25519") + ssh_text(half), ssh_text(half) + ssh_text(seed + half)};
  }
  const std::string curve = "nistp" + std::to_string(EVP_PKEY_get_bits(key.get()));
  const auto point = octets(key, OSSL_PKEY_PARAM_PUB_KEY);
  const auto type = "ecdsa-sha2-" + curve;
  return {type, ssh_text(type) + ssh_text(curve) + ssh_text(point),
          ssh_text(curve) + ssh_text(point) + ssh_integer(big_number(key, OSSL_PKEY_PARAM_PRIV_KEY))};
}

inline std::string armour(const std::string& bytes) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  const auto coded = base64({data, bytes.size()});
  std::string out = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
  for (std::size_t at = 0; at < coded.size(); at += 70) out += coded.substr(at, 70) + "\n";
  return out + "-----END OPENSSH PRIVATE KEY-----\n";
}

// What may be wrong with a container.
struct Flaw {
  std::string cipher = "none";
  std::size_t keys = 1;
  std::size_t second_check = 0x01020304;
  std::string behind{};            // the container
  std::string padding = "\1\2\3";  // any length: the tests' sections need no alignment
  std::string public_blob{};       // another key's
};
inline std::string openssh_bytes(const TestKey& key, const Flaw& flaw = {}) {
  const auto parts = halves(key);
  const auto section = ssh_number(0x01020304) + ssh_number(flaw.second_check) + ssh_text(parts.type) + parts.numbers +
                       ssh_text("a comment") + flaw.padding;
  const auto& blob = flaw.public_blob.empty() ? parts.blob : flaw.public_blob;
  return std::string("openssh-key-v1\0", 15) + ssh_text(flaw.cipher) + ssh_text("none") + ssh_text("") +
         ssh_number(flaw.keys) + ssh_text(blob) + ssh_text(section) + flaw.behind;
}
inline std::string openssh(const TestKey& key, const Flaw& flaw = {}) { return armour(openssh_bytes(key, flaw)); }

// By OpenSSL, with the hash that the label says.
inline bool verifies(const TestKey& key, const std::string& algorithm, const std::string& text,
                     const std::string& signature) {
  const EVP_MD* hash = algorithm.ends_with("sha512") ? EVP_sha512() : EVP_sha256();
  if (algorithm.starts_with("ed25519")) hash = nullptr;
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const auto bytes = [](const std::string& s) { return reinterpret_cast<const unsigned char*>(s.data()); };
  return EVP_DigestVerifyInit(context.get(), nullptr, hash, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text), text.size()) == 1;
}

}  // namespace retouch::test
