#include "ssh_key_material.hpp"

#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include <array>

#include "ssh_wire.hpp"

namespace retouch::auth {
namespace {

struct Curve {
  std::string_view ssh;  // in SSH's names
  const char* group;     // in libcrypto's
  std::size_t bytes;     // of a coordinate
};
constexpr std::array curves{Curve{"nistp256", "prime256v1", 32}, Curve{"nistp384", "secp384r1", 48},
                            Curve{"nistp521", "secp521r1", 66}};

struct FreeParams {
  void operator()(OSSL_PARAM_BLD* builder) const { OSSL_PARAM_BLD_free(builder); }
  void operator()(OSSL_PARAM* params) const { OSSL_PARAM_free(params); }
};
using Builder = std::unique_ptr<OSSL_PARAM_BLD, FreeParams>;
using Params = std::unique_ptr<OSSL_PARAM, FreeParams>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

Number number(const Secret& magnitude) {
  const auto& text = magnitude.reveal();
  return Number(BN_bin2bn(bytes_of(text), static_cast<int>(text.size()), nullptr));
}

Key from_params(const char* type, OSSL_PARAM_BLD* builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder));
  const std::unique_ptr<EVP_PKEY_CTX, Free> context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, params.get()) != 1) {
    return nullptr;
  }
  return Key(key);
}

// value mod (prime - 1): what the Chinese remainder theorem wants beside p, q and iqmp.
Number exponent_for(const BIGNUM* value, const BIGNUM* prime) {
  const std::unique_ptr<BN_CTX, decltype(&BN_CTX_free)> context(BN_CTX_secure_new(), &BN_CTX_free);
  Number less(BN_dup(prime));
  Number result(BN_new());
  if (!context || !less || !result || BN_sub_word(less.get(), 1) != 1 || BN_is_zero(less.get()) ||
      BN_nnmod(result.get(), value, less.get(), context.get()) != 1) {
    return nullptr;
  }
  return result;
}

Key make_rsa(const std::vector<Secret>& parts) {
  const auto n = number(parts[0]), e = number(parts[1]), d = number(parts[2]), iqmp = number(parts[3]),
             p = number(parts[4]), q = number(parts[5]);
  if (!n || !e || !d || !iqmp || !p || !q) return nullptr;
  const auto dp = exponent_for(d.get(), p.get()), dq = exponent_for(d.get(), q.get());
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!builder || !dp || !dq) return nullptr;
  const std::pair<const char*, const BIGNUM*> numbers[] = {
      {OSSL_PKEY_PARAM_RSA_N, n.get()},          {OSSL_PKEY_PARAM_RSA_E, e.get()},
      {OSSL_PKEY_PARAM_RSA_D, d.get()},          {OSSL_PKEY_PARAM_RSA_FACTOR1, p.get()},
      {OSSL_PKEY_PARAM_RSA_FACTOR2, q.get()},    {OSSL_PKEY_PARAM_RSA_EXPONENT1, dp.get()},
      {OSSL_PKEY_PARAM_RSA_EXPONENT2, dq.get()}, {OSSL_PKEY_PARAM_RSA_COEFFICIENT1, iqmp.get()}};
  for (const auto& [name, value] : numbers) {
    if (OSSL_PARAM_BLD_push_BN(builder.get(), name, value) != 1) return nullptr;
  }
  return from_params("RSA", builder.get());
}

Key make_ecdsa(const std::vector<Secret>& parts) {
  const Curve* curve = nullptr;
  for (const auto& candidate : curves) {
    if (candidate.ssh == parts[0].reveal()) curve = &candidate;
  }
  const auto& point = parts[1].reveal();
  const auto d = number(parts[2]);
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!curve || !d || !builder || point.size() != 1 + 2 * curve->bytes) return nullptr;
  if (OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve->group, 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, d.get()) != 1) {
    return nullptr;
  }
  return from_params("EC", builder.get());
}

Key make_ed25519(const std::vector<Secret>& parts) {
  const auto& half = parts[0].reveal();  // the second part is the seed and the public half again
  const auto& both = parts[1].reveal();
  if (half.size() != 32 || both.size() != 64 || both.substr(32) != half) return nullptr;
  return Key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(both), 32));
}

std::string number_of(const EVP_PKEY* key, const char* name, std::size_t pad_to = 0) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &raw) != 1) return {};
  const Number value(raw);
  const auto size = std::max(pad_to, static_cast<std::size_t>(BN_num_bytes(raw)));
  std::string out(size, '\0');
  if (BN_bn2binpad(raw, reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(size)) < 0) return {};
  return out;
}

std::string ecdsa_blob(const EVP_PKEY* key) {
  std::array<char, 64> group{};
  if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size(), nullptr) != 1)
    return {};
  for (const auto& curve : curves) {
    if (std::string_view(curve.group) != group.data()) continue;
    const auto x = number_of(key, OSSL_PKEY_PARAM_EC_PUB_X, curve.bytes);
    const auto y = number_of(key, OSSL_PKEY_PARAM_EC_PUB_Y, curve.bytes);
    if (x.empty() || y.empty()) return {};
    std::string blob;
    put_text(blob, "ecdsa-sha2-" + std::string(curve.ssh));
    put_text(blob, curve.ssh);
    put_text(blob, "\x04" + x + y);  // not compressed
    return blob;
  }
  return {};
}

std::string ed25519_blob(const EVP_PKEY* key) {
  std::array<unsigned char, 32> half{};
  std::size_t size = half.size();
  if (EVP_PKEY_get_raw_public_key(key, half.data(), &size) != 1 || size != half.size()) return {};
  std::string blob;
  put_text(blob, "ssh-ed25519");
  put_text(blob, {reinterpret_cast<const char*>(half.data()), half.size()});
  return blob;
}

}  // namespace

Key make_key(const OpenSshKey& key) {
  if (key.type == "ssh-rsa") return make_rsa(key.parts);
  if (key.type == "ssh-ed25519") return make_ed25519(key.parts);
  return make_ecdsa(key.parts);
}

std::string public_blob_of(const EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "ED25519") == 1) return ed25519_blob(key);
  if (EVP_PKEY_is_a(key, "EC") == 1) return ecdsa_blob(key);
  if (EVP_PKEY_is_a(key, "RSA") != 1) return {};
  std::string blob;
  put_text(blob, "ssh-rsa");
  put_integer(blob, number_of(key, OSSL_PKEY_PARAM_RSA_E));
  put_integer(blob, number_of(key, OSSL_PKEY_PARAM_RSA_N));
  return blob;
}

}  // namespace retouch::auth
