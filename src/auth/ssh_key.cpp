#include "retouch/auth/ssh_key.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>

#include "retouch/base/text.hpp"
#include "ssh_key_material.hpp"
#include "ssh_wire.hpp"

namespace retouch::auth {
namespace {

std::unexpected<Error> refused(const std::string& what, std::string_view why) {
  return fail(Errc::invalid_input, fmt::format("{}: {}", what, why));
}

std::unexpected<Error> encrypted(const std::string& what) {
  return refused(what,
                 "the private key is encrypted, and nobody is here to type its passphrase; load it into the ssh-agent "
                 "(ssh-add) and set `agent: true` instead of `key`");
}

// Without a passphrase there is nothing to ask; libcrypto's own default would read from the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

Key read_pem(std::string_view text) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())),
                                                         &BIO_free);
  Key key(memory ? PEM_read_bio_PrivateKey(memory.get(), nullptr, &no_passphrase, nullptr) : nullptr);
  ERR_clear_error();
  return key;
}

bool ends_with_its_mark(std::string_view text) {
  text = trim(text);
  const auto last_line = text.substr(text.find_last_of('\n') + 1);
  return last_line.starts_with("-----END ") && last_line.ends_with("-----");
}

Result<Key> read_openssh(const Secret& text, const std::string& what) {
  auto parts = read_openssh_key(text);
  if (!parts) return refused(what, parts.error().message);
  if (parts->encrypted) return encrypted(what);
  auto key = make_key(*parts);
  ERR_clear_error();
  if (!key || public_blob_of(key.get()) != parts->public_blob) {
    return refused(what, "not a usable OpenSSH key: its numbers do not fit together");
  }
  return key;
}

// "ssh-ed25519 AAAA… comment"
bool is_public_half(std::string_view text) {
  text = trim(text);
  return text.starts_with("ssh-") || text.starts_with("ecdsa-sha2-") || text.starts_with("sk-") ||
         text.starts_with("-----BEGIN PUBLIC KEY-----") || text.starts_with("---- BEGIN SSH2 PUBLIC KEY ----");
}

const EVP_MD* hash_of(std::string_view algorithm) {
  if (algorithm.starts_with("ed25519")) return nullptr;  // hashes by itself
  return algorithm.ends_with("sha512") ? EVP_sha512() : EVP_sha256();
}

}  // namespace

bool is_encrypted_key(const Secret& text) {
  if (is_openssh_key(text.reveal())) {
    const auto parts = read_openssh_key(text);
    return parts && parts->encrypted;
  }
  return text.reveal().find("BEGIN ENCRYPTED PRIVATE KEY") != std::string::npos ||
         text.reveal().find("Proc-Type: 4,ENCRYPTED") != std::string::npos;
}

std::string public_blob_of_encrypted(const Secret& text) {
  if (!is_openssh_key(text.reveal())) return {};
  const auto parts = read_openssh_key(text);
  return parts && parts->encrypted ? parts->public_blob : std::string();
}

Result<SshKey> SshKey::read(const Secret& text, const std::string& what) {
  if (text.reveal().size() > max_key_file) return refused(what, "too large for a private key");
  if (is_encrypted_key(text)) return encrypted(what);
  if (is_public_half(text.reveal())) {
    return refused(what,
                   "this is the public half of a key; the private one is wanted, as a rule the file of the same name "
                   "without `.pub`");
  }
  Key key;
  if (is_openssh_key(text.reveal())) {
    RETOUCH_TRY(key, read_openssh(text, what));
  } else {
    key = read_pem(text.reveal());
    if (!key || !ends_with_its_mark(text.reveal())) {
      return refused(what,
                     "not a private key in PEM (PKCS#1, PKCS#8, SEC1) or OpenSSH format, or something stands "
                     "behind it");
    }
  }
  auto blob = public_blob_of(key.get());
  if (blob.empty()) return refused(what, "keys of this kind are not supported; use rsa, ecdsa (NIST) or ed25519");
  return SshKey(std::shared_ptr<EVP_PKEY>(key.release(), &EVP_PKEY_free), std::move(blob));
}

std::string SshKey::type() const { return std::string(SshReader(public_blob_).text().value_or("")); }

int SshKey::bits() const { return EVP_PKEY_get_bits(key_.get()); }

Result<Signature> SshKey::sign(std::string_view data, std::string_view algorithm) const {
  const auto possible = algorithms_of(type());
  if (algorithm.empty()) algorithm = possible.front();
  if (std::ranges::find(possible, algorithm) == possible.end()) {
    return fail(Errc::invalid_input, fmt::format("a key of type {} does not sign with {}", type(), algorithm));
  }
  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  const auto* bytes = reinterpret_cast<const unsigned char*>(data.data());
  std::size_t size = 0;
  std::string out;
  bool done = context && EVP_DigestSignInit(context.get(), nullptr, hash_of(algorithm), nullptr, key_.get()) == 1 &&
              EVP_DigestSign(context.get(), nullptr, &size, bytes, data.size()) == 1;
  out.resize(size);
  done = done &&
         EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, bytes, data.size()) == 1;
  ERR_clear_error();
  if (!done) return fail(Errc::credentials, "libcrypto cannot sign with this key", Reaction::auth);
  out.resize(size);
  return Signature{
      .algorithm = std::string(algorithm), .bytes = std::move(out), .fingerprint = fingerprints(public_blob_).md5};
}

}  // namespace retouch::auth
