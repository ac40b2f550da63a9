// Where retouch keeps things when no directory is configured. Pure: the environment decides, nothing is looked at.
// The order is always: the systemd variable, else the XDG variable, else the /var (or /run) path as root, else below
// $HOME. nullopt = there is no such place (no HOME): then there is no cache or state, never one in a shared temporary
// directory.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "retouch/os/environment.hpp"

namespace retouch::os {

std::optional<std::string> state_directory(const Environment& environment, bool root);    // ~/.local/state/retouch
std::optional<std::string> cache_directory(const Environment& environment, bool root);    // ~/.cache/retouch
std::optional<std::string> runtime_directory(const Environment& environment, bool root);  // no fallback below HOME
// $XDG_CONFIG_HOME, else ~/.config: other programs' configuration (openstack/clouds.yaml) is looked for there, too.
std::optional<std::string> user_config_directory(const Environment& environment);
std::optional<std::string> home_directory(const Environment& environment);

// "a/b" + "c" -> "a/b/c"; an absolute `name` is itself.
std::string join_path(std::string_view directory, std::string_view name);
// "a/b/c" -> "a/b", "c" -> ".", "/c" -> "/".
std::string parent_path(std::string_view path);
// "~" and "~/x" with $HOME in its place; anything else, or without HOME, as it is.
std::string expand_home(std::string_view path, const Environment& environment);

}  // namespace retouch::os
