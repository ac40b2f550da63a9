#include "audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <functional>
#include <optional>

#include "retouch/state/store.hpp"

namespace retouch::sim {

namespace {

template <class T>
using Question = std::function<task<Result<T>>(state::Store&)>;

template <class T>
T ask(const std::string& directory, Trace& trace, Question<T> question) {
  asio::io_context io(1);
  std::optional<T> found;
  const auto look = [&]() -> task<void> {
    auto blocking = async::make_inline_blocking();
    auto store = co_await state::open_store(directory, state::Open::write, *blocking);
    if (!store) co_return trace.broken("I9 what is on the disk cannot be opened: " + describe(store.error()));
    auto got = co_await question(**store);
    if (!got) co_return trace.broken("I9 what is on the disk cannot be read: " + describe(got.error()));
    found = *std::move(got);
  };
  asio::co_spawn(io, look, [](std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
  });
  io.run();
  return found.value_or(T{});
}

std::vector<core::ChangeRecord> changes(const std::string& state, Trace& trace) {
  return ask<std::vector<core::ChangeRecord>>(state, trace, [](state::Store& store) { return store.changes({}); });
}

using Excused = std::set<std::pair<std::string, std::string>>;  // image id, field

void compare(const Site& site, const Wished& image, const Excused& excused, Trace& trace) {
  const sandbox::Image* live = site.find(image);
  if (live == nullptr) return trace.broken("I4 " + image.name + " is gone");
  for (const auto& [field, value] : image.values) {
    const std::string now = Site::live(*live, field);
    if (now == value || excused.contains({live->id, field})) continue;
    trace.broken(fmt::format("I3 {} of {} is \"{}\", wished was \"{}\"", field, image.name, now, value));
  }
  const std::string note = Site::live(*live, site.note_field(image));
  if (note == image.note) return;
  trace.broken(fmt::format("I4 the note on {} is \"{}\", others wrote \"{}\"", image.name, note, image.note));
}

}  // namespace

void audit_clouds(Site& site, const std::string& state, Trace& trace) {
  Excused excused;
  const auto held = [](state::Store& store) { return store.holds(); };
  for (const auto& each : ask<std::vector<state::HeldField>>(state, trace, held)) {
    excused.emplace(each.key.image_id, each.key.field);
  }
  const auto is_there = [&](const core::ChangeRecord& change) {
    return std::ranges::any_of(site.accounts(), [&](const Account& account) {
      return account.cloud->images().find(change.image_id) != nullptr;
    });
  };
  using enum core::ChangeStatus;
  for (const core::ChangeRecord& each : changes(state, trace)) {
    if (each.status == not_kept) excused.emplace(each.image_id, each.change.name);
    if ((each.status != intended && each.status != uncertain) || !is_there(each)) continue;
    trace.broken(fmt::format("I7 nobody has looked what became of change {} ({} of {})", each.id, each.change.name,
                             each.image_name));
  }
  for (const Wished& image : site.images()) compare(site, image, excused, trace);
}

void audit_journal(const std::set<std::int64_t>& written, const std::string& state, Trace& trace) {
  std::set<std::int64_t> there;
  for (const core::ChangeRecord& each : changes(state, trace)) there.insert(each.id);
  for (const std::int64_t id : written) {
    if (!there.contains(id)) trace.broken(fmt::format("I7 change {} was written down and is lost", id));
  }
}

}  // namespace retouch::sim
