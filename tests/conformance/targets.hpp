// Which clouds the suite runs against.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "retouch/auth/account.hpp"

namespace retouch::conformance {

struct Target {
  std::string name;                          // of the test's parameter: "glance", "ims", "real_glance"
  std::string family;                        // as in the configuration
  std::optional<auth::Account> account{};    // nullopt = a simulated cloud, started for each test
  std::string control{};                     // of tests/cloudapi: where images are made and deleted
  std::optional<auth::Account> neighbour{};  // somebody of another project there; simulated clouds have one anyway
};

// RETOUCH_CONFORMANCE names the family of a cloud that is running already, and OS_AUTH_URL, OS_USERNAME, OS_PASSWORD,
// OS_USER_DOMAIN_NAME, OS_PROJECT_NAME, OS_PROJECT_DOMAIN_NAME and OS_REGION_NAME say who we are there; images are made
// and deleted in that project. OTHER_OS_USERNAME, OTHER_OS_PASSWORD and OTHER_OS_PROJECT_NAME are somebody of the same
// domain with another project, for what is true of others' images. RETOUCH_CONFORMANCE=triton is for tests/cloudapi and
// reads the variables of its cloud.env (CLOUDAPI_URL, _CONTROL, _ACCOUNT, _KEYS and the fingerprint of the key
// ed25519_pkcs8). Without RETOUCH_CONFORMANCE: one simulated cloud of each family.
std::vector<Target> targets();

inline void PrintTo(const Target& target, std::ostream* out) { *out << target.name; }

}  // namespace retouch::conformance
