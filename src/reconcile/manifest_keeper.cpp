#include "retouch/reconcile/manifest_keeper.hpp"

#include <algorithm>

#include "kept_source.hpp"
#include "manifest_files.hpp"
#include "retouch/async/join.hpp"
#include "retouch/base/text.hpp"
#include "retouch/os/paths.hpp"
#include "source_watches.hpp"

namespace retouch::reconcile {
namespace {

// A file of a directory may be half written when it is read. What is newly wrong in it is believed when it is the same
// after this time; of a directory that does not come to rest, after so many looks.
constexpr auto second_look_after = std::chrono::seconds(2);
constexpr int looks = 5;
constexpr auto parsed_again_after = std::chrono::minutes(10);

// Everything of a configuration that manifests are resolved with.
std::string what_counts(const config::Settings& settings) {
  std::string text;
  for (const config::Source& source : settings.sources) text += source.name + "\n" + origin_of(source) + "\n";
  for (const config::Cloud& cloud : settings.clouds) {
    text += cloud.name + "\n" + cloud.provider + "\n";
    for (const core::AttributeCorrection& correction : cloud.attributes) {
      const auto flag = [](const auto& value) { return value ? std::to_string(static_cast<int>(*value)) : "-"; };
      text += correction.name + flag(correction.writable) + flag(correction.empty_is_absent) + flag(correction.type) +
              flag(correction.max_length);
      if (correction.allowed) text += join(*correction.allowed, ",");
      text += '\n';
    }
  }
  return text + join(settings.other_clouds, "\n");
}

std::map<std::string, std::string> first_errors(const Diagnostics& diagnostics) {
  std::map<std::string, std::string> result;
  for (const Diagnostic& item : diagnostics.sorted()) {
    if (item.severity == Severity::error) result.try_emplace(item.place.file.text(), to_string(item));
  }
  return result;
}

struct Judged {
  std::vector<sources::LastGood> sources{};
  Diagnostics complaints{};         // of the newest contents
  std::optional<Resolved> clean{};  // what they come to, where there is no error: all of them are in force
};

using Sources = std::vector<std::pair<const config::Source*, KeptSource*>>;

void add(Kept& kept, DesiredState& desired, SourceStanding standing, const KeptSource& source) {
  const auto left_out = [](const sources::StaleFile& stale) { return stale.left_out; };
  kept.changed = kept.changed || standing.changed;
  kept.incomplete = kept.incomplete || standing.revision.empty() || std::ranges::any_of(standing.stale, left_out);
  desired.diagnostics.append(source.notes());
  if (!standing.revision.empty()) desired.sources.push_back({standing.name, standing.revision});
  kept.sources.push_back(std::move(standing));
}

bool newly_wrong(const KeptSource& kept, const sources::LastGood& now) {
  return std::ranges::any_of(now.stale, [&](const sources::StaleFile& stale) {
    return std::ranges::find(kept.last().stale, stale.file, &sources::StaleFile::file) == kept.last().stale.end();
  });
}

}  // namespace

struct ManifestKeeper::State {
  State(World& w, std::string d) : world(w), directory(std::move(d)) {}

  std::string document_of(const std::string& source) const {
    if (directory.empty()) return "";
    return os::join_path(os::join_path(directory, "sources"), source + ".json");
  }

  Sources of(const config::Settings& settings) {
    Sources result;
    for (const config::Source& source : settings.sources) {
      const auto [it, fresh] = kept.try_emplace(source.name, source.name);
      result.emplace_back(&source, &it->second);
    }
    return result;
  }

  task<void> look_at(const Sources& all, const std::set<std::string>& which) {
    std::vector<std::function<task<void>()>> work;
    for (const auto& [config, source] : all) {
      co_await source->recall(world, document_of(config->name));
      if (!which.empty() && !which.contains(config->name) && source->was_read()) continue;
      work.emplace_back([this, config, source]() -> task<void> { co_await source->look(*config, world); });
    }
    co_await async::join_all(std::move(work));
  }

  task<Judged> judge(const config::Settings& settings, const Sources& all,
                     const std::vector<core::CloudShape>& shapes) {
    std::vector<sources::Renewal> renewals;
    for (const auto& [config, source] : all) renewals.push_back(source->renewal());
    auto work = [&renewals, &shapes, &others = settings.other_clouds, now = world.clock.wall()] {
      Judged judged;
      bool first = true;
      const sources::Judge judge = [&](std::span<const core::ManifestFile> files) {
        auto resolved = parse_and_resolve({files.begin(), files.end()}, shapes, others, now, {});
        auto errors = first_errors(resolved.diagnostics);
        if (!std::exchange(first, false)) return errors;
        judged.complaints = resolved.diagnostics;
        if (errors.empty()) judged.clean = std::move(resolved);
        return errors;
      };
      judged.sources = sources::renew(std::move(renewals), judge, now);
      return judged;
    };
    co_return co_await world.blocking.run(work);
  }

  // Of those that may have been read in the middle of a write. True: some are other than they were.
  task<bool> second_look(const Sources& all, const Judged& judged) {
    Sources doubtful;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!all[i].first->git && newly_wrong(*all[i].second, judged.sources[i])) doubtful.push_back(all[i]);
    }
    if (doubtful.empty()) co_return false;
    co_await world.clock.sleep_for(second_look_after);
    bool other = false;
    for (const auto& [config, source] : doubtful) {
      const bool changed = co_await source->look_again(*config, world);
      other = other || changed;
    }
    co_return other;
  }

  task<void> take(SourceStanding& standing, const config::Source& config, KeptSource& source, sources::LastGood now) {
    const auto texts = [](const sources::LastGood& last) {
      std::map<std::string, std::string> result;
      for (const auto& file : last.files) result.emplace(file.name, file.text);
      return result;
    };
    standing.changed = !seen.contains(config.name) || texts(source.last()) != texts(now);
    if (!now.revision.empty()) seen.insert(config.name);
    co_await source.keep(std::move(now), world, document_of(config.name));
    tell(standing, source);
  }

  static void tell(SourceStanding& standing, const KeptSource& source) {
    standing.revision = source.last().revision;
    standing.error = source.error();
    standing.stale = source.last().stale;
    standing.files = std::ssize(source.last().files);
    standing.last_success = source.last_success();
    if (!standing.last_success && !source.last().revision.empty()) standing.last_success = source.last().read_at;
  }

  task<void> resolve(DesiredState& desired, const std::vector<core::ManifestFile>& files,
                     const config::Settings& settings, const std::vector<core::CloudShape>& shapes) {
    desired.files = std::ssize(files);
    const ManifestChoice choice;
    auto work = [&files, &shapes, &settings, &choice, now = world.clock.wall()] {
      return parse_and_resolve(files, shapes, settings.other_clouds, now, choice);
    };
    take_in(desired, co_await world.blocking.run(work));
  }

  // A copy, made when all that it took to make the original is gone: it stays for hours, and its thousands of pieces
  // would otherwise stand scattered over the memory that parsing took, which could not be given back. It has no room to
  // spare either.
  task<std::shared_ptr<const DesiredState>> compact(DesiredState desired) {
    auto copy = [original = std::move(desired)] { return std::make_shared<const DesiredState>(original); };
    co_return co_await world.blocking.run(std::move(copy));
  }

  // As at the last update, where no source gave anything new since: thousands of entries are not parsed once a minute
  // for nothing. Now and then they are, because a `suspend: <time>` may be over.
  std::optional<Kept> unchanged(const config::Settings& settings, const Sources& all) {
    const bool recent = last && world.clock.now() - resolved_at < parsed_again_after;
    const auto fresh = [](const auto& each) { return each.second->renewal().fresh.has_value(); };
    if (!recent || last_for != what_counts(settings) || std::ranges::any_of(all, fresh)) return std::nullopt;
    Kept same = *last;
    same.changed = false;
    for (std::size_t i = 0; i < all.size(); ++i) {
      same.sources[i].changed = false;
      tell(same.sources[i], *all[i].second);
    }
    return same;
  }

  void remember(const config::Settings& settings, const Kept& now) {
    last = now;
    last_for = what_counts(settings);
    resolved_at = world.clock.now();
  }

  World& world;
  std::string directory;
  std::optional<Kept> last{};
  std::string last_for{};  // what_counts() of its settings
  Mono resolved_at{};
  std::map<std::string, KeptSource> kept{};  // by name; also of sources that left the configuration
  SourceWatches watches{};
  std::set<std::string> seen{};  // sources whose content was given out by this process
};

ManifestKeeper::ManifestKeeper(World& world, std::string state_directory)
    : state_(std::make_unique<State>(world, std::move(state_directory))) {}
ManifestKeeper::~ManifestKeeper() = default;

task<Result<Kept>> ManifestKeeper::update(const config::Settings& settings, std::set<std::string> which) {
  State& state = *state_;
  const Sources all = state.of(settings);
  co_await state.look_at(all, which);
  const auto gave = [](const auto& each) { return each.second->gave_something(); };
  if (!all.empty() && std::ranges::none_of(all, gave)) co_return fail(all.front().second->error().value_or(Error{}));
  if (auto same = state.unchanged(settings, all)) co_return std::move(*same);
  Kept result;
  DesiredState desired;
  const auto shapes = shapes_of(settings, desired);
  Judged judged = co_await state.judge(settings, all, shapes);
  for (int look = 1; look < looks; ++look) {
    const bool other = co_await state.second_look(all, judged);
    if (!other) break;
    judged = co_await state.judge(settings, all, shapes);
  }
  result.complaints = std::move(judged.complaints);
  std::vector<core::ManifestFile> files;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& [config, source] = all[i];
    SourceStanding standing{.name = config->name, .kind = config->git ? "git" : "directory"};
    co_await state.take(standing, *config, *source, std::move(judged.sources[i]));
    add(result, desired, std::move(standing), *source);
    std::ranges::copy(source->last().files, std::back_inserter(files));
  }
  if (judged.clean) {
    desired.files = std::ssize(files);
    take_in(desired, *std::move(judged.clean));
  } else {
    co_await state.resolve(desired, files, settings, shapes);
  }
  auto kept = co_await state.compact(std::move(desired));
  result.desired = std::move(kept);
  result.all_entries = entry_names(*result.desired);
  state.remember(settings, result);
  co_return result;
}

task<Result<DesiredState>> ManifestKeeper::at(const config::Settings& settings, const std::string& source,
                                              std::string revision) {
  State& state = *state_;
  DesiredState desired;
  std::vector<core::ManifestFile> files;
  bool found = false;
  for (const auto& [config, kept] : state.of(settings)) {
    co_await kept->recall(state.world, state.document_of(config->name));
    if (config->name != source) {
      std::ranges::copy(kept->last().files, std::back_inserter(files));
      if (!kept->last().revision.empty()) desired.sources.push_back({config->name, kept->last().revision});
      continue;
    }
    found = true;
    const bool same_origin = kept->last().origin == origin_of(*config);
    RETOUCH_CO_TRY(const auto reader, make_source(*config, state.world, same_origin ? kept->last().revision : ""));
    RETOUCH_CO_TRY(auto snapshot, co_await reader->read_at(revision));
    desired.sources.push_back({config->name, snapshot.revision});
    std::ranges::move(snapshot.files, std::back_inserter(files));
  }
  if (!found) co_return fail(Errc::usage, "there is no source `" + source + "`");
  const auto shapes = shapes_of(settings, desired);
  co_await state.resolve(desired, files, settings, shapes);
  const auto errors = first_errors(desired.diagnostics);
  if (errors.empty()) co_return desired;
  co_return fail(Errc::invalid_input,
                 "at revision " + revision + " the manifests have errors: " + errors.begin()->second);
}

task<void> ManifestKeeper::wait_for_change(config::Source source) {
  co_await state_->watches.wait(std::move(source), state_->world);
}

void ManifestKeeper::stop_watching() { state_->watches.clear(); }

}  // namespace retouch::reconcile
