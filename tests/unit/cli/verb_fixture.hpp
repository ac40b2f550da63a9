// A verb as it is typed, over files and a store in memory, in simulated time.
#pragma once

#include <gtest/gtest.h>

#include <sstream>

#include "fake_files.hpp"
#include "fake_store.hpp"
#include "manual_clock.hpp"
#include "retouch/cli/app.hpp"
#include "run.hpp"

namespace retouch::cli::test {

using retouch::test::BorrowedStore;
using retouch::test::FakeFiles;
using retouch::test::FakeStore;
using retouch::test::ManualClock;

inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

class VerbTest : public ::testing::Test {
 protected:
  VerbTest() {
    configure("");
    add_manifest("ubuntu", "lab", "{os_distro: ubuntu}");
    world.open_store = [this](std::string directory, state::Open how) -> task<Result<std::unique_ptr<state::Store>>> {
      opened = directory;
      if (store.broken) co_return fail(*store.broken);
      if (nothing_written && how == state::Open::read) co_return nullptr;
      co_return std::make_unique<BorrowedStore>(store);
    };
  }

  // retouch.yaml: one cloud `lab`, manifests in /m, and `more`.
  void configure(const std::string& more) {
    files.add("/retouch.yaml",
              "clouds:\n  lab:\n    provider: glance\n    insecure: true\n    auth: {type: password, auth_url: "
              "\"http://keystone.test:5000/v3\", username: retouch, user_domain_name: Default, project_name: images, "
              "project_domain_name: Default, password: {env: PASSWORD}}\nsources: [{name: site, directory: {path: "
              "/m}}]\n" +
                  more);
  }
  void add_manifest(const std::string& name, const std::string& cloud, const std::string& attributes,
                    const std::string& more = "") {
    files.add("/m/" + name + ".yaml", "apiVersion: retouch/v1\nkind: Image\nmetadata: {name: " + name +
                                          "}\nspec:\n  clouds: [" + cloud + "]\n  select: {name: " + name +
                                          "}\n  attributes: " + attributes + "\n" + more);
  }

  // Its exit code; what it wrote is in out() and err() until the next one.
  int verb(std::vector<std::string> arguments) {
    out_.str("");
    err_.str("");
    arguments.insert(arguments.begin(), {"--config", "/retouch.yaml"});
    const ParseOutcome parsed = parse_arguments(arguments);
    if (!parsed.options) {
      err_ << parsed.text;
      return parsed.exit_code;
    }
    Console console{.out = out_, .err = err_};
    return retouch::test::run_for<int>([&] { return run_verb(*parsed.options, world, console); }, &clock);
  }
  std::string out() const { return out_.str(); }
  std::string err() const { return err_.str(); }

  void add_run(const std::string& id) {
    const Wall began = parse_rfc3339(id.substr(0, 4) + "-" + id.substr(4, 2) + "-" + id.substr(6, 5) + ":" +
                                     id.substr(11, 2) + ":" + id.substr(13, 3))
                           .value();
    store.run_records.push_back({.id = id,
                                 .verb = "apply",
                                 .by = "alice@host7",
                                 .began = began,
                                 .ended = began + std::chrono::seconds(65),
                                 .exit_code = 3,
                                 .sources = {{"site", "sha256:0123456789abcdef0123456789abcdef01234567"}},
                                 .passes = {{"lab", "http://glance.test/p1", "changes"}}});
  }
  core::ChangeRecord& add_change(const std::string& run, const std::string& field, core::ChangeStatus status) {
    store.change_records.push_back(
        {.id = std::ssize(store.change_records) + 1,
         .run = run,
         .cloud = "lab",
         .account = "http://glance.test/p1",
         .entry = "ubuntu",
         .image_id = "3f0c",
         .image_name = "Ubuntu 24.04",
         .change = {.name = field, .before = "a", .after = "b", .cause = core::Cause::drift, .place = {"m.yaml", 7, 5}},
         .status = status,
         .intended_at = clock.wall(),
         .request_id = "req-1"});
    return store.change_records.back();
  }

  ManualClock clock{parse_rfc3339("2026-11-22T06:00:00Z").value()};
  SeededRandom random{1};
  FakeFiles files;
  FakeStore store;
  bool nothing_written = false;  // there is no file of the state yet
  std::string opened;            // the directory that was asked for last
  std::unique_ptr<async::Blocking> blocking = async::make_inline_blocking();
  async::Stop stop;
  reconcile::World world{.clock = clock,
                         .random = random,
                         .files = files,
                         .environment = os::Environment({{"PASSWORD", "secret"}, {"HOME", "/home/alice"}}),
                         .blocking = *blocking,
                         .stop = stop,
                         .user = "alice@host7"};

 private:
  std::ostringstream out_, err_;
};

}  // namespace retouch::cli::test
