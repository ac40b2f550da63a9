// Why a field of an entry is as it is, and what will become of it: all that planning knew, of one entry on one cloud.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retouch/core/plan.hpp"
#include "retouch/core/provenance.hpp"
#include "retouch/core/selection.hpp"

namespace retouch::core {

// Another entry, or this one, that says something of the same field of the same image.
struct FieldClaim {
  std::string entry;
  int priority = 0;
  Place place;
  std::string wish;
  bool wins = false;
  bool operator==(const FieldClaim&) const = default;
};

struct ExplainedImage {
  std::string id, name;
  Value live;
  std::optional<Remembered> remembered{};
  std::optional<Hold> hold{};        // in force
  std::vector<FieldClaim> claims{};  // empty when this entry is the only one
  std::optional<FieldChange> change{};
  // "will be sent", "nothing to do", "refused", "held", "reported only", "never touched", "suspended", "left to another
  // entry", "stopped by a guard"
  std::string_view fate;
  std::string why{};  // may be empty
};

struct ExplainedField {
  std::string name;
  std::string wish;                      // as it is compared: "uefi", "(absent)"; empty: no line asks for it any more
  std::vector<Setting> settings{};       // the lines that say something of it
  std::vector<ExplainedImage> images{};  // that the entry selects now, by name
};

struct Explanation {
  Place place;
  int priority = 0;
  std::string unresolved{};  // why it selects no image
  std::vector<ExplainedField> fields{};
};

struct ExplainInput {
  std::string_view entry;
  std::span<const DesiredEntry> entries{};  // of the cloud
  const Selection* selection = nullptr;     // this and `plan` null: the cloud could not be asked
  const CloudPlan* plan = nullptr;
  const Memory* memory = nullptr;  // null: none
  const Provenance* provenance = nullptr;
  Wall now{};
};

// nullopt: the cloud has no such entry.
std::optional<Explanation> explain(const ExplainInput& input);

}  // namespace retouch::core
