// `auth:` of one cloud.
#pragma once

#include <string>

#include "retouch/auth/account.hpp"
#include "retouch/base/diagnostic.hpp"
#include "retouch/base/yaml.hpp"

namespace retouch::config {

// Secrets are only noted: {file: PATH} relative to `directory`.
auth::AuthSettings read_auth(const yaml::Value& value, const std::string& directory, Diagnostics& diagnostics);
// The same with the keys of provider triton.
auth::AuthSettings read_triton_auth(const yaml::Value& value, const std::string& directory, Diagnostics& diagnostics);

// Where a secret is, as written; ~ stays as it is.
auth::AuthValue secret_value(const yaml::Value& value, const std::string& directory);

}  // namespace retouch::config
