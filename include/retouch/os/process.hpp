// This process and its terminal.
#pragma once

#include <optional>
#include <string>

#include "retouch/os/environment.hpp"

namespace retouch::os {

// No core dumps and no ptrace by the same user: memory holds tokens. False when the kernel refuses.
bool make_not_dumpable();
bool is_dumpable();

// All threads take their memory from one heap: a daemon whose few threads are rarely busy at once has less of it lie
// idle. Before any thread is started.
void share_one_heap();
// What was freed goes back to the system: after work that needed much for a moment.
void give_back_memory();

bool is_root();  // effective user

// "alice@build7": whom others should ask about what this process did. Behind sudo the one who called it.
std::string user_at_host(const Environment& environment);

bool is_terminal(int descriptor);
// Whether what is written there goes to the journal ($JOURNAL_STREAM names that very stream; it outlives redirections).
bool is_journal(int descriptor, const Environment& environment);
// Columns of the terminal; nullopt when it is none or does not say.
std::optional<int> terminal_width(int descriptor);

}  // namespace retouch::os
