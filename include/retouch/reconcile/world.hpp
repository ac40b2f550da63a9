// Everything that is not a decision, gathered once by main.cpp and injected: replace it and the whole engine runs in
// simulated time against simulated clouds.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "retouch/async/blocking.hpp"
#include "retouch/async/clock.hpp"
#include "retouch/async/stop.hpp"
#include "retouch/base/log.hpp"
#include "retouch/base/random.hpp"
#include "retouch/http/client.hpp"
#include "retouch/http/traffic.hpp"
#include "retouch/os/child.hpp"
#include "retouch/os/environment.hpp"
#include "retouch/os/files.hpp"
#include "retouch/state/store.hpp"

namespace retouch::reconcile {

struct World {
  async::Clock& clock;
  Random& random;
  os::Files& files;
  os::Environment environment;
  async::Blocking& blocking;
  async::Stop& stop;
  std::shared_ptr<os::Children> children{};  // null: no program can be run, and no Git source be read
  bool root = false;                         // effective user: decides the default directories
  std::string working_directory{};           // where ./clouds.yaml is looked for; empty = nowhere (`run`)
  std::string user_agent = "retouch";
  std::string user{};  // "alice@build7": whom the journal and suspensions name
  Log log{};
  std::function<Result<http::TransportPtr>(http::ClientOptions)> make_transport{};
  std::function<task<Result<std::unique_ptr<state::Store>>>(std::string directory, state::Open how)> open_store{};
  std::function<int()> signal{};                     // that asked for the stop, 0 = none; may be empty
  bool exit_code_settled = false;                    // the journal has it: a signal that comes now changes it no more
  std::function<void(const std::string&)> notice{};  // one line for stderr: "using ./clouds.yaml"
  // Who is told of the requests of a cloud; of an account that several clouds share, that of the first. May be empty,
  // or answer null; what it answers outlives all sessions.
  std::function<http::Observer*(const std::string& cloud)> observer{};
};

}  // namespace retouch::reconcile
