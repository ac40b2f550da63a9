#include "retouch/core/memory.hpp"

#include <algorithm>

namespace retouch::core {

namespace {

// Items of `after` that were not in `before`, or were ours already.
List ours_of(const List& before, const List& after, const Wish& wish, const List& until_now) {
  const auto contains = [](const List& list, const std::string& item) {
    return std::ranges::find(list, item) != list.end();
  };
  const auto* wished = std::get_if<List>(&wish.value);
  List ours;
  for (const std::string& item : after) {
    if (wished == nullptr || !contains(*wished, item)) continue;
    if (!contains(before, item) || contains(until_now, item)) ours.push_back(item);
  }
  return make_list(std::move(ours));
}

Map ours_of(const Map& before, const Map& after, const Wish& wish, const Map& until_now) {
  const auto holds = [](const Map& map, const std::string& key, const Scalar& value) {
    const auto it = map.find(key);
    return it != map.end() && it->second == value;
  };
  const auto* wished = std::get_if<Map>(&wish.value);
  Map ours;
  for (const auto& [key, value] : after) {
    if (wished == nullptr || !wished->contains(key)) continue;
    if (!holds(before, key, value) || holds(until_now, key, value)) ours.emplace(key, value);
  }
  return ours;
}

template <class Collection>
Collection held(const Value& value) {
  const auto* collection = std::get_if<Collection>(&value);
  return collection == nullptr ? Collection{} : *collection;
}

template <class Collection>
Value ours_in(const Value& before, const Value& after, const Wish& wish, const Value& until_now) {
  Collection ours = ours_of(held<Collection>(before), held<Collection>(after), wish, held<Collection>(until_now));
  return ours.empty() ? Value{Absent{}} : Value{std::move(ours)};
}

// The kinds of a stored value; JSON alone does not tell a set from a list, or a number's text from a number.
constexpr std::string_view kinds = "afitlm";

Json stored_scalar(const Scalar& scalar) {
  if (const auto* raw = std::get_if<JsonText>(&scalar)) return Json{{"raw", raw->text}};
  return to_json(scalar);
}

[[noreturn]] void refuse(const char* why, const Json& stored) { throw Json::other_error::create(501, why, &stored); }

Scalar scalar_from(const Json& stored) {
  if (stored.is_object()) {
    auto text = stored.at("raw").get<std::string>();
    // It is parsed again by whoever sends or shows it.
    if (!parse_json(text, "a stored value")) refuse("no JSON", stored);
    return JsonText{std::move(text)};
  }
  return to_scalar(stored);
}

// `{"l":["a","b"]}`: the kind, and the value under it.
Json stored_form(const Value& value) {
  const std::string kind(1, kinds[value.index()]);
  if (const auto* map = std::get_if<Map>(&value)) {
    Json items = Json::object();
    for (const auto& [key, item] : *map) items[key] = stored_scalar(item);
    return Json{{kind, std::move(items)}};
  }
  return Json{{kind, to_json(value)}};
}

std::string stored_text(const Value& value) {
  if (std::holds_alternative<Map>(value)) return compact_json(stored_form(value));
  std::string out = {'{', '"', kinds[value.index()], '"', ':'};
  append_json(out, value);
  return out += '}';
}

Value value_of(const Json& stored) {
  const auto& item = stored.items().begin();
  const Json& content = item.value();
  switch (item.key().size() == 1 ? kinds.find(item.key()) : kinds.npos) {
    case 0:
      return Absent{};
    case 1:
      return content.get<bool>();
    case 2:
      // A number with a fraction or beyond 64 bits is none that was written here, and get() would take it for another.
      if (const auto number = integer_member(stored, item.key())) return *number;
      refuse("no integer", stored);
    case 3:
      return content.get<std::string>();
    case 4:
      return make_list(content.get<std::vector<std::string>>());
    case 5:
      break;
    default:
      refuse("unknown kind of value", stored);
  }
  if (!content.is_object()) refuse("no map", stored);
  Map map;
  for (const auto& [key, scalar] : content.items()) map.emplace(key, scalar_from(scalar));
  return map;
}

// What `{"t":"ubuntu"}` holds, for a text without escapes: most of what is stored, and parsing it as JSON takes ten
// times as long.
std::optional<std::string> plain_text(std::string_view stored) {
  constexpr std::string_view before = R"({"t":")", after = R"("})";
  if (stored.size() < before.size() + after.size() || !stored.starts_with(before) || !stored.ends_with(after)) {
    return std::nullopt;
  }
  const std::string_view text = stored.substr(before.size(), stored.size() - before.size() - after.size());
  const auto special = [](char c) { return c < ' ' || c > '~' || c == '"' || c == '\\'; };
  if (std::ranges::any_of(text, special)) return std::nullopt;
  return std::string(text);
}

}  // namespace

std::string_view to_string(Hold::Why why) { return why == Hold::Why::rollback ? "rollback" : "contention"; }

const Remembered* Memory::find(std::string_view image, std::string_view field) const {
  const auto known = images.find(image);
  if (known == images.end()) return nullptr;
  const auto it = known->second.fields.find(field);
  return it == known->second.fields.end() ? nullptr : &it->second;
}

const Hold* Memory::hold(std::string_view image, std::string_view field) const {
  const auto known = images.find(image);
  if (known == images.end()) return nullptr;
  const auto it = known->second.holds.find(field);
  return it == known->second.holds.end() ? nullptr : &it->second;
}

Value ours_after(const Value& before, const Value& after, const Wish& wish, const Value& ours_until_now) {
  if (is_absent(wish.value)) return Absent{};
  if (std::holds_alternative<List>(wish.value)) return ours_in<List>(before, after, wish, ours_until_now);
  if (std::holds_alternative<Map>(wish.value)) return ours_in<Map>(before, after, wish, ours_until_now);
  return before != after || ours_until_now == after ? after : Value{Absent{}};
}

std::string to_text(const Wish& wish) {
  if (wish.absent_items.empty() && !wish.exact) return stored_text(wish.value);
  Json json = stored_form(wish.value);
  if (!wish.absent_items.empty()) json["not"] = wish.absent_items;
  if (wish.exact) json["only"] = true;
  return compact_json(json);
}

std::optional<Wish> wish_from_text(std::string_view text) {
  if (auto plain = plain_text(text)) return Wish{.value = *std::move(plain)};
  try {
    auto json = parse_json(text, "a stored wish");
    if (!json || !json->is_object()) return std::nullopt;
    Wish wish;
    if (const auto it = json->find("not"); it != json->end()) {
      wish.absent_items = it->get<std::vector<std::string>>();
      json->erase(it);
    }
    wish.exact = json->erase("only") > 0;
    if (json->size() != 1) return std::nullopt;
    wish.value = value_of(*json);
    return wish;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

std::string to_stored(const Value& value) { return stored_text(value); }

std::optional<Value> value_from_stored(std::string_view text) {
  if (auto plain = plain_text(text)) return Value{*std::move(plain)};
  try {
    const auto json = parse_json(text, "a stored value");
    if (!json || json->size() != 1 || !json->is_object()) return std::nullopt;
    return value_of(*json);
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace retouch::core
