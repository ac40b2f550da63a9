// Opening a secret where the configuration says it is.
#pragma once

#include <string>
#include <vector>

#include "retouch/auth/account.hpp"
#include "retouch/os/environment.hpp"
#include "retouch/os/files.hpp"

namespace retouch::auth {

inline constexpr std::size_t max_secret_file = 64 * 1024;

// {file: PATH}, ~/ being $HOME: links are followed (Kubernetes mounts secrets as links), one line end at its end is
// dropped. A file that
//   others can write is refused: they would choose what we send. One that all can read is used with a notice and not
//   refused, because container runtimes mount secrets 0444 into a file system of one's own.
// {env: NAME}, {credential: NAME} (below $CREDENTIALS_DIRECTORY, as systemd provides it), or a literal.
// `key` names the setting in errors: "password". An empty secret is an error.
Result<Secret> open_secret(const AuthValue& value, const std::string& key, const os::Environment& environment,
                           os::Files& files, std::vector<std::string>& notices);

}  // namespace retouch::auth
