// nlohmann/json with the caps that foreign input needs. (Lists are not read with this: see providers' push decoder.)
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "retouch/base/result.hpp"

// Compiled once, in base: instantiating it took a quarter of the time of every file that uses it.
extern template class nlohmann::basic_json<>;

namespace retouch {

using Json = nlohmann::json;

// Depth 64 unless said otherwise: nlohmann's dump and copy recurse and crash on deep input. Duplicate keys: last wins.
// `what` names the document in the error ("the token answer").
Result<Json> parse_json(std::string_view text, std::string_view what, int max_depth = 64);

// In one line, keys sorted. Foreign text may be no UTF-8, over which dump() alone would throw: it is replaced.
std::string compact_json(const Json& json);
// Appends what compact_json(text) is, without a document when the text has nothing to escape.
void append_json(std::string& out, std::string_view text);

// Lenient readers of an object's member: nullptr / nullopt when absent or of another type.
const Json* find_member(const Json& object, std::string_view key);
std::optional<std::string> string_member(const Json& object, std::string_view key);
std::optional<std::int64_t> integer_member(const Json& object, std::string_view key);
std::optional<bool> bool_member(const Json& object, std::string_view key);

}  // namespace retouch
