#include "retouch/sandbox/cloudapi_key.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <array>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <vector>

#include "retouch/base/digest.hpp"
#include "retouch/base/text.hpp"

namespace retouch::sandbox {
namespace {

using Context = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)>;
using Parameters = std::unique_ptr<OSSL_PARAM, decltype(&OSSL_PARAM_free)>;
using Number = std::unique_ptr<BIGNUM, decltype(&BN_free)>;
using Digest = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::array<std::uint8_t, 16> md5(std::string_view data) {
  std::array<std::uint8_t, 16> out{};
  unsigned size = 0;
  if (EVP_Digest(data.data(), data.size(), out.data(), &size, EVP_md5(), nullptr) != 1 || size != out.size()) {
    throw std::runtime_error("MD5 is not available in libcrypto");
  }
  return out;
}

// The next length-prefixed field of an SSH blob.
std::optional<std::string_view> next_field(std::string_view& blob) {
  if (blob.size() < 4) return std::nullopt;
  std::size_t size = 0;
  for (int i = 0; i < 4; ++i) size = size << 8 | bytes_of(blob)[i];
  if (blob.size() - 4 < size) return std::nullopt;
  const std::string_view field = blob.substr(4, size);
  blob.remove_prefix(4 + size);
  return field;
}

EVP_PKEY* from_parameters(const char* type, OSSL_PARAM_BLD* builder) {
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder), OSSL_PARAM_free);
  const Context context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr), EVP_PKEY_CTX_free);
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return nullptr;
  }
  return key;
}

EVP_PKEY* rsa_key(std::string_view exponent, std::string_view modulus) {
  const Number e(BN_bin2bn(bytes_of(exponent), static_cast<int>(exponent.size()), nullptr), BN_free);
  const Number n(BN_bin2bn(bytes_of(modulus), static_cast<int>(modulus.size()), nullptr), BN_free);
  const Builder builder(OSSL_PARAM_BLD_new(), OSSL_PARAM_BLD_free);
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  return from_parameters("RSA", builder.get());
}

EVP_PKEY* ecdsa_key(std::string_view curve, std::string_view point) {
  const char* group = curve == "nistp256"   ? "prime256v1"
                      : curve == "nistp384" ? "secp384r1"
                      : curve == "nistp521" ? "secp521r1"
                                            : nullptr;
  if (group == nullptr) return nullptr;
  const Builder builder(OSSL_PARAM_BLD_new(), OSSL_PARAM_BLD_free);
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
  return from_parameters("EC", builder.get());
}

struct Read {
  std::string type;
  EVP_PKEY* key = nullptr;
};

// The blob names its type itself, then come the numbers.
Read read_blob(std::string_view blob) {
  const std::string_view type = next_field(blob).value_or("");
  const std::string_view first = next_field(blob).value_or("");
  if (type == "ssh-ed25519") {
    return {"ed25519", EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(first), first.size())};
  }
  const std::string_view second = next_field(blob).value_or("");
  if (first.empty() || second.empty()) return {};
  if (type == "ssh-rsa") return {"rsa", rsa_key(first, second)};
  if (type.starts_with("ecdsa-sha2-")) return {"ecdsa", ecdsa_key(first, second)};
  return {};
}

}  // namespace

std::expected<PublicKey, std::string> PublicKey::parse(std::string_view line) {
  std::vector<std::string> words;
  for (const std::string& word : split(trim(line), ' ')) {
    if (!word.empty()) words.push_back(word);
  }
  if (words.size() < 2) return std::unexpected("expected a public key in the form of OpenSSH (TYPE BASE64 [COMMENT])");
  const std::optional<std::string> blob = base64_decode(words[1]);
  if (!blob) return std::unexpected("the key is no base64");
  const Read read = read_blob(*blob);
  if (read.key == nullptr) {
    return std::unexpected("this is no key that is known here (ssh-rsa, ecdsa-sha2-nistp*, ssh-ed25519)");
  }
  PublicKey out;
  out.key_ = std::shared_ptr<void>(read.key, [](void* key) { EVP_PKEY_free(static_cast<EVP_PKEY*>(key)); });
  out.type_ = read.type;
  const std::string digits = hex(md5(*blob));
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    out.fingerprint_ += (i == 0 ? "" : ":") + digits.substr(i, 2);
  }
  const Sha256 digest = retouch::sha256(*blob);
  out.sha256_ = "SHA256:" + base64(digest);
  while (out.sha256_.ends_with('=')) out.sha256_.pop_back();
  if (words.size() > 2) out.comment_ = words[2];
  return out;
}

bool PublicKey::verifies(std::string_view hash, std::string_view text, std::string_view signature) const {
  const EVP_MD* digest = nullptr;  // ed25519 hashes by itself
  if (type_ != "ed25519") {
    digest = hash == "sha1" ? EVP_sha1() : hash == "sha256" ? EVP_sha256() : hash == "sha512" ? EVP_sha512() : nullptr;
    if (digest == nullptr) return false;
  }
  const Digest context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  auto* key = static_cast<EVP_PKEY*>(key_.get());
  return EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text), text.size()) == 1;
}

std::string md5_base64(std::string_view data) { return base64(md5(data)); }

}  // namespace retouch::sandbox
