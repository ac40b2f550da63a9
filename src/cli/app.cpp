#include "retouch/cli/app.hpp"

#include "verbs.hpp"
#include "version.hpp"

namespace retouch::cli {

std::string user_agent() { return std::string("retouch/") + program_version; }

task<int> run_verb(Options options, reconcile::World& world, Console& console) {
  const Context context{options.global, world, console};
  switch (options.verb) {
    case Verb::validate:
      co_return co_await validate(context, std::move(options.validate));
    case Verb::plan:
      co_return co_await plan(context, std::move(options.plan));
    case Verb::apply:
      co_return co_await apply(context, std::move(options.apply));
    case Verb::check:
      co_return co_await check(context, std::move(options.check));
    case Verb::schema:
      co_return co_await schema(context, std::move(options.schema));
    case Verb::version:
      co_return co_await version(context);
  }
  co_return reconcile::exit_error;
}

}  // namespace retouch::cli
