// Whatever can sign a text for an account: a private key that was read, or the ssh-agent.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "retouch/auth/account.hpp"
#include "retouch/auth/ssh_key.hpp"

namespace retouch::auth {

class Signer {
 public:
  virtual ~Signer() = default;
  // Blocks (an agent may take seconds): call it through async::Blocking. From several threads at once.
  virtual Result<Signature> sign(const std::string& text) const = 0;
};

// A message to the agent, and its answer.
using AgentChannel = std::function<Result<std::string>(const std::string&)>;

// `algorithm` "" = the key's default.
std::shared_ptr<const Signer> make_key_signer(SshKey key, std::string algorithm = {});
// The key is the one with that fingerprint, never another; which one that is, is asked at the first signature.
// `key_id` is no name.
std::shared_ptr<const Signer> make_agent_signer(KeyId key_id, AgentChannel channel, std::string algorithm = {});

// As the login says.
Result<std::shared_ptr<const Signer>> make_signer(const HttpSignatureLogin& login);

}  // namespace retouch::auth
