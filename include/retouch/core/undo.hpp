// From what a run did, to what takes it back: entries that ask for the values of before, each only while the live value
// is still the one that the run left (design.md section 5). They are planned, guarded and applied like any others.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "retouch/core/desired.hpp"
#include "retouch/core/journal.hpp"

namespace retouch::core {

struct UndoOfCloud {
  std::vector<DesiredEntry> entries;  // one for each entry and image that the run changed
  // To be placed when a field was taken back: the manifests' wish, which would otherwise be sent again at once. None
  // for what a rollback had done: there it is the rollback's own holds that are lifted.
  std::map<FieldKey, Hold> holds;
  std::map<FieldKey, Wall> undone_at;  // of these: when the change was made that is taken back
  std::vector<FieldKey> releases;
};

// `changes`: the journal's, oldest first, of one run or of several. Of a field that was changed more than once the
// first value of before counts, and the last one after. What never reached the cloud, or was not kept, needs no
// undoing; what a killed run only intended is undone where it stands. `rollbacks`: ids of those runs that were
// rollbacks themselves.
std::map<std::string, UndoOfCloud> undo(std::span<const ChangeRecord> changes, const std::set<std::string>& rollbacks,
                                        const std::string& run, Wall now);

}  // namespace retouch::core
