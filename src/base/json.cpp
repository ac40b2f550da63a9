#include "retouch/base/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "retouch/base/printable.hpp"

namespace retouch {

Result<Json> parse_json(std::string_view text, std::string_view what, int max_depth) {
  bool too_deep = false;
  // The callback sees the depth before a container is built; discarding there keeps the DOM shallow.
  const Json::parser_callback_t guard = [&](int depth, Json::parse_event_t event, Json&) {
    if (depth >= max_depth &&
        (event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start)) {
      too_deep = true;
      return false;
    }
    return true;
  };
  try {
    Json value = Json::parse(text, guard);
    if (too_deep) {
      return fail(Errc::protocol, fmt::format("{} is nested deeper than {} levels", what, max_depth));
    }
    return value;
  } catch (const Json::exception& problem) {
    return fail(Errc::protocol, fmt::format("{} is not JSON: {}; it begins with \"{}\"", what,
                                            printable(problem.what(), 200), printable(text.substr(0, 80), 120)));
  }
}

const Json* find_member(const Json& object, std::string_view key) {
  if (!object.is_object()) return nullptr;
  const auto it = object.find(key);
  return it == object.end() ? nullptr : &*it;
}

std::string compact_json(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

void append_json(std::string& out, std::string_view text) {
  const auto plain = [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; };
  if (std::ranges::all_of(text, plain)) {
    out += '"';
    out += text;
    out += '"';
  } else {
    out += compact_json(Json(text));
  }
}

std::optional<std::string> string_member(const Json& object, std::string_view key) {
  const Json* member = find_member(object, key);
  if (member == nullptr || !member->is_string()) return std::nullopt;
  return member->get<std::string>();
}

std::optional<std::int64_t> integer_member(const Json& object, std::string_view key) {
  const Json* member = find_member(object, key);
  if (member == nullptr || !member->is_number_integer()) return std::nullopt;
  // get() would wrap what is beyond 64 bits with a sign around to a negative number.
  const auto* large = member->get_ptr<const Json::number_unsigned_t*>();
  if (large != nullptr && *large > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    return std::nullopt;
  return member->get<std::int64_t>();
}

std::optional<bool> bool_member(const Json& object, std::string_view key) {
  const Json* member = find_member(object, key);
  if (member == nullptr || !member->is_boolean()) return std::nullopt;
  return member->get<bool>();
}

}  // namespace retouch
