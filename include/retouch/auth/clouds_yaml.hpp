// clouds.yaml, secure.yaml and OS_*, found and merged as openstacksdk does, with rules of trust added:
//
// * Files of the working directory are used only when owned by the user and writable by nobody else, are named in a
// notice,
//   and not looked at when `working_directory` is false (`run`): a repository that one merely stands in must not choose
//   where a password goes.
// * secure.yaml merges only into a clouds.yaml of its own or a more trusted directory (working directory < the user's
//   configuration < /etc); from a less trusted one it adds secrets only, never an address.
// * The environment alone never turns TLS verification off.
#pragma once

#include <string>
#include <vector>

#include "retouch/base/json.hpp"
#include "retouch/os/environment.hpp"
#include "retouch/os/files.hpp"

namespace retouch::auth {

struct AccountSources {
  const os::Environment& environment;
  os::Files& files;
  bool working_directory = true;  // false for `run`
  bool open_secrets = true;       // false for `validate`: secure.yaml is not read, no secret is opened
};

// One cloud with profile, region and templates worked in: top-level keys as texts (lists as lists), `auth` an object,
// names with `_`, old names replaced by the current ones (tenant_name, endpoint_type, domain_name, …).
struct CloudEntry {
  Json values = Json::object();
  std::string origin;  // "cloud `otc` of /etc/openstack/clouds.yaml"
  bool from_environment = false;
  std::vector<std::string> notices;

  std::string text(std::string_view key) const;  // "" = absent
  std::string auth_text(std::string_view key) const;
};

// `name` empty: $OS_CLOUD, else the variables OS_* as a cloud named `envvars` (or $OS_CLOUD_NAME), else the only cloud
// there is. `region` empty: the entry's own. Errc::not_found names the clouds that exist; a file that cannot be parsed
// is Errc::invalid_input with its place (openstacksdk skips it; then another file's credentials would be used).
Result<CloudEntry> find_cloud(const std::string& name, const std::string& region, const AccountSources& sources);

}  // namespace retouch::auth
