#include "source_watches.hpp"

#include "retouch/sources/settling.hpp"

namespace retouch::reconcile {

task<void> SourceWatches::wait(config::Source source, World& world) {
  if (source.git) {
    co_await world.clock.sleep_for(source.git->interval);
    co_return;
  }
  auto& watch = watches_[source.directory.path];
  if (!watch) {
    auto made = os::watch_tree(co_await asio::this_coro::executor, source.directory.path);
    if (made) {
      watch = std::move(*made);
      co_return;
    }
    world.log.warning("cannot watch a source: it is read once a minute",
                      {{"source", source.name}, {"error", describe(made.error())}});
    co_await world.clock.sleep_for(sources::SettlingRules{}.anyway);
    co_return;
  }
  const auto settled = co_await sources::wait_until_settled(*watch, world.clock);
  if (!settled) watch.reset();  // a new one next time
}

}  // namespace retouch::reconcile
