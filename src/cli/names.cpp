#include "names.hpp"

#include <algorithm>
#include <ostream>

#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"

namespace retouch::cli {

std::string guess(const std::string& word, const std::vector<std::string>& known) {
  const std::string near = did_you_mean(word, known);
  return near.empty() ? "" : "; " + near;
}

Result<void> check_cloud(const config::Settings& settings, const std::string& name) {
  std::vector<std::string> names;
  for (const config::Cloud& cloud : settings.clouds) names.push_back(cloud.name);
  if (std::ranges::find(names, name) != names.end()) return {};
  return fail(Errc::usage,
              "no cloud `" + name + "` is configured" + guess(name, names) + "; there are: " + join(names, ", "));
}

// A name that no manifest has is a slip of the finger. Where the manifests cannot be read nobody knows, and a person
// in a hurry must be able to stop an entry all the same.
task<Result<void>> check_entry(Context context, const config::Settings& settings, const std::string& name) {
  const reconcile::ManifestChoice choice{.paths = context.global.manifests, .keep_going = true};
  const auto desired = co_await reconcile::load_desired(settings, choice, context.world);
  std::vector<std::string> names;
  if (desired) {
    for (const auto& [cloud, entries] : desired->entries) {
      for (const core::DesiredEntry& entry : entries) names.push_back(entry.name);
    }
  }
  if (std::ranges::find(names, name) != names.end()) co_return Result<void>{};
  if (desired && !desired->diagnostics.has_errors())
    co_return fail(Errc::usage, "no manifest has an entry `" + name + "`" + guess(name, names));
  context.console.err << "Whether there is an entry " << printable(name, 253) << " is not known"
                      << (desired ? ": some manifests are invalid" : ": " + describe(desired.error())) << ".\n";
  co_return Result<void>{};
}

}  // namespace retouch::cli
