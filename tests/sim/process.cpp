#include "process.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>

namespace retouch::sim {

namespace {

std::string text_of(const LogRecord& record) {
  std::string text(record.message);
  for (const LogField& field : record.fields) {
    const auto value = std::visit([](const auto& each) { return fmt::format("{}", each); }, field.value);
    text += fmt::format(" {}={}", field.name, value);
  }
  return text;
}

}  // namespace

Process::Process(Surroundings around, std::string directory, std::map<std::string, retouch::test::FakeFiles::File> kept,
                 std::uint64_t seed, Duration clock_error)
    : machine(around.time),
      disk(std::move(directory)),
      around_(around),
      random_(seed),
      world_{.clock = machine.clock,
             .random = random_,
             .files = files,
             .environment = os::Environment(around.site.environment()),
             .blocking = *blocking_,
             .stop = stop_,
             .user = "retouch@simulated",
             .log = Log([this](const LogRecord& record) { note(record); }, LogLevel::debug),
             .make_transport = [this](http::ClientOptions) -> Result<http::TransportPtr> {
               return std::make_shared<Wire>(around_.network, machine.clock, around_.witness);
             },
             .observer = [this](const std::string& name) { return &metrics_.observer(name); }} {
  files.files = std::move(kept);
  machine.clock.jump_wall(clock_error);
}

void Process::spawn(task<void> work) {
  asio::co_spawn(machine.io, std::move(work), [](std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
  });
}

void Process::start() { spawn(live()); }

task<void> Process::live() {
  auto opened = co_await state::open_store(disk.directory(), state::Open::write, *blocking_);
  if (!opened) {
    if (!disk.failed()) around_.trace.broken("I9 the state cannot be opened: " + describe(opened.error()));
    ended_ = true;
    co_return;
  }
  store_ = std::make_unique<WatchedStore>(*std::move(opened), around_.witness, around_.written);
  engine_ = std::make_unique<service::Engine>(parts(), metrics_, world_);
  co_await engine_->run();
  ended_ = true;
}

service::EngineParts Process::parts() {
  const auto parse = [this]() -> Result<config::Settings> {
    Diagnostics diagnostics;
    auto settings = config::parse_settings(around_.site.configuration(), "/etc/retouch/retouch.yaml", diagnostics);
    if (!diagnostics.has_errors()) return settings;
    return fail(Errc::invalid_input, to_string(diagnostics.sorted().front()));
  };
  return {.settings = std::make_shared<const config::Settings>(parse().value()),
          .load_settings = [parse]() -> task<Result<config::Settings>> { co_return parse(); },
          .store = store_.get(),
          .state_directory = "/state",
          .lock_directory = "/locks",
          .lock_holder = "us",
          .version = "1.2.3",
          .beat = {.every = std::chrono::minutes(5)},
          .told = [this](const service::PassOutcome& outcome) { note_pass(outcome); }};
}

void Process::note(const LogRecord& record) {
  std::string text = text_of(record);
  // Where the disk is says which process this is, and two runs of one seed are to have the same trace.
  for (auto at = text.find(disk.directory()); at != std::string::npos; at = text.find(disk.directory())) {
    text.replace(at, disk.directory().size(), "/state");
  }
  around_.witness.output(text, "the log");
  around_.trace.say("   " + text);
}

void Process::note_pass(const service::PassOutcome& outcome) {
  for (const service::CloudOutcome& each : outcome.clouds) {
    const Mono began = around_.time.now - (machine.clock.wall() - outcome.began);
    around_.passes.push_back({each.cloud, each.result, began});
    around_.trace.say(fmt::format("== {}: {} {}", each.cloud, each.result, each.error ? describe(*each.error) : ""));
    around_.witness.output(outcome_document(outcome).dump(), "an outcome");
  }
}

void Process::look() const {
  if (running()) engine_->look_at("site", core::Trigger::webhook);
}

void Process::reconcile(const std::string& cloud) {
  if (!running()) return;
  spawn([](service::Engine& engine, std::string name) -> task<void> {
    co_await engine.reconcile({.cloud = std::move(name)});
  }(*engine_, cloud));
}

void Process::reload() {
  if (!running()) return;
  spawn([](service::Engine& engine) -> task<void> { co_await engine.reload(); }(*engine_));
}

void Process::check_outputs() {
  if (!running()) return;
  around_.witness.output(engine_->metrics_text(), "the metrics");
  spawn([](service::Engine& engine, Witness& witness) -> task<void> {
    const Json status = co_await engine.status();
    witness.output(status.dump(), "the status");
  }(*engine_, around_.witness));
}

}  // namespace retouch::sim
