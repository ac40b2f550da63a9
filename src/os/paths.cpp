#include "retouch/os/paths.hpp"

namespace retouch::os {
namespace {

// Relative values are ignored, as the XDG specification says: what they would mean depends on the working directory.
std::optional<std::string> absolute(const Environment& environment, const std::string& variable) {
  auto value = environment.get(variable);
  if (!value || value->front() != '/') return std::nullopt;
  return value;
}

// systemd lists several directories with colons (StateDirectory=retouch other); the first one is ours.
std::optional<std::string> systemd_directory(const Environment& environment, const std::string& variable) {
  auto value = absolute(environment, variable);
  if (!value) return std::nullopt;
  return value->substr(0, value->find(':'));
}

struct Candidates {
  const char* systemd;
  const char* xdg;
  const char* root;
  const char* below_home;  // nullptr = none
};

std::optional<std::string> choose(const Environment& environment, bool root, const Candidates& candidates) {
  if (auto directory = systemd_directory(environment, candidates.systemd)) return directory;
  if (auto directory = absolute(environment, candidates.xdg)) return join_path(*directory, "retouch");
  if (root) return candidates.root;
  auto home = home_directory(environment);
  if (!home || !candidates.below_home) return std::nullopt;
  return join_path(*home, candidates.below_home);
}

}  // namespace

std::optional<std::string> state_directory(const Environment& environment, bool root) {
  return choose(environment, root, {"STATE_DIRECTORY", "XDG_STATE_HOME", "/var/lib/retouch", ".local/state/retouch"});
}

std::optional<std::string> cache_directory(const Environment& environment, bool root) {
  return choose(environment, root, {"CACHE_DIRECTORY", "XDG_CACHE_HOME", "/var/cache/retouch", ".cache/retouch"});
}

std::optional<std::string> runtime_directory(const Environment& environment, bool root) {
  return choose(environment, root, {"RUNTIME_DIRECTORY", "XDG_RUNTIME_DIR", "/run/retouch", nullptr});
}

std::optional<std::string> user_config_directory(const Environment& environment) {
  if (auto directory = absolute(environment, "XDG_CONFIG_HOME")) return directory;
  auto home = home_directory(environment);
  if (!home) return std::nullopt;
  return join_path(*home, ".config");
}

std::optional<std::string> home_directory(const Environment& environment) { return absolute(environment, "HOME"); }

std::string join_path(std::string_view directory, std::string_view name) {
  if (name.starts_with('/') || directory.empty()) return std::string(name);
  std::string joined(directory);
  if (joined.back() != '/') joined += '/';
  return joined.append(name);
}

std::string parent_path(std::string_view path) {
  auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return std::string(slash == 0 ? "/" : path.substr(0, slash));
}

std::string expand_home(std::string_view path, const Environment& environment) {
  if (path != "~" && !path.starts_with("~/")) return std::string(path);
  auto home = home_directory(environment);
  if (!home) return std::string(path);
  return path == "~" ? *home : join_path(*home, path.substr(2));
}

}  // namespace retouch::os
