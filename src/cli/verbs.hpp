// One function a verb; each is a page of prose over the layers below.
#pragma once

#include "retouch/async/interrupt.hpp"
#include "retouch/cli/app.hpp"
#include "retouch/cli/scope.hpp"

namespace retouch::cli {

struct Context {
  const GlobalOptions& global;
  reconcile::World& world;
  Console& console;
  service::Host* host = nullptr;  // for `run`
};

task<int> validate(Context context, ValidateOptions options);
task<int> plan(Context context, PlanOptions options);
task<int> apply(Context context, ApplyOptions options);
task<int> rollback(Context context, RollbackOptions options);
task<int> drift(Context context, DriftOptions options);
task<int> explain(Context context, ExplainOptions options);
task<int> history(Context context, HistoryOptions options);
task<int> suspend(Context context, SuspendOptions options);
task<int> resume(Context context, ResumeOptions options);
task<int> run(Context context, RunOptions options);
task<int> status(Context context, StatusOptions options);
task<int> reconcile_now(Context context, ReconcileOptions options);
task<int> reload(Context context);
task<int> export_live(Context context, ExportOptions options);
task<int> export_definitions(Context context, ExportOptions options);  // of openstack-image-manager
task<int> check(Context context, CheckOptions options);
task<int> schema(Context context, SchemaOptions options);
task<int> completion(Context context, CompletionOptions options);
task<int> manual(Context context, ManualOptions options);
task<int> version(Context context);

// Shared by the verbs on clouds.

// Whether the verb comes to touch the state or the token cache, or only the cache of Git sources, if there are any. If
// so, and it is root's, it works from then on as the owner of the state's directory: what root left there would be out
// of the service's reach.
enum class Touches { nothing, sources, state };

// Finds and reads the configuration; complaints are printed. nullopt = end with exit_invalid.
task<std::optional<config::Settings>> load_settings(Context context, Touches touches = Touches::state);
// `service.socket` of it as far as it can be read, also where the rest is wrong; "" = it does not say. Nothing is
// printed.
task<std::string> configured_socket(Context context);
// Whether there is one; nothing is printed.
task<bool> has_settings(Context context);
// Reads sources and resolves manifests; complaints are printed. nullopt = end with `exit_code`.
task<std::optional<reconcile::DesiredState>> load_manifests(Context context, const config::Settings& settings,
                                                            const reconcile::ManifestChoice& choice, int& exit_code);
void print(Context context, const Diagnostics& diagnostics);
int complain(Context context, const Error& error);  // one line; returns its exit code
std::string to_stdout(const Json& document);        // indented, ASCII: nothing foreign speaks to a terminal

}  // namespace retouch::cli
