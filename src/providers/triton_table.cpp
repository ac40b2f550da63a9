// Triton CloudAPI: protocols/triton.md 1.2 (imgmanifest 3.2.1 and IMGAPI 4.13.1, observed).
#include "retouch/providers/tables.hpp"
#include "text_rules.hpp"

namespace retouch::providers {
namespace {

using core::Attribute;
using core::Clear;
using core::ValueType;
using Exposure = Attribute::Exposure;

constexpr const char* source = "protocols/triton.md 1.2; observed on CloudAPI 9.20.0";

std::vector<Attribute> writable() {
  return {
      {.name = "name",
       .min_length = 1,
       .max_length = 1024,
       .valid_text = triton_name,
       .text_rule = std::string(triton_name_rule),
       .clear = Clear::impossible,
       .description = "Name of the image; need not be unique",
       .source = source},
      {.name = "version",
       .min_length = 1,
       .max_length = 512,
       .valid_text = triton_version,
       .text_rule = std::string(triton_version_rule),
       .clear = Clear::impossible,
       .description = "Version of the image",
       .source = source},
      {.name = "description",
       .max_length = 10240,
       .valid_text = triton_description,
       .text_rule = std::string(triton_description_rule),
       .clear = Clear::null,
       .empty_is_absent = true,
       .exact_clears = true,
       .description = "Free text",
       .source = source},
      {.name = "homepage",
       .max_length = 1024,
       .valid_text = triton_link,
       .text_rule = std::string(triton_link_rule),
       .clear = Clear::null,
       .empty_is_absent = true,
       .exact_clears = true,
       .description = "Link to more about the image",
       .source = source},
      {.name = "eula",
       .max_length = 1024,
       .valid_text = triton_link,
       .text_rule = std::string(triton_link_rule),
       .clear = Clear::null,
       .empty_is_absent = true,
       .exact_clears = true,
       .description = "Link to the licence agreement",
       .source = source},
      {.name = "acl",
       .type = ValueType::list,
       .valid_text = triton_uuid,
       .text_rule = std::string(triton_uuid_rule),
       .clear = Clear::empty_list,
       .empty_is_absent = true,
       .exposure = Exposure::acl,
       .description = "Accounts that may use a private image, by UUID; written whole, compared as a set",
       .source = source},
      {.name = "tags",
       .type = ValueType::map,
       // The validator takes 102,400 characters, but no body above 100,000 bytes reaches it.
       .max_bytes = 99'900,
       .typed_values = true,
       .clear = Clear::empty_map,
       .empty_is_absent = true,
       .description = "Keys and values (texts, numbers, true, false); written whole",
       .source = source},
  };
}

std::vector<Attribute> triton_read_only() {
  struct Fact {
    const char* name;
    ValueType type;
    const char* description;
  };
  const Fact facts[] = {
      {"id", ValueType::text, "UUID of the image"},
      {"os", ValueType::text, "smartos, linux, windows, …"},
      {"type", ValueType::text, "zone-dataset, lx-dataset, zvol, lxd, docker, other"},
      {"state", ValueType::text, "active, unactivated, disabled, creating, failed"},
      {"owner", ValueType::text, "UUID of the account that owns the image"},
      {"public", ValueType::boolean, "true: everybody sees the image"},
      {"published_at", ValueType::text, "When the image was activated; ISO 8601"},
      {"requirements", ValueType::map, "What an instance needs: min_ram, max_ram, brand, …"},
      {"image_size", ValueType::integer, "MiB of a zvol image"},
      {"files", ValueType::text, "The image's data; not metadata"},
      {"origin", ValueType::text, "UUID of the image that this one was made from"},
      {"error", ValueType::map, "Why creating the image failed"},
      {"urn", ValueType::text, "Old identifier"},
      {"icon", ValueType::text, "Whether there is an icon"},
  };
  std::vector<Attribute> out;
  for (const auto& fact : facts) {
    out.push_back({.name = fact.name,
                   .type = fact.type,
                   .writable = false,
                   .clear = Clear::impossible,
                   .description = fact.description,
                   .source = "protocols/triton.md 2; observed on CloudAPI 9.20.0"});
  }
  return out;
}

core::AttributeTable make_triton_table() {
  auto known = writable();
  for (auto& attribute : triton_read_only()) known.push_back(std::move(attribute));
  core::AttributeTable table{"triton", std::move(known), std::nullopt, {}, {}};
  table.close("CloudAPI changes name, version, description, homepage, eula, acl and tags, nothing else");
  return table;
}

}  // namespace

const core::AttributeTable& triton_table() {
  static const core::AttributeTable table = make_triton_table();
  return table;
}

}  // namespace retouch::providers
