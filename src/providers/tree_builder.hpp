// A JSON tree from a parser's events, for the rare attribute that is an object itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "retouch/base/json.hpp"

namespace retouch::providers {

// Between the outermost begin() and its end() it is open; then root() holds the value. The caller bounds depth and
// size.
class TreeBuilder {
 public:
  bool is_open() const { return !open_.empty(); }
  // An object or a list, empty; its items follow until end().
  void begin(Json container);
  void end();
  // Of the next item of an object.
  void name(std::string_view name) { name_ = name; }
  void add(Json value);
  const Json& root() const { return root_; }

 private:
  Json& place(Json value);

  Json root_;
  std::vector<Json*> open_;  // outermost first; each stands in the one before it
  std::string name_;
};

}  // namespace retouch::providers
