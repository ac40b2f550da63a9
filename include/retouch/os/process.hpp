// This process and its terminal.
#pragma once

#include <optional>

namespace retouch::os {

// No core dumps and no ptrace by the same user: memory holds tokens. False when the kernel refuses.
bool make_not_dumpable();
bool is_dumpable();

bool is_root();  // effective user

bool is_terminal(int descriptor);
// Columns of the terminal; nullopt when it is none or does not say.
std::optional<int> terminal_width(int descriptor);

}  // namespace retouch::os
