#include "targets.hpp"

#include <fstream>
#include <sstream>

#include "retouch/os/environment.hpp"

namespace retouch::conformance {
namespace {

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace

std::vector<Target> targets() {
  const auto environment = os::Environment::of_process();
  const auto get = [&](const std::string& name) { return environment.get(name).value_or(""); };
  const auto family = get("RETOUCH_CONFORMANCE");
  if (family.empty()) {
    return {{.name = "glance", .family = "glance"},
            {.name = "ims", .family = "ims"},
            {.name = "triton", .family = "triton"}};
  }
  if (family == "triton") {
    auth::HttpSignatureLogin login{.account = get("CLOUDAPI_ACCOUNT"),
                                   .key_id = get("CLOUDAPI_FINGERPRINT_ed25519_pkcs8"),
                                   .key = Secret(text_of(get("CLOUDAPI_KEYS") + "/ed25519_pkcs8"))};
    return {{.name = "real_triton",
             .family = family,
             .account = auth::Account{.login = std::move(login), .endpoint = get("CLOUDAPI_URL")},
             .control = get("CLOUDAPI_CONTROL")}};
  }
  const auto account = [&](const std::string& prefix) {
    return auth::Account{.login = auth::PasswordLogin{.username = get(prefix + "OS_USERNAME"),
                                                      .user_domain_name = get("OS_USER_DOMAIN_NAME"),
                                                      .password = Secret(get(prefix + "OS_PASSWORD"))},
                         .auth_url = get("OS_AUTH_URL"),
                         .project_name = get(prefix + "OS_PROJECT_NAME"),
                         .project_domain_name = get("OS_PROJECT_DOMAIN_NAME"),
                         .region = get("OS_REGION_NAME")};
  };
  Target target{.name = "real_" + family, .family = family, .account = account("")};
  if (!get("OTHER_OS_USERNAME").empty()) target.neighbour = account("OTHER_");
  return {std::move(target)};
}

}  // namespace retouch::conformance
