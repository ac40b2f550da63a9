// An ssh-agent in memory: lists its keys, signs, and misbehaves when told to.
#pragma once

#include <openssl/ecdsa.h>

#include "retouch/auth/signer.hpp"
#include "ssh_keys.hpp"

namespace retouch::test {

class FakeAgent {
 public:
  std::vector<TestKey> keys;
  bool locked = false, refuses = false;
  bool only_sha1 = false;         // an agent of before 2018 ignores the flags
  std::string answer_instead{};   // to every question
  std::vector<std::string> seen;  // questions, in order

  auth::AgentChannel channel() {
    return [this](const std::string& question) -> Result<std::string> {
      seen.push_back(question);
      if (!answer_instead.empty()) return answer_instead;
      if (question == "\x0b") return identities();
      return sign(question);
    };
  }

 private:
  std::string identities() const {
    if (locked) return "\x05";
    std::string out = "\x0c" + ssh_number(keys.size());
    for (const auto& key : keys) out += ssh_text(halves(key).blob) + ssh_text("comment");
    return out;
  }

  static std::string take(std::string& rest) {
    std::size_t size = 0;
    for (int i = 0; i < 4; ++i) size = size << 8 | static_cast<unsigned char>(rest.at(static_cast<std::size_t>(i)));
    const auto text = rest.substr(4, size);
    rest.erase(0, 4 + size);
    return text;
  }

  std::string sign(const std::string& question) const {
    if (refuses || question.at(0) != '\x0d') return "\x05";
    auto rest = question.substr(1);
    const auto blob = take(rest), data = take(rest);
    const int flags = rest.at(3);
    for (const auto& key : keys) {
      if (halves(key).blob == blob) return "\x0e" + ssh_text(signature(key, data, flags));
    }
    return "\x05";
  }

  std::string signature(const TestKey& key, const std::string& data, int flags) const {
    const auto type = halves(key).type;
    if (type == "ssh-ed25519") return ssh_text(type) + ssh_text(raw(key, nullptr, data));
    if (type == "ssh-rsa") {
      if (only_sha1) return ssh_text(type) + ssh_text(raw(key, EVP_sha1(), data));
      const auto* name = flags == 4 ? "rsa-sha2-512" : "rsa-sha2-256";
      return ssh_text(name) + ssh_text(raw(key, flags == 4 ? EVP_sha512() : EVP_sha256(), data));
    }
    const EVP_MD* hash = type.ends_with("256") ? EVP_sha256() : type.ends_with("384") ? EVP_sha384() : EVP_sha512();
    const auto der = raw(key, hash, data);
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
    const auto both = ssh_integer(number(ECDSA_SIG_get0_r(pair))) + ssh_integer(number(ECDSA_SIG_get0_s(pair)));
    ECDSA_SIG_free(pair);
    return ssh_text(type) + ssh_text(both);
  }

  static std::string number(const BIGNUM* value) {
    std::string out(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
    BN_bn2bin(value, reinterpret_cast<unsigned char*>(out.data()));
    return out;
  }

  static std::string raw(const TestKey& key, const EVP_MD* hash, const std::string& data) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    const auto* bytes = reinterpret_cast<const unsigned char*>(data.data());
    std::string out(1024, '\0');
    std::size_t size = out.size();
    EVP_DigestSignInit(context.get(), nullptr, hash, nullptr, key.get());
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, bytes, data.size());
    out.resize(size);
    return out;
  }
};

}  // namespace retouch::test
