// The profiles of the `triton` client: files below ~/.triton, and the variables TRITON_* and SDC_*
// (protocols/triton.md 6).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "retouch/auth/account.hpp"
#include "retouch/auth/clouds_yaml.hpp"

namespace retouch::auth {

struct TritonProfile {
  std::map<std::string, AuthValue> values;  // by our names: url, account, key_id, user, roles, act_as, key
  bool insecure = false;
  bool from_environment = false;
  bool by_variable = false;  // a file, but only $TRITON_PROFILE or $SDC_PROFILE says that it is this one
  std::string origin;        // "profile `lab` of /home/a/.triton/profiles.d/lab.json"
};

// `name` empty: $TRITON_PROFILE, the `profile` of config.json, else the variables. `env` is the variables.
// Errc::not_found: no such file. A file that others can write is Errc::untrusted, one with keys that the client does
// not know Errc::invalid_input.
Result<TritonProfile> find_triton_profile(const std::string& name, const AccountSources& sources);

}  // namespace retouch::auth
