// One connection to one SQLite file: prepared statements with bound values, transactions, and errors that name the file
// and what to do. Not thread-safe: one call at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "retouch/base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace retouch::state::sqlite {

// Times are kept as microseconds since the epoch.
std::int64_t to_micros(Wall time);
Wall from_micros(std::int64_t micros);

// A value for a `?`. Texts are not copied: they must live until the call returns.
class Bound {
 public:
  Bound(std::nullptr_t) {}
  Bound(bool value) : value_(std::int64_t{value}) {}
  Bound(int value) : value_(std::int64_t{value}) {}
  Bound(std::int64_t value) : value_(value) {}
  Bound(double value) : value_(value) {}
  Bound(std::string_view value) : value_(value) {}
  Bound(const std::string& value) : value_(std::string_view(value)) {}
  Bound(const char* value) : value_(std::string_view(value)) {}
  Bound(Wall value) : value_(to_micros(value)) {}
  template <class T>
  Bound(const std::optional<T>& value) : value_(value ? Bound(*value).value_ : Value{}) {}

  int bind_to(sqlite3_stmt* statement, int index) const;  // a result code of SQLite

 private:
  using Value = std::variant<std::monostate, std::int64_t, double, std::string_view>;
  Value value_;
};

// The row a query stands on; columns from 0.
class Row {
 public:
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string_view view(int column) const;  // until the next row
  std::string text(int column) const { return std::string(view(column)); }
  Wall time(int column) const { return from_micros(integer(column)); }
  std::optional<Wall> maybe_time(int column) const;

 private:
  sqlite3_stmt* statement_;
};

class Database {
 public:
  enum class Access { read, write };
  enum class Transaction { read, write };
  using Values = std::vector<Bound>;
  using Take = std::function<Result<void>(const Row&)>;

  // The file must be there. `read`: nothing can be changed through this connection. SQLite needs a file of its own
  // beside a file with a log even to read it; where the directory cannot be written to, only a file that was closed
  // cleanly can be read: as one that nobody changes.
  static Result<std::unique_ptr<Database>> open(const std::string& path, Access access);
  // What `source` holds now, in memory. Its errors still name the file of `source`.
  static Result<std::unique_ptr<Database>> copy_in_memory(Database& source);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  const std::string& path() const { return path_; }
  // From now on nothing can be changed through this connection.
  Result<void> allow_reading_alone();

  // `sql` is a constant of the program, never built from values.
  Result<void> run(std::string_view sql, const Values& values = {});
  Result<void> each(std::string_view sql, const Values& values, const Take& take);
  Result<std::int64_t> number(std::string_view sql, const Values& values = {});  // of the only row; 0 without one
  Result<void> script(const char* sql);                                          // several statements
  std::int64_t changed_rows() const;                                             // by the last run()
  std::int64_t last_id() const;

  // What `work` returns, committed; rolled back when that is an error, or when it throws. A write transaction takes its
  // lock at once, so that it cannot fail in the middle because of another process.
  template <class F>
  std::invoke_result_t<F> transaction(Transaction kind, F work) {
    RETOUCH_CHECK(run(kind == Transaction::write ? "BEGIN IMMEDIATE" : "BEGIN"));
    RollBack otherwise{*this};
    auto result = work();
    if (result) RETOUCH_CHECK(run("COMMIT"));
    return result;
  }

  // A row that is not what this program writes.
  Error unreadable(std::string_view table, const std::string& key) const;

 private:
  struct RollBack {
    Database& database;
    ~RollBack();  // nothing once it was committed
  };
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  Database(std::string path, Access access) : path_(std::move(path)), access_(access) {}
  Result<sqlite3_stmt*> prepared(std::string_view sql);
  Result<void> connect(const std::string& name, int flags);
  Result<void> set_up(const std::string& name, int flags);
  Error failure(int code) const;

  std::string path_;
  Access access_;
  std::unique_ptr<sqlite3, Close> connection_;
  std::map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>, std::less<>> statements_;
};

}  // namespace retouch::state::sqlite
