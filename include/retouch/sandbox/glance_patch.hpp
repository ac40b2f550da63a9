// JSON patch as Glance reads and applies it (v2.1, and the deprecated v2.0 form). Pure.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retouch/base/time.hpp"
#include "retouch/sandbox/model.hpp"

namespace retouch::sandbox {

// An answer of Glance that is no success: status and the explanation in its error body.
struct GlanceFailure {
  int status;
  std::string explanation;
  bool accept_patch = false;  // 415: the answer names the media types
  bool detail = false;        // the explanation stands below what webob says of every such status (Glance 25)
};

struct PatchOperation {
  enum class Kind { add, remove, replace } kind;
  std::string name;     // the attribute; may be "" (path "/" makes a property of that name, as observed)
  Json value{};         // null for remove
  bool draft4 = false;  // v2.0: `add` of something present is a conflict
};

struct GlanceLimits {
  std::size_t default_page = 25;
  std::size_t max_page = 1000;
  std::size_t properties = 128;
  std::size_t tags = 128;
};

// What the server checks before it reads the image: media type (415), body, operations, JSON pointers (400), read-only
// and reserved names (403), and the type of each value (400).
std::expected<std::vector<PatchOperation>, GlanceFailure> read_glance_patch(std::string_view content_type,
                                                                            std::string_view body);

// All operations in order on a copy: the first that fails undoes all. Sets updated_at when there was an operation.
std::expected<Image, GlanceFailure> apply_glance_patch(Image image, const std::vector<PatchOperation>& operations,
                                                       const Caller& caller, const GlanceLimits& limits, Wall now);

// Type and range of one attribute's value as Glance's JSON schema has it; nullopt = fine.
std::optional<GlanceFailure> check_glance_value(std::string_view name, const Json& value);

bool is_glance_base_attribute(std::string_view name);
bool is_glance_read_only(std::string_view name);
std::size_t count_custom_properties(const Image& image);

}  // namespace retouch::sandbox
