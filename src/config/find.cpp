#include <fmt/format.h>

#include "retouch/config/settings.hpp"
#include "retouch/os/paths.hpp"

namespace retouch::config {
namespace {

Result<FoundSettings> named(const std::string& path, std::string_view by, os::Files& files) {
  RETOUCH_TRY(const auto info, files.info(path));
  if (info && !info->directory) return FoundSettings{.path = path};
  return fail(Errc::not_found, fmt::format("there is no file {}, which {} names as the configuration", path, by));
}

// True when the working directory's file may be used. What stands where one happens to be must not decide which clouds
// are changed unless it is plainly one's own.
Result<bool> usable_here(const std::string& path, os::Files& files, std::vector<std::string>& notices) {
  RETOUCH_TRY(const auto info, files.info(path));
  if (!info || info->directory) return false;
  if (info->owned_by_user && !info->writable_by_others) {
    notices.push_back(fmt::format("using {} of the working directory", path));
    return true;
  }
  notices.push_back(
      fmt::format("{} of the working directory is ignored: it must be owned by you and writable by nobody else; "
                  "--config {} takes it all the same",
                  path, path));
  return false;
}

}  // namespace

Result<FoundSettings> find_settings(const SettingsSearch& search) {
  if (search.option) return named(*search.option, "--config", search.files);
  if (auto path = search.environment.get("RETOUCH_CONFIG")) return named(*path, "RETOUCH_CONFIG", search.files);
  FoundSettings found;
  if (search.working_directory) {
    RETOUCH_TRY(const bool usable, usable_here("./retouch.yaml", search.files, found.notices));
    if (usable) found.path = "./retouch.yaml";
  }
  std::vector<std::string> usual;
  if (auto user = os::user_config_directory(search.environment))
    usual.push_back(os::join_path(*user, "retouch/retouch.yaml"));
  usual.emplace_back("/etc/retouch/retouch.yaml");
  for (const auto& path : usual) {
    if (!found.path.empty()) break;
    RETOUCH_TRY(const auto info, search.files.info(path));
    if (info && !info->directory) found.path = path;
  }
  return found;
}

}  // namespace retouch::config
