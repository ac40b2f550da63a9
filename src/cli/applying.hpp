// What `apply` and `rollback` have in common once there is a plan: show it, ask, send, record, show what became of it.
#pragma once

#include <functional>

#include "verbs.hpp"

namespace retouch::cli {

struct ApplyingOptions {
  std::string verb = "apply";
  bool ask = true;  // on a terminal
  std::optional<std::int64_t> limit{};
  Output output = Output::text;
  std::function<int(int)> ends_with{};  // what the process ends with when the passes come to this; null = with that
};

// `verb` as others see it who wait for the account's lock.
std::string lock_holder(Context context, const std::string& verb);
// An error when somebody would have to be asked and nobody is there.
Result<void> check_somebody_is_there(Context context, bool ask, const std::string& instead);
// Below the state's directory.
Result<std::string> lock_directory(Context context, const config::Settings& settings);

// The exit code; what went wrong has been printed.
task<int> carry_out(Context context, reconcile::Passes& passes, ApplyingOptions options);

}  // namespace retouch::cli
