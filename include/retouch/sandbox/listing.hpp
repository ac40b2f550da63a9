// Filters, sorting and one page of a listing, as both list calls need them.
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "retouch/sandbox/answer.hpp"
#include "retouch/sandbox/model.hpp"

namespace retouch::sandbox {

using ImageTest = std::function<bool(const Image&)>;

struct SortKey {
  std::string name;
  bool descending = true;
};

struct PageRequest {
  std::vector<ImageTest> tests{};
  std::vector<SortKey> sort{};  // empty = newest first
  std::string marker{};         // id of the last image of the page before; "" = from the start
  std::size_t limit = 25;
};

struct Page {
  std::vector<const ImageStore::Entry*> images{};
  bool marker_known = true;
};

Page select_page(const ImageStore& store, const PageRequest& request);

// The serialised images of a page with commas between, without the brackets.
std::string join_images(const Page& page);

// Tests for the query parameters of a list call. Those that both services share; a name that is no parameter is
// compared with the property of that name. The error is the explanation of a 400.
std::expected<std::vector<ImageTest>, std::string> list_tests(const Query& query);

// `sort=name:asc,id:desc`, or repeated sort_key/sort_dir.
std::expected<std::vector<SortKey>, std::string> list_sort(const Query& query);

}  // namespace retouch::sandbox
