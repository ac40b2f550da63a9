#include <ostream>

#include "retouch/core/narrowing.hpp"
#include "state.hpp"

namespace retouch::cli {

namespace {

std::string rendered(const core::Plan& drift, const DriftOptions& options, const Style& style) {
  switch (options.output) {
    case Output::json:
      return to_stdout(core::to_document(drift));
    case Output::markdown:
      return plan_as_markdown(drift, About::drift);
    case Output::text:
      break;
  }
  return plan_as_text(drift, style, About::drift);
}

}  // namespace

task<int> drift(Context context, DriftOptions options) {
  const auto settings = co_await load_settings(context);
  if (!settings) co_return reconcile::exit_invalid;
  const auto clouds = select_clouds(*settings, options.scope.clouds);
  if (!clouds) co_return complain(context, clouds.error());
  const auto state = co_await open_state(context, *settings, state::Open::read);
  if (!state) co_return complain(context, state.error());
  if (!state->configured) {
    co_return complain(context, without_state("nobody knows what was applied last, and drift cannot be told from what "
                                              "the manifests want anew"));
  }
  if (!state->store) context.console.err << "Nothing was applied yet, so nothing can have drifted.\n";
  int exit_code = 0;
  auto desired = co_await load_manifests(context, *settings, {context.global.manifests, options.keep_going}, exit_code);
  if (!desired) co_return exit_code;
  if (const auto known = check_scope(options.scope, *desired); !known) co_return complain(context, known.error());
  const bool left_out = desired->diagnostics.has_errors();

  reconcile::Passes passes(*clouds, std::move(*desired), context.world, {.store = state->store.get(), .verb = "drift"});
  passes.set_scope([&](const reconcile::CloudPass& pass) {
    reconcile::Scope scope = make_scope(options.scope, pass.table, {});
    scope.entries_missing = left_out;
    return scope;
  });
  co_await passes.open();
  co_await passes.plan();
  if (const auto met = check_where(options.scope, passes.clouds()); !met) co_return complain(context, met.error());
  passes.keep_fields(core::drifted);
  context.console.out << rendered(passes.document(), options, context.console.out_style) << std::flush;
  if (left_out) co_return reconcile::exit_invalid;
  co_return passes.drift_exit_code();
}

}  // namespace retouch::cli
