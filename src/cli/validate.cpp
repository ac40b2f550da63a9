#include <ostream>

#include "retouch/auth/resolve.hpp"
#include "style.hpp"
#include "verbs.hpp"

namespace retouch::cli {

task<int> validate(Context context, ValidateOptions options) {
  const auto settings = co_await load_settings(
      context, options.paths.empty() && context.global.manifests.empty() ? Touches::sources : Touches::nothing);
  if (!settings) co_return reconcile::exit_invalid;
  reconcile::ManifestChoice choice{.paths = options.paths.empty() ? context.global.manifests : options.paths};
  auto desired = co_await reconcile::load_desired(*settings, choice, context.world);
  if (!desired) co_return complain(context, desired.error());
  for (const config::Cloud& cloud : settings->clouds) {
    auth::check_account(config::account_request(cloud),
                        {.environment = context.world.environment,
                         .files = context.world.files,
                         .working_directory = !context.world.working_directory.empty(),
                         .open_secrets = false},
                        desired->diagnostics);
  }
  print(context, desired->diagnostics);
  if (desired->diagnostics.has_errors()) co_return reconcile::exit_invalid;
  std::size_t wishes = 0;
  for (const auto& [cloud, entries] : desired->entries) wishes += entries.size();
  context.console.out << Paint(context.console.out_style).green("Valid:") << " "
                      << counted(desired->files, "file", "files") << ", " << counted(wishes, "entry", "entries")
                      << " over " << counted(settings->clouds.size(), "cloud", "clouds") << ".\n"
                      << std::flush;
  co_return reconcile::exit_ok;
}

}  // namespace retouch::cli
