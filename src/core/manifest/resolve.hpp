// From merged specs to what one cloud should hold.
#pragma once

#include <string>
#include <vector>

#include "retouch/base/diagnostic.hpp"
#include "retouch/core/desired.hpp"
#include "retouch/core/manifest.hpp"
#include "spec.hpp"

namespace retouch::core::manifest {

// Of a text that a complaint quotes.
inline constexpr std::size_t longest_quote = 80;

// Complaints about one entry. Several clouds may give rise to the same one: it is said once, with their names.
class Complaints {
 public:
  // `incomplete`: complaints were made while reading, so what seems to be missing may just not have been understood.
  explicit Complaints(bool incomplete) : incomplete_(incomplete) {}
  bool incomplete() const { return incomplete_; }
  void begin_cloud(const std::string& cloud) { cloud_ = cloud; }
  void error(const Place& place, std::string message, std::string hint = {});
  void warning(const Place& place, std::string message, std::string hint = {});
  // Of the cloud at hand.
  bool has_errors() const;
  void flush(Diagnostics& diagnostics) const;

 private:
  struct Item {
    Diagnostic diagnostic;
    std::vector<std::string> clouds;
  };
  void add(Diagnostic diagnostic);

  bool incomplete_;
  std::string cloud_;
  std::vector<Item> items_;
};

// `clouds` names this cloud and does not exclude it.
bool includes(const std::vector<CloudPattern>& patterns, const std::string& cloud);
// An unknown name is an error, a glob that matches nothing a warning; `known` and `other` are the clouds that exist.
void check_patterns(const std::vector<CloudPattern>& patterns, std::span<const std::string> known,
                    std::span<const std::string> other, Diagnostics& diagnostics);

Selector resolve_select(const SelectSpec& spec, const AttributeTable& table, const Place& entry,
                        Complaints& complaints);
ManageRules resolve_manage(const ManageSpec& spec, const AttributeTable& table);
// Aliases resolved, typed, checked; sorted by name.
std::vector<DesiredField> resolve_fields(const Spec& spec, const ManageRules& manage, const AttributeTable& table,
                                         Complaints& complaints);
// After the change an entry's images must still be found by its selector.
void check_still_matches(const DesiredEntry& entry, const Spec& spec, const AttributeTable& table,
                         Complaints& complaints);

// Into `field.value` and `field.absent_items`, by the attribute's type. A scalar of another type stays as it is where
// violations() can name it; false = a list or mapping where none can be, which was complained about.
bool read_value(const Attribute& attribute, const yaml::Value& value, DesiredField& field, Complaints& complaints);
void warn_of_rewriting(const Attribute& attribute, const yaml::Value& value, Complaints& complaints);

// What a tool that reads YAML as JSON (or as YAML 1.1) would make of this plain text; nullopt = the same text.
std::optional<std::string> rewritten(std::string_view plain);

}  // namespace retouch::core::manifest
