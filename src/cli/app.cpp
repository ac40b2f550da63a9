#include "retouch/cli/app.hpp"

#include <ostream>

#include "retouch/base/digest.hpp"
#include "retouch/os/process.hpp"
#include "verbs.hpp"
#include "version.hpp"

namespace retouch::cli {

std::function<void()> early_work(const Options& options) {
  // The daemon's threads share one heap, which must be settled before any of them takes memory.
  if (!reaches_clouds(options.verb) || options.verb == Verb::run) return {};
  return [] { sha256({}); };  // the first one makes OpenSSL read its own configuration, some 4 ms
}

std::string user_agent() { return std::string("retouch/") + program_version; }

namespace {

task<int> dispatch(Options options, reconcile::World& world, Console& console, service::Host* host) {
  const Context context{options.global, world, console, host};
  switch (options.verb) {
    case Verb::validate:
      co_return co_await validate(context, std::move(options.validate));
    case Verb::plan:
      co_return co_await plan(context, std::move(options.plan));
    case Verb::apply:
      co_return co_await apply(context, std::move(options.apply));
    case Verb::rollback:
      co_return co_await rollback(context, std::move(options.rollback));
    case Verb::run:
      co_return co_await run(context, std::move(options.run));
    case Verb::status:
      co_return co_await status(context, std::move(options.status));
    case Verb::reconcile:
      co_return co_await reconcile_now(context, std::move(options.reconcile));
    case Verb::reload:
      co_return co_await reload(context);
    case Verb::export_:
      if (options.export_.from.empty()) co_return co_await export_live(context, std::move(options.export_));
      co_return co_await export_definitions(context, std::move(options.export_));
    case Verb::check:
      co_return co_await check(context, std::move(options.check));
    case Verb::schema:
      co_return co_await schema(context, std::move(options.schema));
    case Verb::completion:
      co_return co_await completion(context, std::move(options.completion));
    case Verb::manual:
      co_return co_await manual(context, std::move(options.manual));
    case Verb::version:
      co_return co_await version(context);
    case Verb::history:
      co_return co_await history(context, std::move(options.history));
    case Verb::suspend:
      co_return co_await suspend(context, std::move(options.suspend));
    case Verb::resume:
      co_return co_await resume(context, std::move(options.resume));
    case Verb::drift:
      co_return co_await drift(context, std::move(options.drift));
    case Verb::explain:
      co_return co_await explain(context, std::move(options.explain));
  }
  co_return reconcile::exit_error;
}

}  // namespace

int exit_code_after(const Options& options, int code, int signal) {
  const bool serves = options.verb == Verb::run && !options.run.once;
  return signal == 0 || serves ? code : 128 + signal;
}

task<int> run_verb(Options options, reconcile::World& world, Console& console, service::Host* host) {
  const int exit_code = co_await dispatch(std::move(options), world, console, host);
  console.out.flush();
  if ((exit_code == reconcile::exit_error || exit_code == reconcile::exit_invalid) && world.root && !os::is_root()) {
    console.err << "retouch: (root's verbs work as the owner of the state's directory; --log-level debug names both)\n";
  }
  if (console.out) co_return exit_code;
  console.err << "retouch: the result could not be written to standard output\n";
  co_return exit_code == reconcile::exit_ok ? int{reconcile::exit_error} : exit_code;
}

}  // namespace retouch::cli
