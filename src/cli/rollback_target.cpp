#include "rollback_target.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "names.hpp"
#include "retouch/base/text.hpp"

namespace retouch::cli {

namespace {

// What begins several revisions is none of them.
Result<void> one_revision(const std::vector<core::RunRecord>& runs, const std::string& begin) {
  std::set<std::string> revisions;
  for (const core::RunRecord& run : runs) {
    for (const core::SourceRevision& source : run.sources) {
      if (source.revision.starts_with(begin)) revisions.insert(source.revision);
    }
  }
  if (revisions.size() <= 1 || revisions.contains(begin)) return {};
  const std::vector<std::string> names(revisions.begin(), revisions.end());
  return fail(Errc::usage, "several revisions begin with " + begin + ": " + join(names, ", "));
}

task<Result<RollbackTarget>> named_target(state::Store& store, const RollbackOptions& options) {
  RollbackTarget target;
  if (!options.run.empty()) {
    RETOUCH_CO_TRY(core::RunRecord run, co_await run_called(store, options.run));
    target.name = "run " + run.id;
    RETOUCH_CO_TRY(target.changes, co_await store.changes({.run = run.id}));
    target.runs.push_back(std::move(run));
    co_return target;
  }
  target.name = "revision " + options.revision;
  RETOUCH_CO_TRY(target.runs, co_await store.runs({.revision = options.revision}));
  RETOUCH_CO_CHECK(one_revision(target.runs, options.revision));
  std::ranges::reverse(target.runs);  // oldest first, as the changes must be
  for (const core::RunRecord& run : target.runs) {
    RETOUCH_CO_TRY(std::vector<core::ChangeRecord> changes, co_await store.changes({.run = run.id}));
    std::erase_if(changes, [&](const auto& change) { return !change.revision.starts_with(options.revision); });
    std::ranges::move(changes, std::back_inserter(target.changes));
  }
  if (target.runs.empty()) co_return fail(Errc::usage, "no run in the journal is of revision " + options.revision);
  co_return target;
}

// "run ID" or "revision SHA", as a rollback names what it took back.
RollbackOptions options_of(const std::string& undoes) {
  const auto space = undoes.find(' ');
  const std::string what = undoes.substr(0, space), name = space == std::string::npos ? "" : undoes.substr(space + 1);
  RollbackOptions options;
  (what == "run" ? options.run : options.revision) = name;
  return options;
}

// From a rollback down to what some apply did, which the first rollback of the chain took back.
struct Chain {
  bool applied_again = false;  // an even number of rollbacks: the manifests' wish was sent again
  std::vector<core::ChangeRecord> root{};
};

task<Result<Chain>> chain_of(state::Store& store, core::RunRecord run) {
  constexpr int longest = 1000;  // a journal that names a circle
  Chain chain;
  for (int length = 1; length < longest; ++length) {
    RETOUCH_CO_TRY(RollbackTarget before, co_await named_target(store, options_of(run.undoes)));
    chain.applied_again = length % 2 == 0;
    chain.root = std::move(before.changes);
    if (before.runs.size() != 1 || before.runs.front().undoes.empty()) break;
    run = std::move(before.runs.front());
  }
  co_return chain;
}

// What is held when a field is taken back is the wish of the manifests, which a rollback's own record does not have: it
// asked for a value.
void wish_as_manifests(std::vector<core::ChangeRecord>& changes, const std::string& run, const Chain& chain) {
  using Key = std::tuple<std::string, std::string, std::string>;  // cloud, image, field
  std::map<Key, std::optional<core::Wish>> wishes;
  for (const core::ChangeRecord& change : chain.root)
    wishes[{change.cloud, change.image_id, change.change.name}] = change.change.wish;
  for (core::ChangeRecord& change : changes) {
    const auto it = wishes.find({change.cloud, change.image_id, change.change.name});
    if (change.run == run && it != wishes.end()) change.change.wish = it->second;
  }
}

}  // namespace

task<Result<RollbackTarget>> find_target(state::Store& store, const RollbackOptions& options) {
  RETOUCH_CO_TRY(RollbackTarget target, co_await named_target(store, options));
  for (const core::RunRecord& run : target.runs) {
    if (run.undoes.empty()) continue;
    const auto chain = co_await chain_of(store, run);
    // What it took back is not in the journal any more: then it is a rollback like most.
    if (!chain && chain.error().code != Errc::usage) co_return fail(chain.error());
    if (chain && chain->applied_again) {
      wish_as_manifests(target.changes, run.id, *chain);
    } else {
      target.rollbacks.insert(run.id);
    }
  }
  co_return target;
}

}  // namespace retouch::cli
