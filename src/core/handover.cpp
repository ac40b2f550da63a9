#include "handover.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

namespace retouch::core {

namespace {

using Names = std::set<std::string, std::less<>>;

// What selectors look at.
Names selected_by(std::span<const DesiredEntry> entries) {
  Names names;
  for (const DesiredEntry& entry : entries) {
    for (const Criterion& criterion : entry.select.criteria) names.insert(criterion.attribute);
    if (!entry.select.tags.empty()) names.insert("tags");
  }
  return names;
}

// Of a selector only what it says about one attribute; nullopt = nothing.
std::optional<Selector> about(const Selector& select, const std::string& attribute) {
  Selector part{.any_owner = true, .place = select.place};
  if (attribute == "tags") part.tags = select.tags;
  std::ranges::copy_if(select.criteria, std::back_inserter(part.criteria),
                       [&](const Criterion& criterion) { return criterion.attribute == attribute; });
  if (part.tags.empty() && part.criteria.empty()) return std::nullopt;
  if (!part.criteria.empty() && part.criteria.front().place.line != 0) part.place = part.criteria.front().place;
  return part;
}

Image changed(Image image, const PlannedImage& planned) {
  for (const auto& [entry, fields] : planned.changes) {
    for (const FieldChange& field : fields) {
      if (field.action != Action::apply) continue;
      if (is_absent(field.after)) {
        image.attributes.erase(field.name);
      } else {
        image.attributes.insert_or_assign(field.name, field.after);
      }
    }
  }
  return image;
}

class Handovers {
 public:
  Handovers(const PlanInput& input, std::vector<PlannedImage>& images) : input_(input) {
    const Names names = selected_by(input.entries);
    for (PlannedImage& planned : images) {
      const bool moves = std::ranges::any_of(planned.changes, [&](const auto& of_entry) {
        return std::ranges::any_of(of_entry.second, [&](const FieldChange& field) {
          return field.action == Action::apply && names.contains(field.name);
        });
      });
      if (moves) moved_.push_back({&planned, changed(live(planned), planned)});
    }
  }

  bool refuse() {
    for (const Moved& moved : moved_) {
      for (const DesiredEntry* loser : moved.planned->managed_by) refuse_loss(moved, *loser);
    }
    if (!moved_.empty()) refuse_gains();
    return refused_;
  }

 private:
  struct Moved {
    PlannedImage* planned;
    Image after;
  };

  const Image& live(const PlannedImage& planned) const { return input_.selection->images()[planned.index]; }

  void refuse_loss(const Moved& moved, const DesiredEntry& loser) {
    if (loser.select.matches(moved.after)) return;
    const auto breaks = [&](const Selector& part) { return !part.matches(moved.after); };
    refuse_fields(*moved.planned, loser, breaks, "would no longer find the image, which it selects by",
                  "add the new value to that `select`, or leave the image to one of the two");
  }

  void refuse_gains() {
    Selection after(input_.entries);
    std::unordered_map<std::string_view, const Moved*> by_id;
    std::set<std::size_t> moved;
    for (const Moved& each : moved_) {
      after.offer(each.after);
      by_id.emplace(each.after.id, &each);
      moved.insert(each.planned->index);
    }
    for (std::size_t i = 0; i < input_.entries.size(); ++i) {
      const DesiredEntry& entry = input_.entries[i];
      const auto most = most_of(entry);
      const auto& before = input_.selection->matches_of(i);
      // One that finds too many already gets no worse.
      if (!most || after.matches_of(i).empty() || std::ssize(before) > *most) continue;
      const auto stay = std::ranges::count_if(before, [&](std::size_t index) { return !moved.contains(index); });
      const auto found = stay + std::ssize(after.matches_of(i));
      if (found <= *most) continue;
      for (const std::size_t index : after.matches_of(i)) {
        const Moved& gained = *by_id.at(after.images()[index].id);
        const auto breaks = [&](const Selector& part) { return !part.matches(live(*gained.planned)); };
        refuse_fields(*gained.planned, entry, breaks,
                      fmt::format("would find {} images where it means {}, by", found,
                                  *most == 1 ? "one" : "at most " + std::to_string(*most)),
                      "choose another value, or select by id there");
      }
    }
  }

  static std::optional<std::int64_t> most_of(const DesiredEntry& entry) {
    if (entry.match == Match::one) return 1;
    return entry.match == Match::all ? entry.max : std::nullopt;
  }

  // Of the changes that other entries make to the image those that `breaks` says it of.
  void refuse_fields(PlannedImage& planned, const DesiredEntry& other,
                     const std::function<bool(const Selector&)>& breaks, const std::string& what,
                     const std::string& remedy) {
    for (auto& [entry, fields] : planned.changes) {
      if (entry == &other) continue;
      for (FieldChange& field : fields) {
        const auto part = about(other.select, field.name);
        if (field.action != Action::apply || !part || !breaks(*part)) continue;
        const Place& place = part->place.line != 0 ? part->place : other.place;
        field.action = Action::refused;
        field.reason = fmt::format("entry {} ({}) would make {} {}, and entry {} ({}) {} {}; {}", entry->name,
                                   to_string(field.place), field.name, to_text(field.after), other.name,
                                   to_string(place), what, part->describe(), remedy);
        refused_ = true;
      }
    }
  }

  const PlanInput& input_;
  std::vector<Moved> moved_;
  bool refused_ = false;
};

}  // namespace

bool refuse_handovers(const PlanInput& input, std::vector<PlannedImage>& images) {
  return Handovers(input, images).refuse();
}

}  // namespace retouch::core
