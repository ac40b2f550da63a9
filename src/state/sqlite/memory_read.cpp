#include <fmt/format.h>

#include <unordered_map>

#include "rows.hpp"
#include "tables.hpp"

namespace retouch::state::sqlite {

namespace {

constexpr auto lately = std::chrono::hours(24);

// The same wish stands in many rows ("os_distro is ubuntu"), and parsing it is the dearest part of a row.
class Wishes {
 public:
  const core::Wish* of(std::string_view text) {
    const auto it = known_.find(text);
    if (it != known_.end()) return &it->second;
    auto wish = core::wish_from_text(text);
    return wish ? &known_.emplace(text, *std::move(wish)).first->second : nullptr;
  }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_map<std::string, core::Wish, Hash, std::equal_to<>> known_;
};

// Columns: image_id, field, wish, ours, entry, file, line, col, revision, run, at, kept_instead, corrections.
std::optional<core::Remembered> remembered_of(const Row& row, Wishes& wishes) {
  const std::string_view wish_text = row.view(2);
  const core::Wish* wish = wishes.of(wish_text);
  if (wish == nullptr) return std::nullopt;
  core::Remembered remembered{
      .wish = *wish,
      .entry = row.text(4),
      .place = {row.text(5), static_cast<int>(row.integer(6)), static_cast<int>(row.integer(7))},
      .revision = row.text(8),
      .run = row.text(9),
      .at = row.time(10)};
  if (!row.is_null(3)) {
    // Mostly we wrote just what was wished, and the two texts are the same.
    auto ours = row.view(3) == wish_text ? wish->value : core::value_from_stored(row.view(3));
    if (!ours) return std::nullopt;
    remembered.ours = *std::move(ours);
  }
  if (!row.is_null(11)) {
    remembered.kept_instead = core::value_from_stored(row.view(11));
    if (!remembered.kept_instead) return std::nullopt;
  }
  auto corrections = times_from_text(row.view(12));
  if (!corrections) return std::nullopt;
  remembered.corrections = *std::move(corrections);
  return remembered;
}

std::string key_of(const MemoryOf& what, const Row& row) {
  return fmt::format("account {}, image {}, field {}", what.account, row.view(0), row.view(1));
}

// Rows come by image, so that the last one is mostly the one.
core::ImageMemory& image_in(core::Memory& memory, std::string_view id) {
  if (!memory.images.empty() && memory.images.rbegin()->first == id) return memory.images.rbegin()->second;
  return memory.images[std::string(id)];
}

Result<void> recall_fields(Database& database, const MemoryOf& what, core::Memory& memory) {
  Wishes wishes;
  return database.each(
      "SELECT image_id, field, wish, ours, entry, file, line, col, revision, run, at, kept_instead, corrections "
      "FROM fields WHERE account = ? ORDER BY image_id, field",
      {what.account}, [&](const Row& row) -> Result<void> {
        auto remembered = remembered_of(row, wishes);
        if (!remembered) return fail(database.unreadable("fields", key_of(what, row)));
        auto& fields = image_in(memory, row.view(0)).fields;
        fields.emplace_hint(fields.end(), row.text(1), *std::move(remembered));
        return {};
      });
}

Result<void> recall_holds(Database& database, const MemoryOf& what, core::Memory& memory) {
  return database.each(
      "SELECT image_id, field, why, wish, live, since, until, run FROM holds WHERE account = ? ORDER BY image_id, "
      "field",
      {what.account}, [&](const Row& row) -> Result<void> {
        auto hold = hold_of(row, 2);
        if (!hold) return fail(database.unreadable("holds", key_of(what, row)));
        memory.images[row.text(0)].holds.emplace(row.text(1), *std::move(hold));
        return {};
      });
}

Result<void> recall_counts(Database& database, const MemoryOf& what, core::Memory& memory) {
  RETOUCH_CHECK(database.each("SELECT image_id FROM changed_images WHERE account = ? AND at > ? ORDER BY image_id",
                              {what.account, what.now - lately}, [&](const Row& row) -> Result<void> {
                                memory.changed_lately.emplace_hint(memory.changed_lately.end(), row.view(0));
                                return {};
                              }));
  RETOUCH_CHECK(database.each(
      "SELECT source, max(entries) FROM entry_counts WHERE account = ? AND cloud = ? AND at > ? GROUP BY source",
      {what.account, what.cloud, what.now - entries_counted_for}, [&](const Row& row) -> Result<void> {
        memory.most_entries.emplace(row.text(0), row.integer(1));
        return {};
      }));
  return database.each("SELECT entry, images FROM selected_counts WHERE account = ? AND cloud = ?",
                       {what.account, what.cloud}, [&](const Row& row) -> Result<void> {
                         memory.selected.emplace(row.text(0), row.integer(1));
                         return {};
                       });
}

Result<void> recall_suspensions(Database& database, const MemoryOf& what, core::Memory& memory) {
  RETOUCH_TRY(auto all, suspended(database));
  for (Suspended& each : all) {
    if (!each.suspension.in_force(what.now)) continue;
    if (each.what == Suspended::What::entry) {
      memory.suspended_entries.emplace(each.name, std::move(each.suspension));
    } else if (each.name == what.cloud) {
      memory.suspended_cloud = std::move(each.suspension);
    }
  }
  return {};
}

}  // namespace

Result<core::Memory> recall(Database& database, const MemoryOf& what) {
  return database.transaction(Database::Transaction::read, [&]() -> Result<core::Memory> {
    core::Memory memory;
    RETOUCH_CHECK(recall_fields(database, what, memory));
    RETOUCH_CHECK(recall_holds(database, what, memory));
    RETOUCH_CHECK(recall_counts(database, what, memory));
    RETOUCH_CHECK(recall_suspensions(database, what, memory));
    return memory;
  });
}

}  // namespace retouch::state::sqlite
