// What is looked at once it is calm and two passes are over: the clouds beside the wishes, and the state beside what it
// had confirmed.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "site.hpp"
#include "trace.hpp"

namespace retouch::sim {

// I3, I4 and I7: all is as wished, but for what is held or was reported as not kept; nothing is left in doubt.
// `state`: a directory that nobody else uses.
void audit_clouds(Site& site, const std::string& state, Trace& trace);

// I7: every intent that the store ever confirmed is there, whatever the power did.
void audit_journal(const std::set<std::int64_t>& written, const std::string& state, Trace& trace);

}  // namespace retouch::sim
