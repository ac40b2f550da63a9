#include "yaml_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <tuple>

#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"

namespace retouch::yaml {
namespace {

constexpr std::string_view core = "tag:yaml.org,2002:";
constexpr std::size_t max_complaints = 100;  // of one file; a million duplicate keys help nobody

// What a copy of `value` costs: its nodes, and its text in units of 16 bytes (an 8 MiB text behind 100 aliases is a
// bomb, too). Recursion is bounded by Limits::depth.
std::size_t cost_of(const Value& value) {
  std::size_t cost = 1 + value.text.size() / 16;
  for (const auto& item : value.items) cost += cost_of(item);
  for (const auto& [key, member] : value.members) cost += cost_of(key) + cost_of(member);
  return cost;
}

std::size_t depth_of(const Value& value) {
  if (value.kind != Kind::sequence && value.kind != Kind::mapping) return 0;
  std::size_t deepest = 0;
  for (const auto& item : value.items) deepest = std::max(deepest, depth_of(item));
  for (const auto& member : value.members) deepest = std::max(deepest, depth_of(member.second));
  return deepest + 1;
}

bool is_core_tag(const std::string& tag, std::initializer_list<std::string_view> names) {
  if (tag.empty() || tag == "?" || tag == "!") return true;
  if (!tag.starts_with(core)) return false;
  return std::ranges::find(names, std::string_view(tag).substr(core.size())) != names.end();
}

std::string unknown_tag(const std::string& tag) {
  return fmt::format("unknown tag `{}`: only the types of plain YAML are understood", printable(tag, 80));
}

}  // namespace

void Builder::OnDocumentStart(const YAML::Mark& mark) {
  // yaml-cpp 0.7 returns documents for ever on some input (",#\nky") without reading on.
  if (mark.pos <= last_document_) stop(place(mark), "YAML syntax: this cannot be read as a document");
  last_document_ = mark.pos;
  if (++documents_seen_ > limits_.documents) {
    stop(place(mark), fmt::format("more than {} documents in one file", limits_.documents));
  }
  stack_.clear();
  anchors_.clear();
  root_ = Value{.place = place(mark)};
}

void Builder::OnDocumentEnd() { documents_.push_back(std::move(root_)); }

Place Builder::place_of_null(const YAML::Mark& mark) const {
  if (stack_.empty()) return root_.place;
  const auto& parent = stack_.back();
  if (parent.has_key) return parent.key.place;
  // The mark of an empty item is that of the next token, which can be anywhere.
  const auto at = static_cast<std::size_t>(mark.pos);
  const bool written = at < text_.size() && std::string_view("~nN").find(text_[at]) != std::string_view::npos;
  return written ? place(mark) : parent.value.place;
}

void Builder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  Value value{.place = place_of_null(mark)};
  charge(1, value.place);
  remember(anchor, value);
  attach(std::move(value));
}

void Builder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& text) {
  Value value{.kind = Kind::scalar, .plain = tag != "!", .text = text, .place = place(mark)};
  charge(1, value.place);
  last_scalar_ = mark;
  if (tag.size() > 1) {
    if (!is_core_tag(tag, {"str", "int", "float", "bool", "null"})) complain(value.place, unknown_tag(tag));
    value.plain = !tag.ends_with(":str");
    if (tag.ends_with(":null")) value = Value{.place = value.place};
  }
  if (text.find('\0') != std::string::npos) complain(value.place, "a text may not hold NUL (\"\\0\")");
  // yaml-cpp 0.7 makes one byte of each, which is no UTF-8.
  if (!is_valid_utf8(text)) complain(value.place, "the escapes \\N and \\_ cannot be read", "write \\u0085 or \\u00a0");
  remember(anchor, value);
  attach(std::move(value));
}

void Builder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const auto here = place(mark);
  if (++aliases_seen_ > limits_.aliases) {
    stop(here, fmt::format("more than {} aliases (*name) in one file", limits_.aliases));
  }
  const auto found = anchors_.find(anchor);
  // Not complete yet: the alias stands inside the value that it names.
  if (found == anchors_.end()) stop(here, "this alias (*name) stands inside the value that it names");
  const auto& [value, cost, depth] = found->second;
  charge(cost, here);
  if (stack_.size() + depth > limits_.depth) {
    stop(here, fmt::format("nested deeper than {} levels, with this alias expanded", limits_.depth));
  }
  Value copy = value;
  copy.place = here;
  attach(std::move(copy));
}

void Builder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                              YAML::EmitterStyle::value /*style*/) {
  if (!is_core_tag(tag, {"seq"})) complain(place(mark), unknown_tag(tag));
  open(Kind::sequence, mark, anchor);
}

void Builder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value /*style*/) {
  if (!is_core_tag(tag, {"map"})) complain(place(mark), unknown_tag(tag));
  open(Kind::mapping, mark, anchor);
}

void Builder::OnMapEnd() {
  drop_duplicates(stack_.back().value);
  close();
}

void Builder::open(Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
  auto here = place(mark);
  charge(1, here);
  if (stack_.size() >= limits_.depth) stop(std::move(here), fmt::format("nested deeper than {} levels", limits_.depth));
  stack_.push_back({.value = {.kind = kind, .place = std::move(here)}, .anchor = anchor});
}

void Builder::close() {
  auto frame = std::move(stack_.back());
  stack_.pop_back();
  remember(frame.anchor, frame.value);
  attach(std::move(frame.value));
}

void Builder::attach(Value value) {
  if (stack_.empty()) {
    root_ = std::move(value);
    return;
  }
  auto& frame = stack_.back();
  if (frame.value.kind == Kind::sequence) {
    frame.value.items.push_back(std::move(value));
  } else if (!frame.has_key) {
    take_key(frame, std::move(value));
  } else {
    if (frame.keep) frame.value.members.emplace_back(std::move(frame.key), std::move(value));
    frame.has_key = false;
  }
}

void Builder::take_key(Frame& frame, Value value) {
  frame.keep = true;
  if (value.kind != Kind::scalar) {
    complain(value.place, fmt::format("a key must be a text, got {}", describe(value)));
    frame.keep = false;
  } else if (value.plain && value.text == "<<") {
    complain(value.place, "merge keys (`<<`) are not supported", "use `defaults` of an ImageSet, or repeat the keys");
    frame.keep = false;
  }
  frame.key = std::move(value);
  frame.has_key = true;
}

void Builder::remember(YAML::anchor_t anchor, const Value& value) {
  if (anchor == YAML::NullAnchor) return;
  const auto cost = cost_of(value);
  charge(cost, value.place);  // the copy kept here is memory, too
  anchors_[anchor] = {.value = value, .cost = cost, .depth = depth_of(value)};
}

void Builder::charge(std::size_t cost, const Place& place) {
  spent_ += cost;
  if (spent_ > limits_.expanded_nodes) {
    stop(place, fmt::format("more than {} values in one file, aliases expanded", limits_.expanded_nodes));
  }
}

// Sorted rather than compared pairwise: 8 MiB of keys in one mapping must not take minutes.
void Builder::drop_duplicates(Value& mapping) {
  auto& members = mapping.members;
  if (members.size() < 2) return;
  std::vector<std::size_t> order(members.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto key = [&](std::size_t index) -> const std::string& { return members[index].first.text; };
  // (std::stable_sort draws a deprecated function from libstdc++ 12.)
  std::ranges::sort(order, [&](auto a, auto b) { return std::tie(key(a), a) < std::tie(key(b), b); });
  std::vector<std::size_t> duplicates;
  std::size_t first = order.front();
  for (std::size_t index = 1; index < order.size(); ++index) {
    if (key(order[index]) != key(first)) {
      first = order[index];
      continue;
    }
    const auto& before = members[first].first.place;
    complain(members[order[index]].first.place, fmt::format("the key `{}` stands here a second time; first at {}:{}",
                                                            printable(key(first), 80), before.line, before.column));
    duplicates.push_back(order[index]);
  }
  std::ranges::sort(duplicates, std::greater<>{});
  for (const auto index : duplicates) members.erase(members.begin() + static_cast<std::ptrdiff_t>(index));
}

void Builder::complain(Place place, std::string message, std::string hint) {
  diagnostics_.error(std::move(place), std::move(message), std::move(hint));
  if (++complaints_ >= max_complaints) {
    diagnostics_.error({file_, 0, 0}, fmt::format("{} errors in this file; the rest of it was not read", complaints_));
    throw Stop{};
  }
}

void Builder::stop(Place place, std::string message) {
  diagnostics_.error(std::move(place), std::move(message));
  throw Stop{};
}

}  // namespace retouch::yaml
