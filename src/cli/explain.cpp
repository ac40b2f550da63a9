#include <algorithm>
#include <ostream>

#include "names.hpp"
#include "retouch/base/text.hpp"
#include "retouch/cli/render_explain.hpp"
#include "state.hpp"

namespace retouch::cli {

namespace {

using Clouds = std::vector<const config::Cloud*>;

const core::DesiredEntry* entry_of(const std::vector<core::DesiredEntry>& entries, const std::string& name) {
  const auto it = std::ranges::find(entries, name, &core::DesiredEntry::name);
  return it == entries.end() ? nullptr : &*it;
}

// Those of `clouds` that the entry is about.
Result<Clouds> clouds_with(const std::string& entry, const Clouds& clouds, const reconcile::DesiredState& desired) {
  Clouds with;
  std::set<std::string> names, elsewhere;
  for (const auto& [cloud, entries] : desired.entries) {
    for (const core::DesiredEntry& each : entries) names.insert(each.name);
    if (entry_of(entries, entry) == nullptr) continue;
    const auto it = std::ranges::find(clouds, cloud, &config::Cloud::name);
    if (it == clouds.end()) {
      elsewhere.insert(cloud);
    } else {
      with.push_back(*it);
    }
  }
  if (!with.empty()) return with;
  if (elsewhere.empty()) return slip("no manifest has an entry `" + entry + "`" + guess(entry, names));
  return slip("entry " + entry + " is not about the clouds of --cloud, but about: " +
              join(std::vector<std::string>(elsewhere.begin(), elsewhere.end()), ", "));
}

// Before a cloud is asked; what `exact` and `on_removal` would take away is known only afterwards.
Result<void> check_field(const ExplainOptions& options, const Clouds& clouds, const reconcile::DesiredState& desired) {
  if (options.field.empty()) return {};
  std::set<std::string> names;
  for (const config::Cloud* cloud : clouds) {
    const core::DesiredEntry& entry = *entry_of(desired.entries.at(cloud->name), options.entry);
    if (entry.manage.properties == core::Manage::exact || entry.manage.remove_on_removal) return {};
    for (const core::DesiredField& field : entry.fields) names.insert(field.name);
    if (names.contains(desired.tables.at(cloud->name).canonical(options.field))) return {};
  }
  return slip("no line of entry " + options.entry + " sets `" + options.field + "`" + guess(options.field, names) +
              "; it sets: " + join(std::vector<std::string>(names.begin(), names.end()), ", "));
}

ExplainedCloud explained(const reconcile::CloudPass& pass, const core::Provenance& lines, const ExplainOptions& options,
                         const State& state, Wall now) {
  ExplainedCloud out{.cloud = pass.cloud->name, .provider = pass.cloud->provider, .remembers = state.configured};
  core::ExplainInput input{.entry = options.entry, .entries = pass.entries, .provenance = &lines, .now = now};
  if (pass.planned) {
    input.entries = pass.planned->entries;
    input.selection = pass.planned->selection.get();
    input.plan = &pass.planned->plan;
    input.memory = pass.planned->recollection.memory.get();
  }
  if (pass.error) out.error = describe(*pass.error);
  if (auto found = core::explain(input)) out.explanation = *std::move(found);
  if (!options.field.empty()) {
    const std::string name = pass.table.canonical(options.field);
    std::erase_if(out.explanation.fields, [&](const core::ExplainedField& field) { return field.name != name; });
  }
  return out;
}

}  // namespace

task<int> explain(Context context, ExplainOptions options) {
  const auto settings = co_await load_settings(context);
  if (!settings) co_return reconcile::exit_invalid;
  const auto selected = select_clouds(*settings, options.clouds);
  if (!selected) co_return complain(context, selected.error());
  int exit_code = 0;
  auto desired = co_await load_manifests(context, *settings,
                                         {context.global.manifests, options.keep_going, options.entry}, exit_code);
  if (!desired) co_return exit_code;
  const auto clouds = clouds_with(options.entry, *selected, *desired);
  if (!clouds) co_return complain(context, clouds.error());
  if (const auto known = check_field(options, *clouds, *desired); !known) co_return complain(context, known.error());
  const auto state = co_await open_state(context, *settings, state::Open::read);
  if (!state) co_return complain(context, state.error());

  const bool left_out = desired->diagnostics.has_errors();
  const auto lines = std::move(desired->provenance);
  reconcile::Passes passes(*clouds, std::move(*desired), context.world,
                           {.store = state->store.get(), .remembers = state->configured, .verb = "explain"});
  passes.set_scope([&](const reconcile::CloudPass&) { return reconcile::Scope{.entries_missing = left_out}; });
  co_await passes.open();
  co_await passes.plan();
  std::vector<ExplainedCloud> all;
  bool any_field = options.field.empty() || passes.any_failed();
  for (const reconcile::CloudPass& pass : passes.clouds()) {
    all.push_back(explained(pass, lines.at(pass.cloud->name), options, *state, context.world.clock.wall()));
    any_field = any_field || !all.back().explanation.fields.empty();
  }
  if (!any_field) {
    co_return complain(context, {.code = Errc::usage,
                                 .message = "no line of entry " + options.entry + " sets `" + options.field +
                                            "`, and nothing is to be done about it"});
  }
  context.console.out << (options.output == Output::json
                              ? to_stdout(explanation_as_json(options.entry, all))
                              : explanation_as_text(options.entry, all, context.console.out_style))
                      << std::flush;
  co_return left_out ? int{reconcile::exit_invalid} : int{passes.plan_exit_code(false)};
}

}  // namespace retouch::cli
