// YAML, from text to values that know where they stand, and back: base/yaml and base/yaml_writer.
#include "fuzz.hpp"
#include "retouch/base/yaml.hpp"
#include "retouch/base/yaml_writer.hpp"

using namespace retouch;

namespace {

// Lower than the real ones, so that inputs of a few bytes can meet them, and soon.
constexpr yaml::Limits limits{.documents = 20, .depth = 16, .aliases = 20, .expanded_nodes = 2000};

// How much of a value there is; every one of it must be of a kind that its parts fit.
std::size_t count(const yaml::Value& value, std::size_t depth) {
  fuzz::require(depth <= limits.depth, "nothing is nested deeper than the limit");
  fuzz::require(value.items.empty() || value.kind == yaml::Kind::sequence, "items stand in lists alone");
  fuzz::require(value.members.empty() || value.kind == yaml::Kind::mapping, "members stand in mappings alone");
  std::size_t total = 1;
  for (const auto& item : value.items) total += count(item, depth + 1);
  for (const auto& [key, member] : value.members) {
    fuzz::require(value.find(key.text) == &member, "a key stands once in a mapping", key.text);
    total += 1 + count(member, depth + 1);
  }
  fuzz::require_showable(describe(value), "a value's description");
  return total;
}

yaml::Out out_of(const yaml::Value& value, bool compact) {
  if (value.kind == yaml::Kind::null) return yaml::bare("null");
  if (value.kind == yaml::Kind::scalar) return yaml::text(value.text);
  std::vector<yaml::Out> items;
  for (const auto& item : value.items) items.push_back(out_of(item, compact));
  if (value.kind == yaml::Kind::sequence) return yaml::list(std::move(items));
  std::vector<yaml::OutMember> members;
  for (const auto& [key, member] : value.members) members.emplace_back(key.text, out_of(member, compact));
  return compact ? yaml::compact(std::move(members)) : yaml::block(std::move(members));
}

bool same(const yaml::Value& a, const yaml::Value& b) {
  if (a.kind != b.kind || a.text != b.text) return false;
  const auto same_member = [](const yaml::Member& x, const yaml::Member& y) {
    return x.first.text == y.first.text && same(x.second, y.second);
  };
  return std::ranges::equal(a.items, b.items, same) && std::ranges::equal(a.members, b.members, same_member);
}

void check_written(const yaml::Value& value, bool compact) {
  const std::string written = yaml::to_yaml(yaml::block({{"it", out_of(value, compact)}}));
  Diagnostics diagnostics;
  const auto again = yaml::load(written, "again.yaml", diagnostics);
  fuzz::require(diagnostics.empty(), "what was written can be read", written);
  fuzz::require(again.size() == 1 && again.front().find("it") && same(*again.front().find("it"), value),
                "what was written is read as what it was", written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Diagnostics diagnostics;
  const auto documents = yaml::load(text, "in.yaml", diagnostics, limits);
  fuzz::require_places(diagnostics, std::vector<fuzz::Text>{{"in.yaml", text}});
  fuzz::require(documents.size() <= limits.documents, "no more documents than the limit");
  std::size_t total = 0;
  for (const auto& document : documents) total += count(document, 0);
  fuzz::require(total <= limits.expanded_nodes, "no more values than the limit");
  if (diagnostics.has_errors()) return 0;
  for (const auto& document : documents) {
    check_written(document, false);
    check_written(document, true);
  }
  return 0;
}
