// Columns that line up.
#pragma once

#include <string>
#include <vector>

#include "style.hpp"

namespace retouch::cli {

// Cells are shown as they are: whoever fills them has made foreign text printable.
class Table {
 public:
  explicit Table(std::vector<std::string> heads) : rows_{std::move(heads)} {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  // The heads bold.
  std::string text(const Paint& paint) const;

 private:
  std::vector<std::vector<std::string>> rows_;  // the first one: heads
};

}  // namespace retouch::cli
