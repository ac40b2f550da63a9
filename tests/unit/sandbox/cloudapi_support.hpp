// Keys that are made at test time, and signed requests for the simulated CloudAPI.
#pragma once

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <stdexcept>

#include "retouch/base/digest.hpp"
#include "retouch/base/text.hpp"
#include "retouch/sandbox/cloudapi.hpp"
#include "sandbox_support.hpp"

namespace retouch::sandbox {

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
  PublicKey parsed() const { return *PublicKey::parse(line_); }

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

// The keys of all tests: making an RSA key takes a while.
inline const TestKey& rsa() {
  static const TestKey key("rsa");
  return key;
}
inline const TestKey& ed25519() {
  static const TestKey key("ed25519");
  return key;
}

// How a request is signed.
struct Signing {
  const TestKey* key = &rsa();
  std::string key_id{};  // "" = /alice/keys/<MD5 fingerprint>
  std::string algorithm = "rsa-sha256";
  std::string headers = "(request-target) date";  // "" = no such parameter
  std::string date = "Sat, 21 Nov 2026 12:00:00 GMT";
};

inline ServerRequest sign(ServerRequest what, const Signing& how = {}) {
  if (!how.date.empty()) what.headers.set("Date", how.date);
  std::vector<std::string> lines;
  for (const std::string& name : split(how.headers.empty() ? "date" : how.headers, ' ')) {
    lines.push_back(name == "(request-target)" ? name + ": " + to_lower(what.method) + " " + what.target
                                               : name + ": " + std::string(what.headers.get(name).value_or("")));
  }
  const std::string id = how.key_id.empty() ? "/alice/keys/" + how.key->parsed().fingerprint() : how.key_id;
  const std::string hash = to_lower(how.algorithm.substr(how.algorithm.find('-') + 1));
  what.headers.set("Authorization", "Signature keyId=\"" + id + "\",algorithm=\"" + how.algorithm + "\"," +
                                        (how.headers.empty() ? "" : "headers=\"" + how.headers + "\",") +
                                        "signature=\"" + how.key->sign(join(lines, "\n"), hash) + "\"");
  return what;
}

inline const std::string alice = "a11ce000-0000-4000-8000-000000000001";
inline const std::string bob = "b0b00000-0000-4000-8000-000000000002";

// alice with an RSA and an ed25519 key and the sub-user bot, bob with none; three images of alice's.
inline CloudSeed triton_seed(const std::string& image_lines = {}) {
  const std::string own = rsa().public_line(), other = ed25519().public_line();
  return seed_of(
      R"(clouds:
  - name: triton
    type: triton
    accounts:
      - login: alice
        uuid: )" +
      alice + "\n        keys: [{name: laptop, key: \"" + own + "\"}, {key: \"" + other +
      "\"}]\n"
      "        users: [{login: bot, roles: [ops, dev], keys: [{key: \"" +
      other +
      "\"}]}]\n"
      "      - {login: bob, uuid: " +
      bob +
      "}\n"
      "      - {login: gone, disabled: true, keys: [{key: \"" +
      own +
      "\"}]}\n"
      "      - {login: root, operator: true, keys: [{key: \"" +
      own +
      "\"}]}\n"
      "    images:\n" +
      (image_lines.empty() ? std::string("      - {name: \"image-{n}\", count: 3, account: alice}\n") : image_lines));
}

// CloudAPI without a cloud around it: no limit, the clock stands at noon.
struct CloudApiBench {
  CloudSeed seed;
  CloudApi api{seed.cloudapi};
  ImageStore store = store_of(seed);
  SeededRandom random{7};
  Wall now = noon;

  explicit CloudApiBench(CloudSeed with) : seed(std::move(with)) {}

  Outcome outcome(const ServerRequest& what) {
    return api.handle(store, what, now, random, [](const std::string&) { return std::optional<ServerResponse>{}; });
  }
  ServerResponse send(const ServerRequest& what) { return outcome(what).response; }
  ServerResponse get(const std::string& target) { return send(sign(request("GET", target))); }
  // An update that is kept.
  ServerResponse update(const std::string& id, const std::string& body) {
    ServerRequest what = request("POST", "/alice/images/" + id + "?action=update", body);
    what.headers.set("Content-Type", "application/json");
    Outcome done = outcome(sign(std::move(what)));
    if (done.save) store.save(*std::move(done.save));
    return std::move(done.response);
  }
  const std::string& first() const { return seed.images.front().id; }
};

}  // namespace retouch::sandbox
