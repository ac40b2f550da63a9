#include "targets.hpp"

#include "retouch/os/environment.hpp"

namespace retouch::conformance {

std::vector<Target> targets() {
  const auto environment = os::Environment::of_process();
  const auto get = [&](const std::string& name) { return environment.get(name).value_or(""); };
  const auto family = get("RETOUCH_CONFORMANCE");
  if (family.empty()) return {{.name = "glance", .family = "glance"}, {.name = "ims", .family = "ims"}};
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
