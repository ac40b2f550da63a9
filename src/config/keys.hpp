// Every key that the configuration file may have, as data: the checker, the JSON Schema and the messages use one table.
#pragma once

#include <string_view>
#include <vector>

namespace retouch::config {

enum class Type {
  text,      // any scalar; its source text counts
  number,    // 30, 0.5
  integer,   // 200
  boolean,   // true, false
  duration,  // 5s, 1m30s, 24h
  rate,      // 10/s, 600/m
  choice,    // one of `choices`
  texts,     // a list of texts
  listen,    // 127.0.0.1:9469, [::1]:9469
  secret,    // {file: …}, {env: …} or {credential: …}
  object,    // a mapping with the keys of `table`
  list,      // a list of such mappings
  map,       // a mapping from names of the user's choice to such mappings
  special,   // checked by code of its own: `auth`, `state`
};

struct Table;

struct Key {
  std::string_view name;
  Type type = Type::text;
  std::string_view description{};
  const Table* table = nullptr;
  std::vector<std::string_view> choices{};
  double min = 0;
  double max = 1e9;
  bool required = false;
};

struct Table {
  std::vector<Key> keys;
  // Of these keys exactly one must be given (a source is a directory or a git repository).
  std::vector<std::string_view> exactly_one_of{};
  const Key* find(std::string_view name) const;
};

const Table& settings_table();
const Table& cloud_table();
const Table& policy_table();
const Table& source_table();

}  // namespace retouch::config
