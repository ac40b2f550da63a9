// Running several coroutines and waiting for all of them.
#pragma once

#include <functional>
#include <vector>

#include "retouch/async/gate.hpp"

namespace retouch::async {

// Runs all of them, concurrently on this thread, and returns when the last has ended. An empty list returns at once (a
// ranged parallel_group of nothing would never complete). They report through what they capture; an exception is a bug
// and is rethrown after all have ended. Cancelling the caller cancels them all and waits for them.
task<void> join_all(std::vector<std::function<task<void>()>> work);

}  // namespace retouch::async
