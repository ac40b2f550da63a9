#include "schema.hpp"

#include <array>

namespace retouch::state::sqlite {

namespace {

// Texts of wishes and values: core::to_text(Wish), core::to_stored(Value). Times: microseconds since the epoch.
constexpr const char* first = R"sql(
CREATE TABLE runs (
  id TEXT NOT NULL PRIMARY KEY, verb TEXT NOT NULL, actor TEXT NOT NULL,
  began INTEGER NOT NULL, ended INTEGER, exit_code INTEGER NOT NULL,
  fingerprint TEXT NOT NULL, undoes TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX runs_by_time ON runs (began);

CREATE TABLE run_sources (
  run TEXT NOT NULL REFERENCES runs, position INTEGER NOT NULL, name TEXT NOT NULL, revision TEXT NOT NULL,
  PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_accepted (
  run TEXT NOT NULL REFERENCES runs, guard TEXT NOT NULL,
  PRIMARY KEY (run, guard)
) STRICT, WITHOUT ROWID;

CREATE TABLE passes (
  run TEXT NOT NULL REFERENCES runs, position INTEGER NOT NULL, cloud TEXT NOT NULL, account TEXT NOT NULL,
  outcome TEXT NOT NULL, error TEXT NOT NULL,
  PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE changes (
  id INTEGER PRIMARY KEY, run TEXT NOT NULL REFERENCES runs,
  cloud TEXT NOT NULL, account TEXT NOT NULL, entry TEXT NOT NULL,
  image_id TEXT NOT NULL, image_name TEXT NOT NULL, revision TEXT NOT NULL,
  field TEXT NOT NULL, op TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, cause TEXT NOT NULL,
  file TEXT NOT NULL, line INTEGER NOT NULL, col INTEGER NOT NULL, wish TEXT,
  status TEXT NOT NULL, intended_at INTEGER NOT NULL, settled_at INTEGER,
  request_id TEXT NOT NULL, error TEXT NOT NULL
) STRICT;
CREATE INDEX changes_of_run ON changes (run, status);
CREATE INDEX changes_open ON changes (account, status) WHERE status = 'intended';
CREATE INDEX changes_of_entry ON changes (entry);
CREATE INDEX changes_of_field ON changes (image_id, field);

-- When we changed an image last, but for what somebody accepted: counting in the journal takes longer than all the rest.
CREATE TABLE changed_images (
  account TEXT NOT NULL, image_id TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (account, image_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE fields (
  account TEXT NOT NULL, image_id TEXT NOT NULL, field TEXT NOT NULL,
  wish TEXT NOT NULL, ours TEXT, entry TEXT NOT NULL,
  file TEXT NOT NULL, line INTEGER NOT NULL, col INTEGER NOT NULL, revision TEXT NOT NULL,
  run TEXT NOT NULL, at INTEGER NOT NULL, kept_instead TEXT, corrections TEXT NOT NULL,
  PRIMARY KEY (account, image_id, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE holds (
  account TEXT NOT NULL, image_id TEXT NOT NULL, field TEXT NOT NULL,
  why TEXT NOT NULL, wish TEXT NOT NULL, live TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER, run TEXT NOT NULL,
  PRIMARY KEY (account, image_id, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE suspensions (
  what TEXT NOT NULL, name TEXT NOT NULL,
  since INTEGER NOT NULL, until INTEGER, actor TEXT NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (what, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE entry_counts (
  account TEXT NOT NULL, cloud TEXT NOT NULL, source TEXT NOT NULL, at INTEGER NOT NULL, entries INTEGER NOT NULL,
  PRIMARY KEY (account, cloud, source, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE selected_counts (
  account TEXT NOT NULL, cloud TEXT NOT NULL, entry TEXT NOT NULL, images INTEGER NOT NULL,
  PRIMARY KEY (account, cloud, entry)
) STRICT, WITHOUT ROWID;

CREATE TABLE refusals (
  cloud TEXT NOT NULL, position INTEGER NOT NULL,
  guard TEXT NOT NULL, bound REAL NOT NULL, value REAL NOT NULL, refused INTEGER NOT NULL, detail TEXT NOT NULL,
  fingerprint TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (cloud, position)
) STRICT, WITHOUT ROWID;
)sql";

constexpr const char* second = R"sql(
CREATE TABLE last_passes (
  cloud TEXT NOT NULL PRIMARY KEY, began INTEGER NOT NULL, ended INTEGER, result TEXT NOT NULL, error TEXT NOT NULL,
  succeeded INTEGER, desired TEXT NOT NULL, failures INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

DROP INDEX changes_open;
CREATE INDEX changes_in_doubt ON changes (account) WHERE status IN ('intended', 'uncertain');
)sql";

constexpr std::array steps = {Migration{0, first}, Migration{1, second}};

}  // namespace

std::span<const Migration> migrations() { return steps; }

}  // namespace retouch::state::sqlite
