#include "retouch/sources/source.hpp"

namespace retouch::sources {

task<Result<Snapshot>> Source::read_at(std::string revision) {
  co_return fail(Errc::usage, "source " + name() + " is a directory, which knows no revision `" + revision + "`");
}

task<Result<std::optional<Snapshot>>> Source::read_unless(std::string revision) {
  auto snapshot = co_await read();
  if (!snapshot) co_return fail(std::move(snapshot.error()));
  if (snapshot->revision == revision) co_return std::nullopt;
  co_return std::move(*snapshot);
}

}  // namespace retouch::sources
