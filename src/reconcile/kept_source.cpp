#include "kept_source.hpp"

#include <fmt/format.h>

#include "manifest_files.hpp"
#include "retouch/reconcile/manifest_keeper.hpp"

namespace retouch::reconcile {
namespace {

constexpr std::size_t document_cap = std::size_t{1} << 30;

Result<sources::LastGood> read_document(os::Files& files, const std::string& path, const std::string& name) {
  RETOUCH_TRY(const Secret text, files.read_private(path, document_cap));
  return sources::from_document(text.reveal(), name);
}

bool same_but_for_time(const sources::LastGood& a, sources::LastGood b) {
  b.read_at = a.read_at;
  return a == b;
}

}  // namespace

std::string origin_of(const config::Source& source) {
  if (!source.git) return "directory " + source.directory.path;
  return fmt::format("git {} {} {} {}", source.git->url, static_cast<int>(source.git->ref_kind), source.git->ref,
                     source.git->path);
}

task<void> KeptSource::recall(World& world, std::string document) {
  if (std::exchange(recalled_, true) || document.empty()) co_return;
  auto work = [&files = world.files, &document, &name = last_.source] { return read_document(files, document, name); };
  auto recalled = co_await world.blocking.run(work);
  if (recalled) {
    last_ = std::move(*recalled);
    saved_ = true;
  } else if (recalled.error().code != Errc::not_found) {
    world.log.warning("what is remembered of a source cannot be used",
                      {{"source", last_.source}, {"error", describe(recalled.error())}});
  }
}

task<void> KeptSource::look(const config::Source& config, World& world) {
  const bool same_origin = last_.origin == origin_of(config);
  auto source = make_source(config, world, same_origin ? last_.revision : "");
  if (!source) {
    error_ = source.error();
    co_return;
  }
  // What is held back is wanted whole: what hinders it may be gone.
  // … and by whom it must be signed may be another since.
  const std::string signers = config.git ? config.git->allowed_signers : "";
  const bool all_in_force = same_origin && was_read() && last_.stale.empty() && signers == signers_;
  auto read = co_await (*source)->read_unless(all_in_force ? last_.revision : "");
  if (!read) {
    error_ = std::move(read.error());
    co_return;
  }
  error_.reset();
  signers_ = signers;
  last_success_ = world.clock.wall();
  if (!*read) co_return;
  newest_ = std::move(**read);
  notes_ = newest_->notes;
  if (!same_origin) saved_ = false;
  last_.origin = origin_of(config);
}

task<bool> KeptSource::look_again(const config::Source& config, World& world) {
  const std::string before = newest_ ? newest_->revision : last_.revision;
  co_await look(config, world);
  co_return !error_ && newest_ && newest_->revision != before;
}

task<void> KeptSource::keep(sources::LastGood last, World& world, std::string document) {
  const bool written = saved_ && same_but_for_time(last_, last);
  last_ = std::move(last);
  if (last_.stale.empty()) newest_.reset();
  if (written || document.empty() || last_.revision.empty()) co_return;
  auto work = [&files = world.files, &document, &kept = last_] {
    return files.write_private(document, sources::to_document(kept));
  };
  const auto result = co_await world.blocking.run(work);
  saved_ = result.has_value();
  if (result) co_return;
  world.log.warning("cannot remember the last good manifests: a restart begins with what the source has then",
                    {{"source", last_.source}, {"error", describe(result.error())}});
}

}  // namespace retouch::reconcile
