#include "retouch/service/image_states.hpp"

#include <algorithm>

namespace retouch::service {

namespace {

// From the best to the worst.
enum class State { synced, pending, drifted, refused, held, contended, failed };

State state_of(const core::FieldChange& field, const std::string& image, const core::CloudPlan& plan,
               const core::Memory* memory) {
  switch (field.action) {
    case core::Action::refused:
      return State::refused;
    case core::Action::held: {
      const core::Hold* hold = memory == nullptr ? nullptr : memory->hold(image, field.name);
      const bool now = std::ranges::any_of(plan.notes.contended, [&](const core::Notes::Contended& contended) {
        return contended.image_id == image && contended.field == field.name;
      });
      return now || (hold != nullptr && hold->why == core::Hold::Why::contention) ? State::contended : State::held;
    }
    case core::Action::apply:
    case core::Action::warn:
      break;
  }
  return field.cause == core::Cause::pending ? State::pending : State::drifted;
}

// What of the plan was carried out, by image: nothing of it differs any more.
bool carried_out(reconcile::Status status) {
  return status == reconcile::Status::changed || status == reconcile::Status::unchanged;
}

const char* name_of(State state) {
  switch (state) {
    case State::synced:
      return "synced";
    case State::pending:
      return "pending";
    case State::drifted:
      return "drifted";
    case State::refused:
      return "refused";
    case State::held:
      return "held";
    case State::contended:
      return "contended";
    case State::failed:
      return "failed";
  }
  return "synced";
}

}  // namespace

std::map<std::string, std::int64_t> image_states(const core::CloudPlan& plan, const core::Memory* memory,
                                                 const reconcile::ApplyReport* report) {
  std::map<std::string, State> worst;  // by image id
  const auto note = [&worst](const std::string& image, State state) {
    State& mine = worst.try_emplace(image, State::synced).first->second;
    mine = std::max(mine, state);
  };
  std::map<std::pair<std::string, std::string>, reconcile::Status> results;  // by entry and image
  if (report != nullptr) {
    for (const reconcile::ImageResult& result : report->results)
      results.emplace(std::pair(result.entry, result.image_id), result.status);
  }
  for (const core::ImageChange& change : plan.changes) {
    const auto result = results.find({change.entry, change.image_id});
    const bool done = result != results.end() && carried_out(result->second);
    for (const core::FieldChange& field : change.fields) {
      if (done && field.action == core::Action::apply) continue;
      note(change.image_id, state_of(field, change.image_id, plan, memory));
    }
    const bool failed = result != results.end() &&
                        (result->second == reconcile::Status::failed || result->second == reconcile::Status::partial);
    if (failed) note(change.image_id, State::failed);
  }
  for (const core::Refusal& refusal : plan.refused) {
    if (!refusal.image_id.empty()) note(refusal.image_id, State::refused);
  }
  std::map<std::string, std::int64_t> counts{{"unresolved", std::ssize(plan.unresolved)},
                                             {"suspended", std::ssize(plan.suspended)}};
  for (const State state :
       {State::synced, State::pending, State::drifted, State::refused, State::held, State::contended, State::failed})
    counts.emplace(name_of(state), 0);
  for (const auto& [image, state] : worst) ++counts[name_of(state)];
  counts["synced"] = std::max<std::int64_t>(0, plan.images_matched - std::ssize(worst)) + counts["synced"];
  return counts;
}

}  // namespace retouch::service
