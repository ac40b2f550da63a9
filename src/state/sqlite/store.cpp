// The store on an SQLite file: each call is one piece of blocking work on the one connection.
#include "retouch/state/store.hpp"

#include "open.hpp"
#include "retouch/async/semaphore.hpp"
#include "tables.hpp"

namespace retouch::state {

namespace {

using sqlite::Database;

class SqliteStore final : public Store {
 public:
  SqliteStore(std::shared_ptr<Database> database, async::Blocking& blocking)
      : database_(std::move(database)), blocking_(blocking) {}

  task<Result<core::Memory>> recall(MemoryOf what) override {
    return call([what = std::move(what)](Database& database) { return sqlite::recall(database, what); });
  }
  task<Result<void>> begin(core::RunRecord run) override {
    return call([run = std::move(run)](Database& database) { return sqlite::begin(database, run); });
  }
  task<Result<std::vector<core::ChangeRecord>>> intend(std::vector<core::ChangeRecord> changes) override {
    return call([changes = std::move(changes)](Database& database) mutable {
      return sqlite::intend(database, std::move(changes));
    });
  }
  task<Result<void>> commit(MemoryOf what, core::MemoryUpdate update) override {
    return call([what = std::move(what), update = std::move(update)](Database& database) {
      return sqlite::commit(database, what, update);
    });
  }
  task<Result<void>> finish(core::RunRecord run) override {
    return call([run = std::move(run)](Database& database) { return sqlite::finish(database, run); });
  }
  task<Result<std::vector<core::RunRecord>>> runs(RunFilter filter) override {
    return call([filter = std::move(filter)](Database& database) { return sqlite::runs(database, filter); });
  }
  task<Result<std::vector<core::ChangeRecord>>> changes(ChangeFilter filter) override {
    return call([filter = std::move(filter)](Database& database) { return sqlite::changes(database, filter); });
  }
  task<Result<std::vector<HeldField>>> holds() override {
    return call([](Database& database) { return sqlite::holds(database); });
  }
  task<Result<void>> release(std::string account, core::FieldKey key) override {
    return call([account = std::move(account), key = std::move(key)](Database& database) {
      return sqlite::release(database, account, key);
    });
  }
  task<Result<std::vector<Suspended>>> suspended() override {
    return call([](Database& database) { return sqlite::suspended(database); });
  }
  task<Result<void>> suspend(Suspended what) override {
    return call([what = std::move(what)](Database& database) { return sqlite::suspend(database, what); });
  }
  task<Result<bool>> resume(Suspended::What what, std::string name) override {
    return call([what, name = std::move(name)](Database& database) { return sqlite::resume(database, what, name); });
  }
  task<Result<std::vector<core::GuardRefusal>>> refusals() override {
    return call([](Database& database) { return sqlite::refusals(database); });
  }
  task<Result<void>> refused(std::string cloud, std::vector<core::GuardRefusal> refusals) override {
    return call([cloud = std::move(cloud), refusals = std::move(refusals)](Database& database) {
      return sqlite::refused(database, cloud, refusals);
    });
  }
  task<Result<std::vector<PassNote>>> last_passes() override {
    return call([](Database& database) { return sqlite::last_passes(database); });
  }
  task<Result<void>> note_pass(PassNote note) override {
    return call([note = std::move(note)](Database& database) { return sqlite::note_pass(database, note); });
  }

 private:
  // One at a time. The work shares the connection: should its caller be torn down while it
  // runs, the connection outlives it.
  template <class F>
  task<std::invoke_result_t<F&, Database&>> call(F work) {
    auto permit = co_await turn_.acquire();
    auto on_connection = [database = database_,
                          work = std::move(work)]() mutable -> std::invoke_result_t<F&, Database&> {
      RETOUCH_CHECK(sqlite::check_schema(*database));
      return work(*database);
    };
    co_return co_await blocking_.run(std::move(on_connection));
  }

  std::shared_ptr<Database> database_;
  async::Blocking& blocking_;
  async::Semaphore turn_{1};
};

}  // namespace

task<Result<std::unique_ptr<Store>>> open_store(std::string directory, Open how, async::Blocking& blocking) {
  auto open = [directory, how] { return sqlite::open_database(directory, how); };
  RETOUCH_CO_TRY(std::shared_ptr<Database> database, co_await blocking.run(std::move(open)));
  if (!database) co_return nullptr;
  co_return std::make_unique<SqliteStore>(std::move(database), blocking);
}

}  // namespace retouch::state
