#include "retouch/sandbox/listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "retouch/base/text.hpp"
#include "retouch/base/time.hpp"

namespace retouch::sandbox {
namespace {

// How a value of the image stands in a query string.
std::string query_text(const Json* value) {
  if (value == nullptr || value->is_null()) return "";
  if (value->is_string()) return value->get<std::string>();
  return value->dump();
}

bool passes(const Image& image, const std::vector<ImageTest>& tests) {
  return std::all_of(tests.begin(), tests.end(), [&](const ImageTest& test) { return test(image); });
}

// Numbers as numbers, texts as texts, absent before everything.
int compare(const Json* a, const Json* b) {
  if (a != nullptr && b != nullptr && a->is_number() && b->is_number()) {
    return a->get<double>() < b->get<double>() ? -1 : a->get<double>() > b->get<double>() ? 1 : 0;
  }
  return query_text(a).compare(query_text(b));
}

bool comes_before(const Image& a, const Image& b, const std::vector<SortKey>& sort) {
  for (const SortKey& key : sort) {
    const int order = compare(find_member(a.attributes, key.name), find_member(b.attributes, key.name));
    if (order != 0) return key.descending ? order > 0 : order < 0;
  }
  return a.id > b.id;
}

// "gte:2026-01-01T00:00:00Z" or "in:a,b" -> operator and operand.
std::pair<std::string, std::string> split_operator(const std::string& text,
                                                   std::initializer_list<std::string_view> known) {
  const std::size_t colon = text.find(':');
  if (colon != std::string::npos) {
    for (const std::string_view name : known) {
      if (text.compare(0, colon, name) == 0) return {std::string(name), text.substr(colon + 1)};
    }
  }
  return {"", text};
}

std::expected<ImageTest, std::string> time_test(const std::string& name, const std::string& text) {
  auto [relation, operand] = split_operator(text, {"gt", "gte", "lt", "lte", "eq", "neq"});
  // IMS also takes "yyyy-MM-dd hh:mm:ss".
  if (operand.size() == 19 && operand[10] == ' ') operand[10] = 'T';
  const std::optional<Wall> wanted = parse_rfc3339(operand, true);
  if (!wanted) return std::unexpected(fmt::format("Invalid {} value {}", name, text));
  return [name, op = relation, point = *wanted](const Image& image) {
    const std::optional<Wall> have = parse_rfc3339(image.text(name), true);
    if (!have) return false;
    if (op == "gt") return *have > point;
    if (op == "gte") return *have >= point;
    if (op == "lt") return *have < point;
    if (op == "lte") return *have <= point;
    return op == "neq" ? *have != point : *have == point;
  };
}

ImageTest equality_test(const std::string& name, const std::string& text) {
  static constexpr std::array<std::string_view, 5> with_in = {"name", "id", "status", "disk_format",
                                                              "container_format"};
  if (std::find(with_in.begin(), with_in.end(), name) != with_in.end()) {
    const auto [op, operand] = split_operator(text, {"in", "eq", "neq"});
    if (op == "in") {
      const std::vector<std::string> parts = split(operand, ',');
      return [name, wanted = std::set<std::string>(parts.begin(), parts.end())](const Image& image) {
        return wanted.contains(image.text(name));
      };
    }
    return [name, wanted = operand, negate = op == "neq"](const Image& image) {
      return (image.text(name) == wanted) != negate;
    };
  }
  return [name, wanted = text](const Image& image) {
    const Json* have = find_member(image.attributes, name);
    return have != nullptr && query_text(have) == wanted;
  };
}

ImageTest size_test(const std::string& name, const std::string& text) {
  const bool lower = name == "size_min";
  const long long bound = std::strtoll(text.c_str(), nullptr, 10);
  return [lower, bound](const Image& image) {
    const std::int64_t size = integer_member(image.attributes, "size").value_or(0);
    return lower ? size >= bound : size <= bound;
  };
}

ImageTest tag_test(const std::string& tag) {
  return [tag](const Image& image) {
    const Json* tags = find_member(image.attributes, "tags");
    return tags != nullptr && std::find(tags->begin(), tags->end(), Json(tag)) != tags->end();
  };
}

bool is_paging_parameter(std::string_view name) {
  static constexpr std::array<std::string_view, 9> names = {
      "limit", "marker", "sort", "sort_key", "sort_dir", "os_hidden", "visibility", "member_status", "__isregistered"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Page select_page(const ImageStore& store, const PageRequest& request) {
  Page page;
  if (!request.marker.empty() && store.find(request.marker) == nullptr) {
    page.marker_known = false;
    return page;
  }
  if (request.sort.empty()) {
    auto it = request.marker.empty() ? store.all().begin() : std::next(store.position(request.marker));
    for (; it != store.all().end() && page.images.size() < request.limit; ++it) {
      if (passes(*it->second->image, request.tests)) page.images.push_back(it->second.get());
    }
    return page;
  }
  if (request.sort.size() == 1 && request.sort.front().name == "id" && !request.sort.front().descending) {
    // A page costs as much as it holds; sorting 100,000 images for each of 100 pages would take minutes.
    auto it = store.by_id().upper_bound(request.marker);
    for (; it != store.by_id().end() && page.images.size() < request.limit; ++it) {
      const ImageStore::Entry* entry = it->second->second.get();
      if (passes(*entry->image, request.tests)) page.images.push_back(entry);
    }
    return page;
  }
  std::vector<const ImageStore::Entry*> all;
  const Image* marker = request.marker.empty() ? nullptr : store.find(request.marker);
  for (const auto& [key, entry] : store.all()) {
    const bool after = marker == nullptr || comes_before(*marker, *entry->image, request.sort);
    if (after && passes(*entry->image, request.tests)) all.push_back(entry.get());
  }
  const std::size_t count = std::min(request.limit, all.size());
  const auto middle = all.begin() + static_cast<std::ptrdiff_t>(count);
  std::partial_sort(all.begin(), middle, all.end(),
                    [&](const auto* a, const auto* b) { return comes_before(*a->image, *b->image, request.sort); });
  page.images.assign(all.begin(), middle);
  return page;
}

std::string join_images(const Page& page) {
  std::string out;
  std::size_t size = 0;
  for (const auto* entry : page.images) size += ImageStore::serialised(*entry).size() + 1;
  out.reserve(size);
  for (const auto* entry : page.images) {
    if (!out.empty()) out += ',';
    out += ImageStore::serialised(*entry);
  }
  return out;
}

std::expected<std::vector<ImageTest>, std::string> list_tests(const Query& query) {
  std::vector<ImageTest> tests;
  for (const auto& [name, value] : query.items()) {
    if (is_paging_parameter(name)) continue;
    if (name == "tag") {
      tests.push_back(tag_test(value));
    } else if (name == "created_at" || name == "updated_at") {
      auto test = time_test(name, value);
      if (!test) return std::unexpected(test.error());
      tests.push_back(*std::move(test));
    } else if (name == "size_min" || name == "size_max") {
      tests.push_back(size_test(name, value));
    } else if (name == "changes-since") {
      return std::unexpected("The \"changes-since\" filter is no longer available on v2.");
    } else if (name == "protected" && value != "true" && value != "false") {
      return std::unexpected(fmt::format("Unable to filter using the specified 'protected' value: {}", value));
    } else {
      tests.push_back(equality_test(name, value));
    }
  }
  return tests;
}

std::expected<std::vector<SortKey>, std::string> list_sort(const Query& query) {
  std::vector<SortKey> keys;
  const std::vector<std::string> names = query.all("sort_key");
  const std::vector<std::string> directions = query.all("sort_dir");
  const std::optional<std::string> sort = query.get("sort");
  if (sort && (!names.empty() || !directions.empty())) {
    return std::unexpected("Old and new sorting syntax cannot be combined");
  }
  if (sort) {
    for (const std::string& item : split(*sort, ',')) {
      const std::vector<std::string> parts = split(item, ':');
      keys.push_back({parts.front(), parts.size() < 2 || parts[1] != "asc"});
    }
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string& direction = directions.empty() ? "desc" : directions[std::min(i, directions.size() - 1)];
    keys.push_back({names[i], direction != "asc"});
  }
  if (names.empty() && !directions.empty()) keys.push_back({"created_at", directions.front() != "asc"});
  static constexpr std::array<std::string_view, 9> sortable = {
      "name", "status", "container_format", "disk_format", "size", "id", "created_at", "updated_at", "min_ram"};
  for (const SortKey& key : keys) {
    if (std::find(sortable.begin(), sortable.end(), key.name) == sortable.end()) {
      return std::unexpected(fmt::format("Invalid sort key: {}", key.name));
    }
  }
  return keys;
}

}  // namespace retouch::sandbox
