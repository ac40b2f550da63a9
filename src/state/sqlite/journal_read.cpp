#include <fmt/format.h>

#include "rows.hpp"
#include "tables.hpp"

namespace retouch::state::sqlite {

namespace {

// The conditions of a query: constant texts, and the values for their `?`.
class Conditions {
 public:
  void add(std::string_view condition, std::initializer_list<Bound> values = {}) {
    text_ += text_.empty() ? " WHERE " : " AND ";
    text_ += condition;
    values_.insert(values_.end(), values);
  }
  void add_if_given(std::string_view condition, const std::string& value) {
    if (!value.empty()) add(condition, {value});
  }
  void add_any_change(const Conditions& of_it) {
    add("EXISTS (SELECT 1 FROM changes" + of_it.text_ + ")");
    values_.insert(values_.end(), of_it.values_.begin(), of_it.values_.end());
  }
  const std::string& text() const { return text_; }
  Database::Values values_and_limit(std::int64_t newest) const {
    Database::Values all = values_;
    all.emplace_back(newest > 0 ? newest : std::int64_t{-1});
    return all;
  }

 private:
  std::string text_;
  Database::Values values_;
};

// What is asked about changes is asked about one of them: this entry, on this cloud, for this cause. A run is about a
// cloud also when it changed nothing there.
Conditions conditions_of(const RunFilter& filter) {
  Conditions conditions;
  if (filter.since) conditions.add("began >= ?", {*filter.since});
  conditions.add_if_given("instr(id, ?) = 1", filter.id_prefix);
  conditions.add_if_given("EXISTS (SELECT 1 FROM run_sources WHERE run = runs.id AND instr(revision, ?) = 1)",
                          filter.revision);
  if (filter.entry.empty() && filter.cause.empty()) {
    conditions.add_if_given(
        "? IN (SELECT cloud FROM passes WHERE run = runs.id UNION ALL SELECT cloud FROM changes WHERE run = runs.id)",
        filter.cloud);
    return conditions;
  }
  Conditions change;
  change.add("run = runs.id");
  change.add_if_given("cloud = ?", filter.cloud);
  change.add_if_given("entry = ?", filter.entry);
  change.add_if_given("cause = ?", filter.cause);
  conditions.add_any_change(change);
  return conditions;
}

Conditions conditions_of(const ChangeFilter& filter) {
  Conditions conditions;
  conditions.add_if_given("run = ?", filter.run);
  conditions.add_if_given("account = ?", filter.account);
  conditions.add_if_given("cloud = ?", filter.cloud);
  conditions.add_if_given("entry = ?", filter.entry);
  conditions.add_if_given("cause = ?", filter.cause);
  conditions.add_if_given("image_id = ?", filter.image_id);
  conditions.add_if_given("field = ?", filter.field);
  if (filter.open) conditions.add("status IN ('intended', 'uncertain')");  // as in the index
  return conditions;
}

core::RunRecord run_of(const Row& row) {
  return {.id = row.text(0),
          .verb = row.text(1),
          .by = row.text(2),
          .began = row.time(3),
          .ended = row.maybe_time(4),
          .exit_code = static_cast<int>(row.integer(5)),
          .fingerprint = row.text(6),
          .undoes = row.text(7),
          .applied = row.integer(8),
          .failed = row.integer(9),
          .open = row.integer(10)};
}

Result<void> read_parts(Database& database, core::RunRecord& run) {
  RETOUCH_CHECK(database.each("SELECT name, revision FROM run_sources WHERE run = ? ORDER BY position", {run.id},
                              [&](const Row& row) -> Result<void> {
                                run.sources.push_back({row.text(0), row.text(1)});
                                return {};
                              }));
  RETOUCH_CHECK(database.each("SELECT guard FROM run_accepted WHERE run = ? ORDER BY guard", {run.id},
                              [&](const Row& row) -> Result<void> {
                                run.accepted.push_back(row.text(0));
                                return {};
                              }));
  return database.each("SELECT cloud, account, outcome, error FROM passes WHERE run = ? ORDER BY position", {run.id},
                       [&](const Row& row) -> Result<void> {
                         run.passes.push_back({row.text(0), row.text(1), row.text(2), row.text(3)});
                         return {};
                       });
}

}  // namespace

Result<std::vector<core::RunRecord>> runs(Database& database, const RunFilter& filter) {
  const Conditions conditions = conditions_of(filter);
  const std::string sql =
      "SELECT r.id, verb, actor, began, ended, exit_code, fingerprint, undoes, "
      "coalesce(sum(status IN ('applied', 'found')), 0), coalesce(sum(status IN ('failed', 'not_kept')), 0), "
      "coalesce(sum(status IN ('intended', 'uncertain')), 0) FROM (SELECT * FROM runs" +
      conditions.text() +
      " ORDER BY began DESC, id DESC LIMIT ?) r LEFT JOIN changes c ON c.run = r.id "
      "GROUP BY r.id ORDER BY began DESC, r.id DESC";
  return database.transaction(Database::Transaction::read, [&]() -> Result<std::vector<core::RunRecord>> {
    std::vector<core::RunRecord> found;
    RETOUCH_CHECK(database.each(sql, conditions.values_and_limit(filter.newest), [&](const Row& row) -> Result<void> {
      found.push_back(run_of(row));
      return {};
    }));
    for (core::RunRecord& run : found) RETOUCH_CHECK(read_parts(database, run));
    return found;
  });
}

Result<std::vector<core::ChangeRecord>> changes(Database& database, const ChangeFilter& filter) {
  const Conditions conditions = conditions_of(filter);
  const std::string sql = fmt::format("SELECT {} FROM changes{} ORDER BY id{} LIMIT ?", change_columns,
                                      conditions.text(), filter.newest > 0 ? " DESC" : "");
  std::vector<core::ChangeRecord> found;
  RETOUCH_CHECK(database.each(sql, conditions.values_and_limit(filter.newest), [&](const Row& row) -> Result<void> {
    auto change = change_of(row);
    if (!change) return fail(database.unreadable("changes", fmt::format("id {}", row.integer(0))));
    found.push_back(*std::move(change));
    return {};
  }));
  return found;
}

}  // namespace retouch::state::sqlite
