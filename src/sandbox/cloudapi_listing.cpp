// ListImages (protocols/triton.md 2): which images an account sees, filters, order. There are no pages.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "retouch/sandbox/cloudapi_images.hpp"
#include "retouch/sandbox/listing.hpp"

namespace retouch::sandbox {
namespace {

using Failure = std::unexpected<CloudApiRefusal>;

bool activated(const Image& image) {
  const std::string state = image.text("state");
  return state == "active" || state == "disabled";
}

bool is_public(const Image& image) { return bool_member(image.attributes, "public").value_or(false); }

bool shared_with(const Image& image, std::string_view account) {
  const Json* acl = find_member(image.attributes, "acl");
  return acl != nullptr && acl->is_array() && std::find(acl->begin(), acl->end(), Json(account)) != acl->end();
}

// Exact. Of name and version `~text` = contains it, of the type `!text` = any other.
ImageTest text_test(std::string field, std::string wanted) {
  const bool part = (field == "name" || field == "version") && wanted.starts_with('~');
  const bool other = field == "type" && wanted.starts_with('!');
  if (part || other) wanted.erase(0, 1);
  return [field = std::move(field), wanted = std::move(wanted), part, other](const Image& image) {
    const std::string have = image.text(field);
    return part ? have.find(wanted) != std::string::npos : (have == wanted) != other;
  };
}

// What a filter on the state lets through. `unactivated` covers images that are being made, too.
std::expected<ImageTest, CloudApiRefusal> state_test(const std::string& state) {
  if (state == "all") return [](const Image&) { return true; };
  if (state == "unactivated") return [](const Image& image) { return !activated(image); };
  static constexpr std::array<std::string_view, 5> known = {"", "active", "disabled", "creating", "failed"};
  if (std::find(known.begin(), known.end(), state) == known.end()) {
    return Failure(CloudApiRefusal{.status = 422,
                                   .code = "InvalidParameter",
                                   .message = fmt::format("invalid state: \"{}\"", state),
                                   .errors = Json::array({{{"field", "state"}, {"code", "Invalid"}}})});
  }
  return [wanted = state.empty() ? "active" : state](const Image& image) { return image.text("state") == wanted; };
}

// Docker images only when asked for; API 7 knows two names of its own.
std::expected<ImageTest, CloudApiRefusal> type_test(const std::string& type, const VersionRange& range) {
  if (type.empty()) return [](const Image& image) { return image.text("type") != "docker"; };
  if (range.shows({8, 0, 0})) return text_test("type", type);
  if (type == "smartmachine") return text_test("type", "zone-dataset");
  if (type == "virtualmachine") return text_test("type", "zvol");
  return Failure(CloudApiRefusal{
      .status = 409, .code = "InvalidArgument", .message = fmt::format("image type {} is not a valid type", type)});
}

std::expected<std::vector<ImageTest>, CloudApiRefusal> filters(const CloudApiParameters& parameters,
                                                               const VersionRange& range) {
  std::vector<ImageTest> tests;
  for (const char* field : {"name", "os", "version", "owner"}) {
    const std::string wanted = parameters.text(field);
    if (!wanted.empty()) tests.push_back(text_test(field, wanted));
  }
  auto state = state_test(parameters.text("state"));
  if (!state) return Failure(state.error());
  tests.push_back(*std::move(state));
  auto type = type_test(parameters.text("type"), range);
  if (!type) return Failure(type.error());
  tests.push_back(*std::move(type));
  const std::string visibility = parameters.text("public");
  if (visibility.empty()) return tests;
  if (visibility != "true" && visibility != "false") return Failure(CloudApiRefusal{.crash = true});
  tests.push_back([wanted = visibility == "true"](const Image& image) { return is_public(image) == wanted; });
  return tests;
}

}  // namespace

bool visible_to_account(const Image& image, std::string_view account) {
  return image.text("owner") == account || (activated(image) && (is_public(image) || shared_with(image, account)));
}

std::expected<std::vector<const ImageStore::Entry*>, CloudApiRefusal> list_visible_images(
    const ImageStore& store, std::string_view account, const CloudApiParameters& parameters, const VersionRange& range,
    std::size_t cut) {
  const auto tests = filters(parameters, range);
  if (!tests) return Failure(tests.error());
  // Others' images that are not active are hidden as soon as the filter asks for such.
  const std::string state = parameters.text("state");
  const bool own_only = state == "disabled" || state == "unactivated";
  std::vector<std::pair<std::string, const ImageStore::Entry*>> found;
  for (const auto& [id, at] : store.by_id()) {
    const ImageStore::Entry* entry = at->second.get();
    const Image& image = *entry->image;
    if (own_only ? image.text("owner") != account : !visible_to_account(image, account)) continue;
    const bool passes = std::all_of(tests->begin(), tests->end(), [&](const ImageTest& test) { return test(image); });
    if (passes) found.emplace_back(image.text("published_at") + " " + id, entry);
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  if (cut > 0 && found.size() > cut) found.resize(cut);
  std::vector<const ImageStore::Entry*> out;
  out.reserve(found.size());
  for (const auto& [key, entry] : found) out.push_back(entry);
  return out;
}

}  // namespace retouch::sandbox
