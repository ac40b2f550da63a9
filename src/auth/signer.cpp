#include "retouch/auth/signer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "agent_protocol.hpp"
#include "retouch/base/text.hpp"
#include "retouch/os/ssh_agent.hpp"
#include "ssh_wire.hpp"

namespace retouch::auth {
namespace {

class KeySigner final : public Signer {
 public:
  KeySigner(SshKey key, std::string algorithm) : key_(std::move(key)), algorithm_(std::move(algorithm)) {}
  Result<Signature> sign(const std::string& text) const override { return key_.sign(text, algorithm_); }

 private:
  SshKey key_;
  std::string algorithm_;
};

class AgentSigner final : public Signer {
 public:
  AgentSigner(KeyId key_id, AgentChannel channel, std::string algorithm)
      : key_id_(std::move(key_id)), channel_(std::move(channel)), algorithm_(std::move(algorithm)) {}

  Result<Signature> sign(const std::string& text) const override {
    RETOUCH_TRY(const auto blob, public_blob());
    const auto type = SshReader(blob).text().value_or("");
    const auto possible = algorithms_of(type);
    if (possible.empty()) {
      return fail(
          Errc::invalid_input,
          fmt::format("key {} of the ssh-agent is of type {}, which CloudAPI does not take", key_id_.text, type));
    }
    const auto wanted = algorithm_.empty() ? std::string(possible.front()) : algorithm_;
    RETOUCH_TRY(const auto answer, channel_(sign_question(blob, text, wanted)));
    RETOUCH_TRY(auto signature, read_agent_signature(answer, blob));
    if (!algorithm_.empty() && signature.algorithm != algorithm_) {
      return fail(Errc::invalid_input, fmt::format("the ssh-agent signs with {} and cannot be told to use {}",
                                                   signature.algorithm, algorithm_));
    }
    return signature;
  }

 private:
  Result<std::string> public_blob() const {
    const std::lock_guard lock(mutex_);
    if (!blob_.empty()) return blob_;
    if (key_id_.kind == KeyId::Kind::name) {
      return fail(Errc::invalid_input,
                  fmt::format("`{}` is no fingerprint; the ssh-agent is asked for nothing else", key_id_.text));
    }
    RETOUCH_TRY(const auto answer, channel_(identities_question()));
    RETOUCH_TRY(const auto identities, read_identities(answer));
    std::vector<std::string> others;
    for (const auto& identity : identities) {
      const auto fingerprint = fingerprints(identity.public_blob);
      if (key_id_.matches(fingerprint)) return blob_ = identity.public_blob;
      others.push_back(key_id_.kind == KeyId::Kind::md5 ? fingerprint.md5 : fingerprint.sha256);
    }
    const auto has = others.empty() ? std::string("it has none") : "it has " + join(others, ", ");
    return fail(Errc::credentials,
                fmt::format("the ssh-agent has no key {}; {}. Load it with ssh-add", key_id_.text, has),
                Reaction::auth);
  }

  KeyId key_id_;
  AgentChannel channel_;
  std::string algorithm_;
  mutable std::mutex mutex_;
  mutable std::string blob_;
};

}  // namespace

std::shared_ptr<const Signer> make_key_signer(SshKey key, std::string algorithm) {
  return std::make_shared<KeySigner>(std::move(key), std::move(algorithm));
}

std::shared_ptr<const Signer> make_agent_signer(KeyId key_id, AgentChannel channel, std::string algorithm) {
  return std::make_shared<AgentSigner>(std::move(key_id), std::move(channel), std::move(algorithm));
}

Result<std::shared_ptr<const Signer>> make_signer(const HttpSignatureLogin& login) {
  if (!login.agent) {
    RETOUCH_TRY(auto key, SshKey::read(login.key, "key"));
    return make_key_signer(std::move(key), login.algorithm);
  }
  // An agent that does not serve is, to who waits for the exit code, like one that does not have the key.
  auto ask = [socket = login.agent_socket](const std::string& message) {
    auto answer = os::ask_agent(socket, message);
    if (!answer) {
      answer.error().code = Errc::credentials;
      answer.error().reaction = Reaction::auth;
    }
    return answer;
  };
  return make_agent_signer(parse_key_id(login.key_id), std::move(ask), login.algorithm);
}

}  // namespace retouch::auth
