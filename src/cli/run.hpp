// What both forms of `run` work with.
#pragma once

#include "retouch/service/metrics.hpp"
#include "state.hpp"

namespace retouch::cli {

struct Pieces {
  config::Settings settings;
  State state;
  std::string lock_directory;
};

// One pass over every cloud, as `apply --yes` would, but with each cloud's mode in force.
task<int> run_once(Context context, Pieces pieces, RunOptions options, service::Metrics& metrics);

}  // namespace retouch::cli
