// The images of a seed file: templates with {n}, and what a cloud adds to every image.
#include <fmt/format.h>

#include <array>

#include "fields.hpp"
#include "retouch/base/digest.hpp"
#include "retouch/base/text.hpp"
#include "retouch/sandbox/seed.hpp"

namespace retouch::sandbox {
namespace {

// 2026-01-01T00:00:00Z: image k was created k minutes later.
constexpr Wall first_creation = Wall{} + std::chrono::seconds(1767225600);

std::string with_number(std::string text, long long n) {
  for (std::size_t at; (at = text.find("{n}")) != std::string::npos;) text.replace(at, 3, std::to_string(n));
  return text;
}

// The JSON type is that of the API: numbers for sizes, booleans for two flags, a list for tags, texts for all the rest.
Json attribute_value(const std::string& name, const yaml::Value& value, long long n) {
  if (value.is_null()) return nullptr;
  if (value.kind == yaml::Kind::sequence) {
    Json list = Json::array();
    for (const yaml::Value& item : value.items) list.push_back(with_number(item.text, n));
    return list;
  }
  if (value.kind == yaml::Kind::mapping) {  // tags of IMS
    Json list = Json::array();
    for (const auto& [key, member] : value.members) {
      list.push_back(member.text.empty() ? key.text : with_number(fmt::format("{}={}", key.text, member.text), n));
    }
    return list;
  }
  static constexpr std::array<std::string_view, 4> integers = {"min_ram", "min_disk", "size", "virtual_size"};
  if (std::find(integers.begin(), integers.end(), name) != integers.end()) {
    if (const auto number = value.as_integer()) return *number;
  }
  if (name == "protected" || name == "os_hidden" || name == "__whole_image") {
    if (const auto flag = value.as_bool()) return *flag;
  }
  return with_number(value.text, n);
}

void apply_typed(Json& image, const yaml::Value* attributes, long long n) {
  if (attributes == nullptr || attributes->kind != yaml::Kind::mapping) return;
  for (const auto& [key, value] : attributes->members) {
    Json converted = attribute_value(key.text, value, n);
    if (converted.is_null()) {
      image.erase(key.text);
    } else {
      image[key.text] = std::move(converted);
    }
  }
}

// The JSON that the file says, with {n} in its texts; on CloudAPI, where tags and requirements have values of any type.
Json free_value(Json value, long long n) {
  if (value.is_string()) return with_number(value.get<std::string>(), n);
  if (value.is_structured()) {
    for (Json& item : value) item = free_value(std::move(item), n);
  }
  return value;
}

void apply_free(Json& image, const yaml::Value* attributes, long long n) {
  if (attributes == nullptr || attributes->kind != yaml::Kind::mapping) return;
  for (const auto& [key, value] : attributes->members) {
    const bool is_text = value.kind == yaml::Kind::scalar && key.text != "public" && key.text != "image_size";
    if (value.is_null()) {
      image.erase(key.text);
    } else {
      image[key.text] = is_text ? Json(with_number(value.text, n)) : free_value(json_of(value), n);
    }
  }
}

// What every image of a template has in common.
Json common_attributes(CloudType type) {
  if (type == CloudType::triton) {
    return {{"version", "1.0.0"}, {"os", "smartos"},  {"type", "zone-dataset"}, {"requirements", Json::object()},
            {"public", false},    {"state", "active"}};
  }
  Json image = {{"status", "active"},      {"visibility", "private"},
                {"protected", false},      {"min_ram", 0},
                {"min_disk", 0},           {"size", 449261568},
                {"virtual_size", nullptr}, {"container_format", "bare"},
                {"tags", Json::array()},   {"schema", "/v2/schemas/image"}};
  const Json of_glance = {{"disk_format", "qcow2"}, {"os_hidden", false}, {"os_hash_algo", "sha512"}};
  // What IMS writes into every image (protocols/openstack-ims.md 1.4).
  const Json of_ims = {
      {"disk_format", "zvhd2"},       {"__imagetype", "private"},    {"__isregistered", "true"},
      {"__image_source_type", "uds"}, {"__image_size", "449261568"}, {"__os_bit", "64"},
      {"__os_type", "Linux"},         {"__platform", "Ubuntu"},      {"__backup_id", ""},
      {"__productcode", ""},          {"__data_origin", nullptr},    {"virtual_env_type", "FusionCompute"}};
  image.update(type == CloudType::ims ? of_ims : of_glance);
  return image;
}

// What only this image has.
void add_own_attributes(Json& image, CloudType type, const std::string& id, const std::string& created_at) {
  image["id"] = id;
  if (type == CloudType::triton) {
    image["published_at"] = created_at;
    image["files"] = Json::array(
        {{{"compression", "gzip"}, {"sha1", sha256_hex("files " + id).substr(0, 40)}, {"size", 449261568}}});
    return;
  }
  image["checksum"] = stable_id("checksum " + id);
  image["created_at"] = created_at;
  image["updated_at"] = created_at;
  image["self"] = "/v2/images/" + id;
  image["file"] = "/v2/images/" + id + "/file";
  if (type == CloudType::ims) {
    image["__originalimagename"] = id;
  } else {
    image["os_hash_value"] = image["checksum"];
  }
}

struct Template {
  std::string name, id, project, account;
  long long count = 1;
  const yaml::Value* attributes = nullptr;
  struct Variation {
    long long every;
    const yaml::Value* attributes;
  };
  std::vector<Variation> variations{};
};

Template read_template(const yaml::Value& value, Diagnostics& diagnostics) {
  Fields fields(&value, "image", diagnostics);
  Template out{.name = fields.required("name"),
               .id = fields.text("id"),
               .project = fields.text("project"),
               .account = fields.text("account"),
               .count = fields.integer("count", 1),
               .attributes = fields.child("attributes")};
  for (const yaml::Value* item : fields.children("vary")) {
    Fields variation(item, "vary", diagnostics);
    const long long every = variation.integer("every", 1);
    if (every == 0) variation.complain("every", "expected a number above 0");
    out.variations.push_back({std::max(every, 1LL), variation.child("attributes")});
    variation.finish();
  }
  fields.finish();
  return out;
}

void expand(const Template& model, const std::string& owner, const CloudSeed& cloud, std::vector<Image>& images) {
  Json base = common_attributes(cloud.type);
  base["owner"] = owner.empty() ? Json() : Json(owner);
  for (long long n = 1; n <= model.count; ++n) {
    const std::string name = with_number(model.name, n);
    const std::string id = model.id.empty()
                               ? stable_uuid(fmt::format("image {} {} {}", cloud.name, name, images.size()))
                               : with_number(model.id, n);
    const auto age = std::chrono::minutes(static_cast<long long>(images.size()));
    Image image{.id = id, .attributes = base};
    add_own_attributes(image.attributes, cloud.type, id, format_rfc3339(first_creation + age));
    image.attributes["name"] = name;
    const auto apply = cloud.type == CloudType::triton ? apply_free : apply_typed;
    apply(image.attributes, model.attributes, n);
    for (const Template::Variation& variation : model.variations) {
      if (n % variation.every == 0) apply(image.attributes, variation.attributes, n);
    }
    images.push_back(std::move(image));
  }
}

}  // namespace

std::vector<Image> load_seed_images(const yaml::Value* list, const CloudSeed& cloud, Diagnostics& diagnostics) {
  std::vector<Image> images;
  if (list == nullptr) return images;
  for (const yaml::Value& item : list->items) {
    const Template model = read_template(item, diagnostics);
    std::string owner;
    for (const Project& project : cloud.directory.projects) {
      if (project.name == model.project) owner = project.id;
    }
    if (!model.project.empty() && owner.empty()) {
      diagnostics.error(item.place, fmt::format("image `{}`: no project `{}`", model.name, model.project));
    }
    if (!model.account.empty()) {
      const CloudApiAccount* account = find_account(cloud.cloudapi.accounts, model.account);
      owner = account == nullptr ? "" : account->uuid;
      if (owner.empty()) {
        diagnostics.error(item.place, fmt::format("image `{}`: no account `{}`", model.name, model.account));
      }
    }
    expand(model, owner, cloud, images);
  }
  return images;
}

}  // namespace retouch::sandbox
