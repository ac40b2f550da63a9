// The private key of a fingerprint among the files of ~/.ssh, as the stock client finds it.
#pragma once

#include <string>
#include <vector>

#include "retouch/auth/clouds_yaml.hpp"
#include "retouch/auth/ssh_key.hpp"

namespace retouch::auth {

inline constexpr std::size_t max_searched_files = 200;

struct FoundKey {
  Secret text;
  std::string path;
};
// Looks at regular files of ~/.ssh itself, at most 64 KiB each and 200 in all. `key_id` is no name. Errc::not_found,
// or Errc::invalid_input for the right key encrypted, untrusted for one that others can write.
Result<FoundKey> find_key(const KeyId& key_id, const AccountSources& sources);

// Errc::untrusted for a key of ours that group or others can read, as ssh refuses it; not for one that somebody else
// owns (Kubernetes mounts secrets as root's, 0644) nor below $CREDENTIALS_DIRECTORY, /run/credentials and /run/secrets.
Result<void> check_key_file(const std::string& path, const AccountSources& sources);

}  // namespace retouch::auth
