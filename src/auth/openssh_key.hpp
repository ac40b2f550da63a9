// The container "openssh-key-v1" (PROTOCOL.key of OpenSSH), taken apart. Pure and bounded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "retouch/base/result.hpp"
#include "retouch/base/secret.hpp"

namespace retouch::auth {

struct OpenSshKey {
  std::string public_blob;
  std::string type;
  bool encrypted = false;  // then there are no parts
  // Big endian numbers and bytes: ssh-rsa n, e, d, iqmp, p, q; ecdsa-sha2-* curve, point, d; ssh-ed25519 public, seed.
  std::vector<Secret> parts;
};

bool is_openssh_key(std::string_view text);
// Errc::invalid_input says what is wrong with it. One key; nothing may stand behind it.
Result<OpenSshKey> read_openssh_key(const Secret& text);

}  // namespace retouch::auth
