// The value of one attribute, live or desired, after its provider normalized it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "retouch/base/json.hpp"

namespace retouch::core {

struct Absent {
  auto operator<=>(const Absent&) const = default;
};
// An item of a map that is no scalar (null, a list, an object): kept as it is, because some APIs write maps whole and
// it must go back unchanged. The text is compact JSON with sorted keys, so equal values have equal texts.
struct JsonText {
  std::string text;
  auto operator<=>(const JsonText&) const = default;
};
using Scalar = std::variant<bool, std::int64_t, double, std::string, JsonText>;
using List = std::vector<std::string>;                   // a set: sorted, unique
using Map = std::map<std::string, Scalar, std::less<>>;  // key/value tags
// Absent = the attribute is not there (live), or must not be there (desired).
using Value = std::variant<Absent, bool, std::int64_t, std::string, List, Map>;

List make_list(std::vector<std::string> items);  // sorts, drops duplicates
inline bool is_absent(const Value& value) { return std::holds_alternative<Absent>(value); }
Json to_json(const Value& value);  // Absent -> null
Json to_json(const Scalar& value);
// Appends what compact_json(to_json(value)) is; without a document for one word or one number, which most values are.
void append_json(std::string& out, const Value& value);
Scalar to_scalar(const Json& value);  // 2.0 is the integer 2
// As shown in a plan: "bios", 1024, true, [a, b], {k: v}, (absent). Printable.
std::string to_text(const Value& value);

}  // namespace retouch::core
