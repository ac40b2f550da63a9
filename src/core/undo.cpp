#include "retouch/core/undo.hpp"

#include <algorithm>
#include <tuple>

namespace retouch::core {

namespace {

bool may_have_been_written(ChangeStatus status) {
  using enum ChangeStatus;
  // What a killed run intended may stand there as well: the condition on the live value tells.
  return status == applied || status == found || status == uncertain || status == intended;
}

// The first and the last change of a field.
struct Span {
  const ChangeRecord* first = nullptr;
  const ChangeRecord* last = nullptr;
};

DesiredEntry entry_for(const ChangeRecord& record) {
  DesiredEntry entry{.name = record.entry, .match = Match::one, .place = record.change.place};
  entry.select.ids = {record.image_id};
  entry.select.any_owner = true;  // whether the image may be changed is for the provider to say
  // Lists and maps go back to what they were as a whole; other properties are none of a rollback's business.
  entry.manage.tags = Manage::exact;
  entry.manage.acl = Manage::exact;
  return entry;
}

}  // namespace

std::map<std::string, UndoOfCloud> undo(std::span<const ChangeRecord> changes, const std::set<std::string>& rollbacks,
                                        const std::string& run, Wall now) {
  std::map<std::tuple<std::string, std::string, std::string>, Span> fields;  // cloud, image, field
  for (const ChangeRecord& record : changes) {
    if (!may_have_been_written(record.status)) continue;
    Span& span = fields[{record.cloud, record.image_id, record.change.name}];
    if (span.first == nullptr) span.first = &record;
    span.last = &record;
  }
  std::map<std::string, UndoOfCloud> result;
  for (const auto& [key, span] : fields) {
    const auto& [cloud, image, field] = key;
    UndoOfCloud& of_cloud = result[cloud];
    auto& entries = of_cloud.entries;
    DesiredEntry* entry = nullptr;  // the fields of an image follow each other, so only the last ones can be it
    for (auto it = entries.rbegin(); it != entries.rend() && it->select.ids.front() == image; ++it) {
      if (it->name == span.last->entry) entry = &*it;
    }
    if (entry == nullptr) entry = &entries.emplace_back(entry_for(*span.last));
    entry->fields.push_back({.name = field,
                             .value = span.first->change.before,
                             .place = span.last->change.place,
                             .only_while = span.last->change.after});
    if (rollbacks.contains(span.last->run)) {
      of_cloud.releases.push_back({image, field});
    } else {
      // Where no manifest asked for the field (`exact`, `on_removal`), the wish that is held is its absence.
      of_cloud.undone_at.emplace(FieldKey{image, field}, span.last->intended_at);
      of_cloud.holds.emplace(FieldKey{image, field}, Hold{.why = Hold::Why::rollback,
                                                          .wish = span.last->change.wish.value_or(Wish{}),
                                                          .live = {},
                                                          .since = now,
                                                          .run = run});
    }
  }
  return result;
}

}  // namespace retouch::core
