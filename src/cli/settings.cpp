#include <ostream>

#include "retouch/auth/resolve.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/config/settings.hpp"
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

}  // namespace

task<bool> has_settings(Context context) {
  auto work = [context] { return find(context); };
  const auto found = co_await context.world.blocking.run(work);
  co_return !found || !found->path.empty();  // what was named and is not there is not nothing
}

task<std::optional<config::Settings>> load_settings(Context context) {
  auto work = [context] {
    Read result{.settings = config::Settings{}};
    result.settings = read(context, result.notices, result.diagnostics);
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
