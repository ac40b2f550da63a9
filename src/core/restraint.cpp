#include "restraint.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace retouch::core {

namespace {

std::string resume(const PlanContext& context, const Image& image, const FieldChange& change) {
  return fmt::format("to send it all the same: retouch resume --cloud {} --image {} --field {}", context.input.cloud,
                     image.id, change.name);
}

std::string ways_out(const PlanContext& context, const Image& image, const FieldChange& change) {
  return "not sent until the manifests want something else; " + resume(context, image, change);
}

std::string as_held(const PlanContext& context, const Image& image, const FieldChange& change, const Hold& hold) {
  std::string what;
  if (hold.why == Hold::Why::rollback) {
    what = fmt::format("run {} took it back on {}", hold.run, format_rfc3339(hold.since));
  } else {
    what = fmt::format("contended since {}: the manifests want {}, somebody keeps writing {}",
                       format_rfc3339(hold.since), to_text(change.after), to_text(change.before));
  }
  if (hold.until) what += ", held until " + format_rfc3339(*hold.until);
  return what + "; " + ways_out(context, image, change);
}

std::int64_t corrections_lately(const Remembered& record, const PlanInput& input) {
  return std::ranges::count_if(record.corrections, [&](Wall at) { return input.now - at < input.contention.within; });
}

// Only while the manifests stand still: a new wish is sent, whatever became of the old one.
bool is_contended(const Remembered* record, const FieldChange& change, const PlanInput& input) {
  if (record == nullptr || change.cause != Cause::drift || input.contention.corrections <= 0) return false;
  return corrections_lately(*record, input) >= input.contention.corrections;
}

std::string corrected(const Remembered& record, const FieldChange& change, const PlanInput& input) {
  return fmt::format("contended: the manifests want {}, somebody keeps writing {}; corrected {} times within {}",
                     to_text(change.after), to_text(change.before), corrections_lately(record, input),
                     format_duration(input.contention.within));
}

void stop(FieldChange& change, Action action, std::string reason) {
  change.action = action;
  change.reason = std::move(reason);
}

}  // namespace

Wish wish_behind(const FieldChange& change) { return change.wish.value_or(Wish{}); }

void restrain(const PlanContext& context, const Attribute& attribute, const Image& image, const std::string& entry,
              FieldChange& change, CloudPlan& plan) {
  const PlanInput& input = context.input;
  const Hold* hold = context.hold(image.id, change.name);
  if (hold != nullptr && hold->wish == wish_behind(change)) {
    return stop(change, Action::held, as_held(context, image, change, *hold));
  }
  const Remembered* record = context.remembered(image.id, change.name);
  if (record != nullptr && record->kept_instead && record->wish == wish_behind(change) &&
      same(attribute, change.before, *record->kept_instead)) {
    return stop(change, Action::refused,
                fmt::format("the cloud accepted {} on {} and kept {}; not sent again until the manifest or the image "
                            "changes; {}",
                            to_text(change.after), format_rfc3339(record->at), to_text(*record->kept_instead),
                            resume(context, image, change)));
  }
  if (!is_contended(record, change, input)) return;
  if (attribute.exposure != Attribute::Exposure::none) {
    // To leave it to others would leave the image open to them.
    plan.warnings.push_back(
        fmt::format("{}: image {}: {} is {}; it decides over who may see or delete the image, so it "
                    "is corrected all the same",
                    entry, image.id, change.name, corrected(*record, change, input)));
    return;
  }
  plan.notes.contended.push_back({image.id, change.name, wish_behind(change), change.before});
  stop(change, Action::held,
       fmt::format("{}, held until {}; {}", corrected(*record, change, input),
                   format_rfc3339(input.now + input.contention.hold), ways_out(context, image, change)));
}

}  // namespace retouch::core
