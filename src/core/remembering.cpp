#include "retouch/core/remembering.hpp"

namespace retouch::core {

namespace {

constexpr std::size_t corrections_kept = 10;

std::string revision_of(const NoteContext& context, const std::string& entry) {
  const auto it = context.revisions.find(entry);
  return it == context.revisions.end() ? "" : it->second;
}

Remembered in_force(const Notes::InForce& note, const Remembered* previous, const NoteContext& context) {
  Remembered result;
  if (previous != nullptr) result = *previous;
  // Nobody wrote anything now, so ours is what was ours before and is still wished.
  result.ours = ours_after(note.wish.value, note.wish.value, note.wish, result.ours);
  result.wish = note.wish;
  result.entry = note.entry;
  result.place = note.place;
  result.revision = revision_of(context, note.entry);
  result.kept_instead.reset();
  result.at = context.now;
  return result;
}

}  // namespace

MemoryUpdate noted(const CloudPlan& plan, const Memory& memory, const NoteContext& context) {
  MemoryUpdate update;
  for (const Notes::InForce& note : plan.notes.in_force) {
    const Remembered* previous = memory.find(note.image_id, note.field);
    update.remember.emplace_back(FieldKey{note.image_id, note.field}, in_force(note, previous, context));
  }
  // `forgotten` names entries for people; what they leave is `released`, but for what another entry has taken over.
  for (const Notes::Field& field : plan.notes.released) update.forget.push_back({field.image_id, field.field});
  for (const Notes::Field& field : plan.notes.void_holds) update.release.push_back({field.image_id, field.field});
  for (const Notes::Contended& field : plan.notes.contended) {
    Hold hold{.why = Hold::Why::contention, .wish = field.wish, .live = field.live, .since = context.now};
    hold.until = context.now + context.contention.hold;
    update.hold.emplace_back(FieldKey{field.image_id, field.field}, std::move(hold));
  }
  update.entries.assign(plan.notes.entries.begin(), plan.notes.entries.end());
  update.selected.assign(plan.notes.selected.begin(), plan.notes.selected.end());
  update.entries_reset = context.shrinking_accepted;
  return update;
}

Remembered after_change(const ChangeRecord& record, const Remembered* previous, Wall at) {
  const FieldChange& change = record.change;
  Remembered result;
  if (previous != nullptr) result = *previous;
  result.wish = change.wish.value_or(Wish{.value = change.after});
  result.ours = ours_after(change.before, change.after, result.wish, result.ours);
  result.entry = record.entry;
  result.place = change.place;
  result.revision = record.revision;
  result.run = record.run;
  result.at = at;
  result.kept_instead.reset();
  if (change.cause == Cause::drift || change.cause == Cause::both) {
    result.corrections.push_back(at);
    if (result.corrections.size() > corrections_kept) result.corrections.erase(result.corrections.begin());
  }
  return result;
}

}  // namespace retouch::core
