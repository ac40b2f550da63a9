// Git sources, `service` and `notifications`: what the daemon needs beyond the other verbs.
#pragma once

#include "retouch/base/yaml.hpp"
#include "retouch/config/settings.hpp"

namespace retouch::config {

// "ADDRESS:PORT", "[::1]:9469"; nullopt = it is none. Names are not looked up. The address is written
// as os::canonical_address() does.
std::optional<ListenAddress> to_listen(const yaml::Value& value);

GitSource read_git(const yaml::Value& value, const std::string& directory, Diagnostics& diagnostics);
// `sources`: a webhook must name a Git source among them.
Service read_service(const yaml::Value& value, const std::string& directory, const std::vector<Source>& sources,
                     Diagnostics& diagnostics);
std::vector<Notification> read_notifications(const yaml::Value& value, const std::string& directory,
                                             Diagnostics& diagnostics);

}  // namespace retouch::config
