// What stops changes until somebody says otherwise: holds, suspensions, refusals of guards.
#include <fmt/format.h>

#include "rows.hpp"
#include "tables.hpp"

namespace retouch::state::sqlite {

namespace {

std::string_view to_string(Suspended::What what) { return what == Suspended::What::cloud ? "cloud" : "entry"; }

}  // namespace

Result<std::vector<HeldField>> holds(Database& database) {
  std::vector<HeldField> found;
  RETOUCH_CHECK(database.each(
      "SELECT account, image_id, field, why, wish, live, since, until, run FROM holds "
      "ORDER BY account, image_id, field",
      {}, [&](const Row& row) -> Result<void> {
        auto hold = hold_of(row, 3);
        if (!hold) {
          return fail(database.unreadable(
              "holds", fmt::format("account {}, image {}, field {}", row.view(0), row.view(1), row.view(2))));
        }
        found.push_back({row.text(0), {row.text(1), row.text(2)}, *std::move(hold)});
        return {};
      }));
  return found;
}

Result<void> lift_hold(Database& database, const std::string& account, const core::FieldKey& key) {
  return database.run("DELETE FROM holds WHERE account = ? AND image_id = ? AND field = ?",
                      {account, key.image_id, key.field});
}

// What the cloud did not keep is forgotten: as long as it is known, the wish is not sent again.
// The corrections that led to a hold count no more: otherwise the next plan would hold the field again at once.
Result<void> release(Database& database, const std::string& account, const core::FieldKey& key) {
  return database.transaction(Database::Transaction::write, [&]() -> Result<void> {
    RETOUCH_CHECK(lift_hold(database, account, key));
    RETOUCH_CHECK(
        database.run("DELETE FROM fields WHERE account = ? AND image_id = ? AND field = ? AND kept_instead IS NOT NULL",
                     {account, key.image_id, key.field}));
    return database.run("UPDATE fields SET corrections = '' WHERE account = ? AND image_id = ? AND field = ?",
                        {account, key.image_id, key.field});
  });
}

Result<std::vector<Suspended>> suspended(Database& database) {
  std::vector<Suspended> found;
  RETOUCH_CHECK(
      database.each("SELECT what, name, since, until, actor, reason FROM suspensions ORDER BY what, name", {},
                    [&](const Row& row) -> Result<void> {
                      const bool of_cloud = row.view(0) == to_string(Suspended::What::cloud);
                      if (!of_cloud && row.view(0) != to_string(Suspended::What::entry)) {
                        return fail(database.unreadable("suspensions", fmt::format("{} {}", row.view(0), row.view(1))));
                      }
                      found.push_back({of_cloud ? Suspended::What::cloud : Suspended::What::entry,
                                       row.text(1),
                                       {row.time(2), row.maybe_time(3), row.text(4), row.text(5)}});
                      return {};
                    }));
  return found;
}

Result<void> suspend(Database& database, const Suspended& what) {
  return database.run(
      "INSERT OR REPLACE INTO suspensions (what, name, since, until, actor, reason) "
      "VALUES (?, ?, ?, ?, ?, ?)",
      {to_string(what.what), what.name, what.suspension.since, what.suspension.until, what.suspension.by,
       what.suspension.reason});
}

Result<bool> resume(Database& database, Suspended::What what, const std::string& name) {
  RETOUCH_CHECK(database.run("DELETE FROM suspensions WHERE what = ? AND name = ?", {to_string(what), name}));
  return database.changed_rows() > 0;
}

Result<std::vector<core::GuardRefusal>> refusals(Database& database) {
  std::vector<core::GuardRefusal> found;
  RETOUCH_CHECK(database.each(
      "SELECT cloud, guard, bound, value, refused, detail, fingerprint, at FROM refusals ORDER BY cloud, position", {},
      [&](const Row& row) -> Result<void> {
        found.push_back({row.text(0),
                         {row.text(1), row.real(2), row.real(3), row.integer(4) != 0, row.text(5)},
                         row.text(6),
                         row.time(7)});
        return {};
      }));
  return found;
}

Result<void> refused(Database& database, const std::string& cloud, const std::vector<core::GuardRefusal>& refusals) {
  return database.transaction(Database::Transaction::write, [&]() -> Result<void> {
    RETOUCH_CHECK(database.run("DELETE FROM refusals WHERE cloud = ?", {cloud}));
    int position = 0;
    for (const core::GuardRefusal& each : refusals) {
      const core::GuardVerdict& verdict = each.verdict;
      RETOUCH_CHECK(
          database.run("INSERT INTO refusals (cloud, position, guard, bound, value, refused, detail, fingerprint, at) "
                       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                       {cloud, position++, verdict.guard, verdict.limit, verdict.value, verdict.refused, verdict.detail,
                        each.fingerprint, each.at}));
    }
    return {};
  });
}

}  // namespace retouch::state::sqlite
