#include "names.hpp"

#include <algorithm>
#include <ostream>

#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"

namespace retouch::cli {

namespace {

std::vector<std::string> ids_of(const std::vector<core::RunRecord>& runs, std::size_t most) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < runs.size() && i < most; ++i) ids.push_back(runs[i].id);
  return ids;
}

}  // namespace

std::unexpected<Error> slip(std::string message) { return fail(Errc::usage, std::move(message)); }

std::string guess(const std::string& word, const std::vector<std::string>& known) {
  const std::string near = did_you_mean(word, known);
  return near.empty() ? "" : "; " + near;
}

std::string guess(const std::string& word, const std::set<std::string>& known) {
  return guess(word, std::vector<std::string>(known.begin(), known.end()));
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

task<Result<core::RunRecord>> run_called(state::Store& store, const std::string& word) {
  constexpr std::size_t shown = 5;
  RETOUCH_CO_TRY(auto found, co_await store.runs({.id_prefix = word}));
  const auto exactly = std::ranges::find(found, word, &core::RunRecord::id);
  if (exactly != found.end()) co_return *std::move(exactly);
  if (found.size() == 1) co_return std::move(found.front());
  if (found.empty()) {
    RETOUCH_CO_TRY(const auto all, co_await store.runs({}));
    const std::string guess = did_you_mean(word, ids_of(all, all.size()));
    co_return fail(Errc::usage, "there is no run " + word + (guess.empty() ? "" : "; " + guess) +
                                    "; `retouch history --all` lists them");
  }
  std::string list = join(ids_of(found, shown), ", ");
  if (found.size() > shown) list += " and " + std::to_string(found.size() - shown) + " more";
  co_return fail(Errc::usage, std::to_string(found.size()) + " runs begin with " + word + ": " + list);
}

}  // namespace retouch::cli
