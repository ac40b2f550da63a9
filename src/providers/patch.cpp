#include "patch.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace retouch::providers {
namespace {

using core::Clear;

struct Operation {
  core::Op op;
  std::string name;
  Json value;  // of add and replace
};

std::optional<Operation> clearing(const core::Attribute& attribute) {
  const auto replace_by = [&](Json value) { return Operation{core::Op::replace, attribute.name, std::move(value)}; };
  switch (attribute.clear) {
    case Clear::remove:
      return Operation{core::Op::remove, attribute.name, nullptr};
    case Clear::null:
      return replace_by(nullptr);
    case Clear::empty_text:
      return replace_by("");
    case Clear::empty_list:
      return replace_by(Json::array());
    case Clear::empty_map:
      return replace_by(Json::object());
    case Clear::impossible:
      return std::nullopt;  // refused in the plan
  }
  return std::nullopt;
}

std::optional<Operation> operation(const core::AttributeTable& table, const core::Image& live,
                                   const core::FieldChange& change) {
  const auto attribute = table.find(change.name).value_or(core::Attribute{.name = change.name});
  const auto after = core::normalized(attribute, change.after);
  const auto* before = live.find(change.name);
  if (core::same(attribute, before ? *before : core::Value{}, after)) return std::nullopt;
  if (core::is_absent(after)) return before ? clearing(attribute) : std::nullopt;
  return Operation{before ? core::Op::replace : core::Op::add, change.name, core::to_json(after)};
}

int rank(core::Op op) { return op == core::Op::remove ? 0 : op == core::Op::replace ? 1 : 2; }

// {"op":…,"path":…,"value":…}, one of these a change: written without a document in between.
void write(std::string& out, const Operation& operation) {
  out += R"({"op":")";
  out += core::to_string(operation.op);
  out += R"(","path":)";
  append_json(out, json_pointer(operation.name));
  if (operation.op != core::Op::remove) {
    out += R"(,"value":)";
    out += operation.value.dump();
  }
  out += '}';
}

std::string scalar_text(const core::Scalar& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return core::to_json(value).dump();
}

template <class Takes>
std::vector<Operation> operations_on(const core::AttributeTable& table, const core::Image& live,
                                     std::span<const core::FieldChange> fields, Takes takes) {
  std::vector<Operation> operations;
  for (const auto& change : fields) {
    if (change.action != core::Action::apply || !takes(change.name)) continue;
    // Several entries may want the same of one image.
    if (std::ranges::find(operations, change.name, &Operation::name) != operations.end()) continue;
    if (auto wanted = operation(table, live, change)) operations.push_back(std::move(*wanted));
  }
  return operations;
}

std::vector<std::string> names_of(const std::vector<Operation>& operations) {
  std::vector<std::string> names;
  for (const auto& each : operations) names.push_back(each.name);
  std::ranges::sort(names);
  return names;
}

}  // namespace

std::string json_pointer(std::string_view name) {
  std::string out = "/";
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::optional<Patch> make_patch(const core::AttributeTable& table, const core::Image& live,
                                std::span<const core::FieldChange> fields, std::string_view apart) {
  auto operations = operations_on(table, live, fields, [&](const std::string& name) { return name != apart; });
  if (operations.empty()) return std::nullopt;
  std::ranges::sort(operations, [](const Operation& a, const Operation& b) {
    return std::pair<int, std::string_view>(rank(a.op), a.name) < std::pair<int, std::string_view>(rank(b.op), b.name);
  });

  std::string body = "[";
  for (const auto& each : operations) {
    if (&each != operations.data()) body += ',';
    write(body, each);
  }
  return Patch{.fields = names_of(operations), .body = body + "]"};
}

std::optional<Patch> make_update(const core::AttributeTable& table, const core::Image& live,
                                 std::span<const core::FieldChange> fields,
                                 std::span<const std::string_view> updatable) {
  const auto takes = [&](const std::string& name) { return std::ranges::find(updatable, name) != updatable.end(); };
  const auto operations = operations_on(table, live, fields, takes);
  if (operations.empty()) return std::nullopt;
  Json body = Json::object();
  for (const auto& each : operations) body[each.name] = each.value;
  return Patch{.fields = names_of(operations), .body = body.dump()};
}

TagChanges tag_changes(const core::Image& live, std::span<const core::FieldChange> fields) {
  const auto change = std::ranges::find_if(fields, [](const core::FieldChange& field) {
    return field.name == "tags" && field.action == core::Action::apply;
  });
  if (change == fields.end()) return {};
  const auto map_of = [](const core::Value& value) {
    const auto* map = std::get_if<core::Map>(&value);
    return map ? *map : core::Map{};
  };
  const auto before = map_of(live.get("tags"));
  const auto after = map_of(change->after);
  TagChanges out;
  for (const auto& [key, value] : before) {
    if (!after.contains(key)) out.remove.emplace(key, value);
  }
  for (const auto& [key, value] : after) {
    const auto there = before.find(key);
    if (there == before.end() || scalar_text(there->second) != scalar_text(value)) out.create.emplace(key, value);
  }
  return out;
}

std::string tag_action(std::string_view action, const core::Map& tags) {
  Json list = Json::array();
  for (const auto& [key, value] : tags) list.push_back({{"key", key}, {"value", scalar_text(value)}});
  return Json{{"action", action}, {"tags", std::move(list)}}.dump();
}

}  // namespace retouch::providers
