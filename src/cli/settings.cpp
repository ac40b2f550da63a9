#include <algorithm>
#include <ostream>

#include "retouch/auth/resolve.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/config/settings.hpp"
#include "retouch/os/identity.hpp"
#include "state.hpp"
#include "verbs.hpp"

namespace retouch::cli {

namespace {

constexpr std::size_t settings_cap = 8u << 20;

struct Read {
  Result<config::Settings> settings;
  std::vector<std::string> notices;
  Diagnostics diagnostics;
};

Result<config::FoundSettings> find(Context context) {
  reconcile::World& world = context.world;
  return config::find_settings(
      {.option = context.global.config.empty() ? std::nullopt : std::optional(context.global.config),
       .environment = world.environment,
       .files = world.files,
       .working_directory = !world.working_directory.empty()});
}

Result<config::Settings> read(Context context, std::vector<std::string>& notices, Diagnostics& diagnostics) {
  RETOUCH_TRY(config::FoundSettings found, find(context));
  notices = found.notices;
  if (found.path.empty()) {
    return fail(Errc::invalid_input,
                "no configuration was found; looked at --config, $RETOUCH_CONFIG, ./retouch.yaml, "
                "~/.config/retouch/retouch.yaml and /etc/retouch/retouch.yaml");
  }
  RETOUCH_TRY(const std::string text, context.world.files.read(found.path, settings_cap));
  return config::parse_settings(text, found.path, diagnostics);
}

// Before anything but the configuration is opened. Not for who is not root: world.root is what main() saw.
Result<void> work_as_owner(Context context, const config::Settings& settings) {
  reconcile::World& world = context.world;
  if (!world.root) return {};
  RETOUCH_TRY(const std::string directory, state_directory(context, settings));
  RETOUCH_TRY(const std::optional<os::User> owner, os::other_owner(directory));
  if (!owner) return {};
  RETOUCH_CHECK(os::become(*owner));
  world.environment = os::environment_of(*owner, world.environment);
  world.log.debug("working as user " + owner->name + ", who owns " + directory);
  return {};
}

}  // namespace

task<std::string> configured_socket(Context context) {
  auto work = [context]() -> std::string {
    std::vector<std::string> notices;
    Diagnostics ignored;
    const auto settings = read(context, notices, ignored);
    return settings ? settings->service.socket : "";
  };
  co_return co_await context.world.blocking.run(work);
}

task<bool> has_settings(Context context) {
  auto work = [context] { return find(context); };
  const auto found = co_await context.world.blocking.run(work);
  co_return !found || !found->path.empty();  // what was named and is not there is not nothing
}

task<std::optional<config::Settings>> load_settings(Context context, Touches touches) {
  auto work = [context, touches] {
    Read result{.settings = config::Settings{}};
    result.settings = read(context, result.notices, result.diagnostics);
    if (!result.settings || result.diagnostics.has_errors()) return result;
    const bool git =
        std::ranges::any_of(result.settings->sources, [](const auto& source) { return source.git.has_value(); });
    if (touches == Touches::nothing || (touches == Touches::sources && !git)) return result;
    if (auto done = work_as_owner(context, *result.settings); !done) result.settings = fail(std::move(done.error()));
    return result;
  };
  Read result = co_await context.world.blocking.run(work);
  for (const std::string& notice : result.notices) context.console.err << printable(notice) << '\n';
  print(context, result.diagnostics);
  if (!result.settings) {
    complain(context, result.settings.error());
    co_return std::nullopt;
  }
  if (result.diagnostics.has_errors()) co_return std::nullopt;
  co_return std::move(*result.settings);
}

}  // namespace retouch::cli
