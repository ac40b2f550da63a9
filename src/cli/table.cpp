#include "table.hpp"

#include <algorithm>

#include "retouch/base/text.hpp"

namespace retouch::cli {

namespace {

std::vector<std::size_t> widths_of(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], utf8_length(row[i]));
  }
  return widths;
}

}  // namespace

std::string Table::text(const Paint& paint) const {
  const std::vector<std::size_t> widths = widths_of(rows_);
  std::string out;
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    std::string line;
    for (std::size_t i = 0; i < rows_[r].size(); ++i) {
      if (i > 0) line += "  ";
      line += rows_[r][i] + std::string(widths[i] - utf8_length(rows_[r][i]), ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += (r == 0 ? paint.bold(line) : line) + "\n";
  }
  return out;
}

}  // namespace retouch::cli
