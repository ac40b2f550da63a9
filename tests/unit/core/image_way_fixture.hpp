// One image's way and the words to look at it.
#pragma once

#include <gtest/gtest.h>

#include "planning_fixture.hpp"
#include "retouch/core/image_way.hpp"

namespace retouch::core::way_test {

inline FieldChange change(std::string name, Value before, Value after) {
  return {.name = std::move(name), .before = std::move(before), .after = std::move(after)};
}

inline std::vector<FieldChange> changes(const std::vector<std::string>& names) {
  std::vector<FieldChange> result;
  for (const std::string& name : names) result.push_back(change(name, "old", "new"));
  return result;
}

inline std::vector<std::string> sent_names(const ImageWay::Action& action) {
  const auto* send = std::get_if<ImageWay::Send>(&action);
  if (send == nullptr) return {"(not a Send)"};
  std::vector<std::string> names;
  for (const FieldChange& field : send->fields) names.push_back(field.name);
  return names;
}

inline bool is_done(const ImageWay::Action& action) { return std::holds_alternative<ImageWay::Done>(action); }

inline Error status_error(int status, std::string field = {}) {
  return {.code = Errc::http_status,
          .reaction = Reaction::permanent,
          .message = "no",
          .status = status,
          .field = std::move(field)};
}

class ImageWayTest : public ::testing::Test {
 protected:
  AttributeTable table = test::small_table();
  ImageWay way(const std::vector<std::string>& names, WayRules rules = {}) { return {changes(names), table, rules}; }
};

}  // namespace retouch::core::way_test
