// Image Management Service of Open Telekom Cloud and Huawei Cloud: protocols/openstack-ims.md 1.2, 2.6 and 3.3, read
// from the IMS API reference (updating an image, image attributes, tags, querying images).
#include <algorithm>

#include "retouch/providers/tables.hpp"
#include "text_rules.hpp"

namespace retouch::providers {
namespace {

using core::Attribute;
using core::Clear;
using core::Compare;
using core::ValueType;
using Exposure = Attribute::Exposure;

constexpr const char* updatable = "protocols/openstack-ims.md 1.2 (IMS API reference: updating an image)";
constexpr const char* tag_source = "protocols/openstack-ims.md 2.6 (IMS API reference: batch adding or deleting tags)";
constexpr const char* read_only_source =
    "protocols/openstack-ims.md 3.3 (never managed: not among the updatable attributes)";

// "true" or absent: `false` in a manifest is written as absence.
Attribute flag(std::string name, std::string description, std::vector<std::string> excludes = {}) {
  return {.name = std::move(name),
          .allowed = {"true"},
          .absent_means = "false",
          .compare = Compare::flag,
          .excludes = std::move(excludes),
          .description = std::move(description),
          .source = updatable};
}

// "true" or "false"; absent means "false".
Attribute either(std::string name, std::string description) {
  auto attribute = flag(std::move(name), std::move(description));
  attribute.allowed = {"true", "false"};
  return attribute;
}

std::vector<Attribute> texts_and_numbers() {
  return {
      {.name = "name",
       .min_length = 1,
       .max_length = 128,
       .valid_text = ims_image_name,
       .text_rule = std::string(ims_image_name_rule),
       .clear = Clear::impossible,
       .description = "Name of the image",
       .source = std::string(updatable) + "; IMG.0002, IMG.0003"},
      {.name = "__description",
       .max_length = 1024,
       .valid_text = ims_description,
       .text_rule = std::string(ims_description_rule),
       .empty_is_absent = true,
       .description = "Description of the image; `description` is its portable name",
       .source = std::string(updatable) + "; IMG.0004, IMG.0054"},
      {.name = "enterprise_project_id",
       .valid_text = ims_enterprise_project,
       .text_rule = std::string(ims_enterprise_project_rule),
       .clear = Clear::impossible,
       .empty_is_absent = true,
       .absent_means = "0",
       .description = "Enterprise project of the image; moving it needs ims:serverImages:create, too",
       .source = std::string(updatable) + "; IMG.0154 to IMG.0156"},
      {.name = "min_ram",
       .type = ValueType::integer,
       .clear = Clear::impossible,
       .absent_means = "0",
       .description = "Least memory in MB; 0 = any",
       .source = updatable},
      {.name = "max_ram",
       .type = ValueType::integer,
       .description = "Most memory in MB; absent = any",
       .source = std::string(updatable) + "; answered as a text, sent as a number"},
      {.name = "hw_firmware_type",
       .allowed = {"bios", "uefi"},
       .absent_means = "bios",
       .description = "Firmware to boot with; ARM images: uefi only",
       .source = std::string(updatable) + "; IMG.0141"},
      {.name = "tags",
       .type = ValueType::map,
       .max_length = 43,
       .max_items = 10,
       .max_key_length = 36,
       .clear = Clear::empty_map,
       .empty_is_absent = true,
       .description = "Key/value tags, written through their own endpoint",
       .source = tag_source},
  };
}

std::vector<Attribute> flags() {
  const std::vector<std::string> hypervisors{"__support_xen", "__support_kvm"};
  return {
      flag("__support_xen", "Runs on Xen"),
      flag("__support_kvm", "Runs on KVM; updatable on Huawei Cloud and the Swiss OTC, not listed for eu-de"),
      flag("__support_largememory", "Runs on large-memory flavors"),
      flag("__support_diskintensive", "Runs on disk-intensive flavors"),
      flag("__support_highperformance", "Runs on high-performance flavors"),
      flag("__support_xen_hana", "Runs on HANA flavors with Xen", hypervisors),
      flag("__support_kvm_infiniband", "Runs on InfiniBand flavors with KVM", {"__support_xen"}),
      flag("__support_kvm_hi1822_hisriov", "Runs with SR-IOV on Hi1822"),
      flag("__support_kvm_hi1822_hivirtionet", "Runs with virtio-net on Hi1822"),
      either("__support_fc_inject", "true: Cloud-Init injection is NOT supported"),
      either("__support_amd", "Runs on AMD flavors"),
      either("__is_config_init", "Initial configuration is done"),
      either("hw_vif_multiqueue_enabled", "Network adapters have several queues"),
      {.name = "__support_xen_gpu_type",
       .allowed = {"M60_vGPU"},
       .excludes = hypervisors,
       .description = "GPU-accelerated flavors with Xen",
       .source = updatable},
      {.name = "__support_kvm_gpu_type",
       .allowed = {"M60", "V100_vGPU", "P2V_V100", "P100", "V100"},
       .excludes = hypervisors,
       .description = "GPU-accelerated flavors with KVM",
       .source = updatable},
  };
}

struct Fixed {
  const char* name;
  ValueType type = ValueType::text;
  Exposure exposure = Exposure::none;
};

const Fixed ims_read_only[] = {
    {"id"},
    {"self"},
    {"file"},
    {"schema"},
    {"status"},
    {"created_at"},
    {"updated_at"},
    {"active_at"},
    {"owner"},
    {"checksum"},
    {"size", ValueType::integer},
    {"virtual_size", ValueType::integer},
    {"min_disk", ValueType::integer},
    {"visibility", ValueType::text, Exposure::visibility},
    {"protected", ValueType::boolean, Exposure::protection},
    {"disk_format"},
    {"container_format"},
    {"virtual_env_type"},
    {"_sys_enterprise_project_id"},
    {"__account_code"},
    {"__backup_id"},
    {"__data_origin"},
    {"__image_location"},
    {"__image_size"},
    {"__image_source_type"},
    {"__imagetype"},
    {"__isregistered"},
    {"__lazyloading"},
    {"__originalimagename"},
    {"__os_bit"},
    {"__os_type"},
    {"__os_version"},
    {"__platform"},
    {"__productcode"},
    {"__root_origin"},
    {"__sequence_num"},
    {"__system__cmkid"},
    {"__whole_image", ValueType::boolean},
};

// Whoever excludes is excluded: the table says it on both sides.
void make_symmetric(std::vector<Attribute>& known) {
  for (const auto& attribute : std::vector<Attribute>(known)) {
    for (const auto& other : attribute.excludes) {
      auto& back = std::ranges::find(known, other, &Attribute::name)->excludes;
      if (std::ranges::find(back, attribute.name) == back.end()) back.push_back(attribute.name);
    }
  }
}

core::AttributeTable make_ims_table() {
  auto known = texts_and_numbers();
  for (auto& attribute : flags()) known.push_back(std::move(attribute));
  make_symmetric(known);
  for (const auto& fixed : ims_read_only) {
    known.push_back({.name = fixed.name,
                     .type = fixed.type,
                     .writable = false,
                     .clear = Clear::impossible,
                     .exposure = fixed.exposure,
                     .description = "Set by the cloud",
                     .source = read_only_source});
  }
  Attribute extension{.name = "", .description = "Extension attribute: any text", .source = updatable};
  return {"ims",
          std::move(known),
          std::move(extension),
          platform_patterns(),
          {{"description", "__description"}},
          ims_extension_name,
          std::string(ims_extension_name_rule)};
}

}  // namespace

const core::AttributeTable& ims_table() {
  static const core::AttributeTable table = make_ims_table();
  return table;
}

}  // namespace retouch::providers
