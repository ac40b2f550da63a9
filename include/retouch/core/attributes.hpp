// What is known about the attributes of one API family: one table serves validation, planning, `exact`, JSON Schema and
// docs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retouch/base/result.hpp"
#include "retouch/core/value.hpp"

namespace retouch::core {

enum class ValueType { text, integer, boolean, list, map };
std::string_view to_string(ValueType type);

// How an attribute is made absent.
enum class Clear { remove, null, empty_text, empty_list, empty_map, impossible };

enum class Compare {
  exact,
  flag,  // "true"/"True"/"TRUE" are one value (IMS __support_*, __lazyloading)
};

struct Attribute {
  std::string name;  // the API's own
  ValueType type = ValueType::text;
  bool writable = true;
  std::vector<std::string> allowed{};  // empty = any; text attributes only
  std::size_t min_length = 0;          // characters (code points); of the text, of each list item
  std::size_t max_length = 0;          // 0 = no limit known
  std::int64_t min = 0;                // integers
  std::int64_t max = 0x7fffffff;
  std::size_t max_items = 0;       // lists and maps; 0 = no limit known
  std::size_t max_key_length = 0;  // map keys
  std::size_t max_bytes = 0;       // maps: of the whole value as JSON; 0 = no limit known
  bool typed_values = false;       // maps: 1, 1.5 and true are numbers and flags, not texts
  // Characters that are refused, as a human-readable rule and its check; null = all characters.
  bool (*valid_text)(std::string_view) = nullptr;
  std::string text_rule{};  // "letters, digits, blank, - . _, no blank at either end"
  Clear clear = Clear::remove;
  bool empty_is_absent = false;  // "" (or [] or {}) live is the same as absent
  // A value that absent stands for: hw_firmware_type absent = "bios". One that is not in `allowed` ("false" of a flag
  // that is "true" or absent) is accepted from manifests and written as absence.
  std::optional<std::string> absent_means{};
  Compare compare = Compare::exact;
  std::vector<std::string> excludes{};  // must not be present together with these
  bool exact_clears = false;            // `properties: exact` clears it, although it is a field of the API's own
  std::string fixed{};                  // why no correction can make it writable; "" = one can
  // What widening this attribute exposes; `exposure` guard. none: not an exposure field.
  enum class Exposure { none, visibility, acl, protection, hidden } exposure = Exposure::none;
  std::string description{};  // one line, for the schema and docs
  std::string source{};       // where the fact stands: "protocols/openstack-ims.md 1.2"
};

// Corrections of one cloud's configuration: `attributes: {min_disk: {writable: true, type: integer}}`.
struct AttributeCorrection {
  std::string name;
  std::optional<bool> writable{};
  std::optional<ValueType> type{};
  std::optional<std::vector<std::string>> allowed{};
  std::optional<std::size_t> max_length{};
  std::optional<bool> empty_is_absent{};
};

class AttributeTable {
 public:
  struct Alias {
    std::string portable, name;
  };
  AttributeTable() = default;
  // `extension`: the rule for every name that is in no table (custom properties); nullopt = unknown names are errors.
  AttributeTable(std::string provider, std::vector<Attribute> known, std::optional<Attribute> extension,
                 std::vector<std::string> platform_patterns, std::vector<Alias> aliases,
                 bool (*valid_extension_name)(std::string_view) = nullptr, std::string extension_name_rule = {});

  const std::string& provider() const { return provider_; }
  const std::vector<Attribute>& known() const { return known_; }
  const std::optional<Attribute>& extension() const { return extension_; }
  const std::vector<Alias>& aliases() const { return aliases_; }
  const std::string& extension_name_rule() const { return extension_name_rule_; }

  // The API's own name of a portable one (`description` -> `__description` on ims); any other name is itself.
  std::string canonical(std::string_view name) const;
  // The rule for a name: its own, or the extension rule under that name; nullopt = this API has no such attribute.
  std::optional<Attribute> find(std::string_view name) const;
  // Only what stands in the table itself, nullptr otherwise. Cheap; valid until the next correct().
  const Attribute* find_known(std::string_view name) const;
  // Read-only, or in the platform's name space: never removed by `exact`, whoever set it.
  bool is_platform(std::string_view name) const;
  bool valid_extension_name(std::string_view name) const { return !valid_name_ || valid_name_(name); }
  void correct(const AttributeCorrection& correction);
  // No correction makes anything else writable than what is writable now: a request could not carry it. `reason` is
  // what users are told.
  void close(const std::string& reason);

 private:
  std::string provider_;
  std::vector<Attribute> known_;
  std::optional<Attribute> extension_;
  std::vector<std::string> platform_patterns_;  // globs
  std::vector<Alias> aliases_;
  bool (*valid_name_)(std::string_view) = nullptr;
  std::string extension_name_rule_;
  std::string closed_;  // why; "" = it is not
};

// Why `value` cannot be written to `attribute`; empty = it can. Absent is checked against `clear`.
std::vector<std::string> violations(const Attribute& attribute, const Value& value);

// Both sides of a diff go through this: absent-equivalents become Absent, flags lower case, numbers in texts numbers
// where the table says integer. (Images hold what the cloud holds, so that "" and absent get the right op.)
Value normalized(const Attribute& attribute, Value value);
// After normalizing both. `absent_means` is honoured here: absent equals the value that it stands for.
bool same(const Attribute& attribute, const Value& a, const Value& b);

}  // namespace retouch::core
