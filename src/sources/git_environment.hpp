// What a git that we start sees of the world: nothing of our environment and of the user's configuration but what is
// named here. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retouch/os/environment.hpp"

namespace retouch::sources {

using GitSetting = std::pair<std::string, std::string>;

// Of `git config --null --get-regexp`: the user's settings that count, in their order.
inline constexpr std::string_view user_settings_pattern =
    R"(^(credential\.(.*\.)?(helper|username|usehttppath)|url\..*\.insteadof)$)";
std::vector<GitSetting> parse_user_settings(std::string_view output);

struct GitPrograms {
  std::string ssh{};
  std::string ssh_keygen{};
};

// "NAME=value" each. For reading the user's configuration, and with it for everything else.
std::vector<std::string> environment_to_read_settings(const os::Environment& ours);
std::vector<std::string> git_environment(const os::Environment& ours, const std::vector<GitSetting>& user_settings,
                                         const GitPrograms& programs, const std::string& protocol,
                                         const std::string& allowed_signers);

// The command that git gives to a shell: every word of it is ours, but HOME, which is in it only if it is harmless.
std::string ssh_command(const std::string& ssh, const std::string& home);

}  // namespace retouch::sources
