#include "retouch/core/explain.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "retouch/base/text.hpp"
#include "retouch/core/claims.hpp"

namespace retouch::core {

namespace {

std::string text_of(const DesiredField& field) {
  std::string out = to_text(field.value);
  for (const std::string& item : field.absent_items) out += ", not " + item;
  return out;
}

const DesiredField* field_of(const DesiredEntry& entry, std::string_view name) {
  const auto it = std::ranges::find(entry.fields, name, &DesiredField::name);
  return it == entry.fields.end() ? nullptr : &*it;
}

bool ignores(const DesiredEntry& entry, std::string_view name) {
  const DesiredField* field = field_of(entry, name);
  if (field != nullptr && field->mode == FieldMode::ignore) return true;
  return std::ranges::any_of(entry.manage.ignore, [&](const std::string& glob) { return glob_match(glob, name); });
}

class Explainer {
 public:
  Explainer(const ExplainInput& input, const DesiredEntry& entry) : input_(input), entry_(entry) {
    for (std::size_t i = 0; input.selection != nullptr && i < input.entries.size(); ++i) {
      const Resolution found =
          resolve_match(input.entries[i], input.selection->matches_of(i), input.selection->images());
      for (const std::size_t image : found.images) managed_by_[image].push_back(&input.entries[i]);
      if (&input.entries[i] == &entry) mine_ = found;
    }
  }

  Explanation run() {
    Explanation out{.place = entry_.place, .priority = entry_.priority, .unresolved = mine_.unresolved};
    for (const std::string& name : names()) out.fields.push_back(field(name));
    return out;
  }

 private:
  // What it asks for, and what is planned in its name although no line asks (`exact`, `on_removal`).
  std::set<std::string> names() const {
    std::set<std::string> names;
    for (const DesiredField& field : entry_.fields) names.insert(field.name);
    if (input_.plan == nullptr) return names;
    for (const ImageChange& change : input_.plan->changes) {
      if (change.entry != entry_.name) continue;
      for (const FieldChange& field : change.fields) names.insert(field.name);
    }
    return names;
  }

  ExplainedField field(const std::string& name) const {
    ExplainedField out{.name = name};
    if (const DesiredField* wished = field_of(entry_, name)) out.wish = text_of(*wished);
    if (input_.provenance != nullptr) {
      if (const auto it = input_.provenance->find(name); it != input_.provenance->end()) out.settings = it->second;
    }
    for (const std::size_t index : mine_.images) {
      if (auto image = on_image(name, index)) out.images.push_back(*std::move(image));
    }
    std::ranges::sort(out.images, {}, [](const ExplainedImage& each) { return std::tie(each.name, each.id); });
    return out;
  }

  // nullopt: nothing asks for the field on this image.
  std::optional<ExplainedImage> on_image(const std::string& name, std::size_t index) const {
    const Image& image = input_.selection->images()[index];
    const auto claims = settle_claims(managed_by_.at(index));
    const auto claim = claims.find(name);
    const DesiredEntry* winner = claim == claims.end() ? nullptr : claim->second.entry;
    ExplainedImage out{.id = image.id, .name = image.text("name"), .live = image.get(name)};
    out.change = change_of(name, image.id);
    if (field_of(entry_, name) == nullptr && !out.change) return std::nullopt;
    out.claims = claims_of(name, index, winner);
    if (input_.memory != nullptr) {
      if (const Remembered* record = input_.memory->find(image.id, name)) out.remembered = *record;
      const Hold* hold = input_.memory->hold(image.id, name);
      if (hold != nullptr && (!hold->until || input_.now < *hold->until)) out.hold = *hold;
    }
    decide(out, name, winner);
    return out;
  }

  std::optional<FieldChange> change_of(const std::string& name, const std::string& image) const {
    for (const ImageChange& change : input_.plan->changes) {
      if (change.image_id != image) continue;
      const auto it = std::ranges::find(change.fields, name, &FieldChange::name);
      if (it != change.fields.end()) return *it;
    }
    return std::nullopt;
  }

  std::vector<FieldClaim> claims_of(const std::string& name, std::size_t index, const DesiredEntry* winner) const {
    std::vector<FieldClaim> claims;
    for (const DesiredEntry* entry : managed_by_.at(index)) {
      const DesiredField* field = field_of(*entry, name);
      if (field == nullptr || ignores(*entry, name)) continue;
      claims.push_back({entry->name, entry->priority, field->place, text_of(*field), entry == winner});
    }
    if (claims.size() < 2) claims.clear();
    return claims;
  }

  // The strongest reason first.
  void decide(ExplainedImage& out, const std::string& name, const DesiredEntry* winner) const {
    const auto set = [&](std::string_view fate, std::string why) {
      out.fate = fate;
      out.why = std::move(why);
    };
    if (ignores(entry_, name)) return set("never touched", "manage.ignore, or manage.fields says ignore");
    if (winner != nullptr && winner != &entry_ && !agrees(*winner, name)) {
      return set("left to another entry", "entry " + winner->name + " has the higher priority (" +
                                              std::to_string(winner->priority) + " over " +
                                              std::to_string(entry_.priority) + ")");
    }
    if (const std::string why = suspended(winner == nullptr ? entry_ : *winner); !why.empty()) {
      return set("suspended", why);
    }
    if (!out.change) return set("nothing to do", "the image is as it should be");
    judge(out, set);
  }

  void judge(const ExplainedImage& out, const auto& set) const {
    switch (out.change->action) {
      case Action::refused:
        return set("refused", out.change->reason);
      case Action::held:
        return set("held", out.change->reason);
      case Action::warn:
        return set("reported only", out.change->reason);
      case Action::apply:
        break;
    }
    for (const GuardVerdict& verdict : input_.plan->guards) {
      if (verdict.refused) return set("stopped by a guard", verdict.guard + ": " + verdict.detail);
    }
    set("will be sent", out.change->reason.empty() ? reason_of(*out.change) : out.change->reason);
  }

  std::string reason_of(const FieldChange& change) const {
    switch (change.cause) {
      case Cause::drift:
        return "somebody changed the image since it was as it should be";
      case Cause::pending:
        return "the manifests want something else than when it was applied last";
      case Cause::both:
        return "the manifests want something else than when it was applied last, and somebody changed the image";
      case Cause::unknown:
        break;
    }
    return input_.memory != nullptr ? "retouch has not applied it yet"
                                    : "the image is not as it should be; who moved is unknown without a memory";
  }

  bool agrees(const DesiredEntry& winner, const std::string& name) const {
    const DesiredField* theirs = field_of(winner, name);
    const DesiredField* mine = field_of(entry_, name);
    return theirs == nullptr || mine == nullptr ||
           (theirs->value == mine->value && theirs->absent_items == mine->absent_items && theirs->mode == mine->mode);
  }

  std::string suspended(const DesiredEntry& entry) const {
    if (entry.suspended) return "`suspend` in the manifest of " + entry.name;
    if (input_.memory == nullptr) return "";
    const auto said = [&](const std::string& what, const Suspension& suspension) {
      return what + " since " + format_rfc3339(suspension.since) +
             (suspension.until ? ", until " + format_rfc3339(*suspension.until) : "") +
             (suspension.by.empty() ? "" : ", by " + suspension.by) +
             (suspension.reason.empty() ? "" : ": " + suspension.reason);
    };
    const auto& cloud = input_.memory->suspended_cloud;
    if (cloud && cloud->in_force(input_.now)) return said("the whole cloud", *cloud);
    const auto it = input_.memory->suspended_entries.find(entry.name);
    const bool stopped = it != input_.memory->suspended_entries.end() && it->second.in_force(input_.now);
    return stopped ? said("entry " + entry.name, it->second) : "";
  }

  const ExplainInput& input_;
  const DesiredEntry& entry_;
  std::map<std::size_t, std::vector<const DesiredEntry*>> managed_by_;  // by index of the image
  Resolution mine_;
};

}  // namespace

std::optional<Explanation> explain(const ExplainInput& input) {
  const auto entry = std::ranges::find(input.entries, input.entry, &DesiredEntry::name);
  if (entry == input.entries.end()) return std::nullopt;
  return Explainer(input, *entry).run();
}

}  // namespace retouch::core
