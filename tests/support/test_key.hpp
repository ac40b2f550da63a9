// SSH key pairs that are made at test time.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "retouch/base/digest.hpp"

namespace retouch::test {

// A key pair of `rsa`, `ecdsa-p256`, `ecdsa-p384` or `ed25519`.
class TestKey {
 public:
  explicit TestKey(const std::string& kind) : type_(kind.substr(0, kind.find('-'))) {
    EVP_PKEY* made = kind == "rsa"          ? EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048})
                     : kind == "ecdsa-p256" ? EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")
                     : kind == "ecdsa-p384" ? EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-384")
                                            : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    if (made == nullptr) throw std::runtime_error("no key of kind " + kind);
    key_ = std::shared_ptr<EVP_PKEY>(made, EVP_PKEY_free);
    if (kind == "rsa") {
      line_ = line("ssh-rsa", {number(OSSL_PKEY_PARAM_RSA_E), number(OSSL_PKEY_PARAM_RSA_N)});
    } else if (kind == "ed25519") {
      line_ = line("ssh-ed25519", {octets(OSSL_PKEY_PARAM_PUB_KEY)});
    } else {
      const std::string curve = kind == "ecdsa-p256" ? "nistp256" : "nistp384";
      line_ = line("ecdsa-sha2-" + curve, {curve, octets(OSSL_PKEY_PARAM_PUB_KEY)});
    }
  }

  const std::string& public_line() const { return line_; }
  // PKCS#8, as PEM.
  std::string private_pem() const {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_PKCS8PrivateKey(out.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
  }

  std::string sign(const std::string& text, const std::string& hash) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    const EVP_MD* digest = type_ == "ed25519" ? nullptr : EVP_get_digestbyname(hash.c_str());
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    std::size_t size = 0;
    EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key_.get());
    EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size());
    std::vector<std::uint8_t> signature(size);
    if (EVP_DigestSign(context.get(), signature.data(), &size, bytes, text.size()) != 1) {
      throw std::runtime_error("cannot sign");
    }
    signature.resize(size);
    return base64(signature);
  }

 private:
  static std::string field(const std::string& data) {
    std::string out;
    for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(data.size() >> shift & 0xffU);
    return out + data;
  }
  static std::string line(const std::string& type, const std::vector<std::string>& fields) {
    std::string blob = field(type);
    for (const std::string& each : fields) blob += field(each);
    return type + " " + base64({reinterpret_cast<const std::uint8_t*>(blob.data()), blob.size()}) + " test-" + type;
  }
  std::string number(const char* name) const {
    BIGNUM* value = nullptr;
    EVP_PKEY_get_bn_param(key_.get(), name, &value);
    std::string out(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
    BN_bn2bin(value, reinterpret_cast<unsigned char*>(out.data()));
    BN_free(value);
    return (static_cast<unsigned char>(out.front()) & 0x80U) != 0 ? '\0' + out : out;
  }
  std::string octets(const char* name) const {
    std::vector<unsigned char> out(256);
    std::size_t size = 0;
    EVP_PKEY_get_octet_string_param(key_.get(), name, out.data(), out.size(), &size);
    return {out.begin(), out.begin() + static_cast<std::ptrdiff_t>(size)};
  }

  std::string type_, line_;
  std::shared_ptr<EVP_PKEY> key_;
};

}  // namespace retouch::test
