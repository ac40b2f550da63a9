// Questions to an ssh-agent and its answers (draft-miller-ssh-agent), pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "retouch/auth/ssh_key.hpp"

namespace retouch::auth {

struct AgentIdentity {
  std::string public_blob, comment;
};

std::string identities_question();
// Errc::protocol when it is no such answer.
Result<std::vector<AgentIdentity>> read_identities(std::string_view answer);

// `algorithm` chooses the hash of an RSA key by the flags; for other keys the agent has no choice.
std::string sign_question(std::string_view public_blob, std::string_view data, std::string_view algorithm);
// The signature in CloudAPI's form, labelled with the hash that the agent says it used. Errc::credentials when it
// refused (locked, not confirmed), used SHA-1, or a hash that CloudAPI does not take.
Result<Signature> read_agent_signature(std::string_view answer, std::string_view public_blob);

}  // namespace retouch::auth
