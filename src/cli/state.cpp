#include "state.hpp"

#include <algorithm>

#include "retouch/os/paths.hpp"

namespace retouch::cli {

namespace {

bool is_none(const config::Settings& settings) { return settings.state_path && *settings.state_path == "none"; }

}  // namespace

Result<std::string> state_directory(Context context, const config::Settings& settings) {
  if (settings.state_path && !is_none(settings)) return *settings.state_path;
  if (auto directory = os::state_directory(context.world.environment, context.world.root)) return *directory;
  return fail(Errc::invalid_input,
              "there is no place for the state (the account's lock and the memory of what was applied): HOME is not "
              "set; configure `state: {path: …}`");
}

task<Result<State>> open_state(Context context, const config::Settings& settings, state::Open how) {
  if (is_none(settings)) co_return State{.configured = false};
  RETOUCH_CO_TRY(std::string directory, state_directory(context, settings));
  if (!context.world.open_store) co_return fail(Errc::internal, "this program was put together without a store");
  auto opening = context.world.open_store(std::move(directory), how);
  State state;
  RETOUCH_CO_TRY(state.store, co_await std::move(opening));
  co_return state;
}

Error without_state(const std::string& consequence) {
  return {.code = Errc::usage,
          .message = "the configuration says `state: none`, so " + consequence +
                     "; leave the key out, or configure `state: {path: …}`"};
}

Wall back(const Moment& moment, Wall now) {
  if (const auto* span = std::get_if<Duration>(&moment)) return now - *span;
  return std::get<Wall>(moment);
}

Wall ahead(const Moment& moment, Wall now) {
  if (const auto* span = std::get_if<Duration>(&moment)) return now + std::min(*span, Wall::max() - now);
  return std::get<Wall>(moment);
}

}  // namespace retouch::cli
