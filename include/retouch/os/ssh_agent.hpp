// One question to the ssh-agent. What is asked and answered is the auth layer's.
#pragma once

#include <string>
#include <string_view>

#include "retouch/base/result.hpp"

namespace retouch::os {

struct AgentLimits {
  Duration time = std::chrono::seconds(5);  // for the whole exchange
  std::size_t message = 256 * 1024;         // of either direction, as OpenSSH has it
};

// Sends `message` to the socket and returns the answer, both without the length that frames them. Blocks: call it
// through async::Blocking. A new connection each time: an agent may be restarted between two. Errc::io or timeout.
Result<std::string> ask_agent(const std::string& socket, std::string_view message, const AgentLimits& limits = {});

}  // namespace retouch::os
