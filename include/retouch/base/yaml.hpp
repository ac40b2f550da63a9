// YAML text -> values that know where they stand, through yaml-cpp's event interface (its Node walks cycles and
// explodes on alias bombs; see shared limits in Limits).
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retouch/base/diagnostic.hpp"

namespace retouch::yaml {

struct Limits {
  std::size_t bytes = 8u << 20;           // of one file
  std::size_t documents = 1000;           // of one file
  std::size_t depth = 32;                 // of nesting
  std::size_t aliases = 100;              // of one file
  std::size_t expanded_nodes = 1u << 20;  // of one file, aliases expanded
};

enum class Kind { null, scalar, sequence, mapping };

struct Value;
using Member = std::pair<Value, Value>;  // keys are scalars; they keep their place

struct Value {
  Kind kind = Kind::null;
  bool plain = true;              // scalar: unquoted in the source, so null/true/12 are not texts
  std::string text{};             // scalar: the source text, undecorated: 24.04 stays "24.04"
  std::vector<Value> items{};     // sequence
  std::vector<Member> members{};  // mapping, in source order, keys unique
  Place place{};                  // of the first character; of an empty value: its key's

  const Value* find(std::string_view key) const;       // member's value, or nullptr
  const Value* find_key(std::string_view key) const;   // member's key, or nullptr
  std::optional<bool> as_bool() const;                 // YAML 1.2 core: plain true/false
  std::optional<long long> as_integer() const;         // plain decimal integer
  bool is_null() const { return kind == Kind::null; }  // also plain `null`, `~`
};

// What the user should call it in a message: "a list", "a mapping", "the text `x`", "null".
std::string describe(const Value& value);

// All documents of one file. Every error goes to `diagnostics` with `file` in its place; after a syntax error the
// documents before it are returned, all other errors are collected. Rejected: duplicate keys, `<<`, non-scalar keys,
// tags outside the core schema, cycles, more than `limits`, invalid UTF-8, NUL and control characters, UTF-16.
std::vector<Value> load(std::string_view text, const std::string& file, Diagnostics& diagnostics,
                        const Limits& limits = {});

}  // namespace retouch::yaml
