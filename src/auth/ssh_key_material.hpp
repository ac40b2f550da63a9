// Keys as libcrypto holds them. Only the ssh_key*.cpp files know its types.
#pragma once

#include <openssl/bn.h>
#include <openssl/evp.h>

#include <memory>
#include <string>

#include "openssh_key.hpp"

namespace retouch::auth {

struct Free {
  void operator()(BIGNUM* number) const { BN_clear_free(number); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Number = std::unique_ptr<BIGNUM, Free>;
using Key = std::unique_ptr<EVP_PKEY, Free>;

// nullptr: the numbers make no key.
Key make_key(const OpenSshKey& parts);
// As SSH writes its public half; "" = a kind that SSH or CloudAPI does not know.
std::string public_blob_of(const EVP_PKEY* key);

}  // namespace retouch::auth
