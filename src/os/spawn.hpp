// Starting a child process, and the descriptors that are left to us.
#pragma once

#include <sys/types.h>

#include "descriptor.hpp"
#include "retouch/os/child.hpp"

namespace retouch::os {

struct Spawned {
  pid_t pid = -1;             // also the id of its process group
  Descriptor process;         // a pidfd: readable once it has ended, and never another process'
  Descriptor input;           // a socket
  Descriptor output, errors;  // pipes; all are our ends and non-blocking
};

// In a group of its own, with default signals, and no descriptor but 0, 1 and 2.
Result<Spawned> spawn(const Command& command);

}  // namespace retouch::os
