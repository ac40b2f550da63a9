// OpenStack Image API v2, read from Glance's own schema and observed on Glance 25 (Zed).
#include "retouch/providers/tables.hpp"
#include "text_rules.hpp"

namespace retouch::providers {
namespace {

using core::Attribute;
using core::Clear;
using core::ValueType;
using Exposure = Attribute::Exposure;

constexpr const char* schema_source = "Glance: get_base_properties; observed on Glance 25";
constexpr const char* readonly_source = "Glance: read-only, reserved or computed attributes; observed on Glance 25";
constexpr const char* nova_source = "Nova: image property definitions; Glance stores any text";

std::vector<Attribute> base_attributes() {
  return {
      {.name = "name",
       .max_length = 255,
       .valid_text = glance_text,
       .text_rule = std::string(glance_text_rule),
       .clear = Clear::null,
       .description = "Name of the image; need not be unique",
       .source = schema_source},
      {.name = "visibility",
       .allowed = {"private", "shared", "community", "public"},
       .clear = Clear::impossible,
       .exposure = Exposure::visibility,
       .description = "Who sees the image; public and community are subject to the cloud's policy",
       .source = schema_source},
      {.name = "protected",
       .type = ValueType::boolean,
       .clear = Clear::impossible,
       .exposure = Exposure::protection,
       .description = "true: the image cannot be deleted",
       .source = schema_source},
      {.name = "os_hidden",
       .type = ValueType::boolean,
       .clear = Clear::impossible,
       .absent_means = "false",
       .exposure = Exposure::hidden,
       .description = "true: left out of lists unless asked for",
       .source = schema_source},
      {.name = "min_ram",
       .type = ValueType::integer,
       .clear = Clear::impossible,
       .description = "Least memory in MiB to boot the image; 0 = any",
       .source = schema_source},
      {.name = "min_disk",
       .type = ValueType::integer,
       .clear = Clear::impossible,
       .description = "Least disk in GiB to boot the image; 0 = any",
       .source = schema_source},
      {.name = "tags",
       .type = ValueType::list,
       .min_length = 1,
       .max_length = 255,
       .max_items = 128,
       .valid_text = glance_text,
       .text_rule = std::string(glance_text_rule),
       .clear = Clear::empty_list,
       .empty_is_absent = true,
       .description = "A set of labels, written whole; the server keeps no order",
       .source = "Glance: image_tag_quota 128; observed on Glance 25"},
  };
}

std::vector<Attribute> read_only_attributes() {
  struct Fact {
    const char* name;
    ValueType type;
    const char* description;
  };
  const Fact facts[] = {
      {"id", ValueType::text, "UUID of the image"},
      {"status", ValueType::text, "queued, saving, active, deactivated, …"},
      {"owner", ValueType::text, "Project that owns the image; changed by administrators only"},
      {"disk_format", ValueType::text, "Fixed once the image has data"},
      {"container_format", ValueType::text, "Fixed once the image has data"},
      {"checksum", ValueType::text, "MD5 of the data"},
      {"os_hash_algo", ValueType::text, "Algorithm of os_hash_value"},
      {"os_hash_value", ValueType::text, "Hash of the data"},
      {"size", ValueType::integer, "Bytes of the data"},
      {"virtual_size", ValueType::integer, "Bytes of the disk inside"},
      {"created_at", ValueType::text, "RFC 3339"},
      {"updated_at", ValueType::text, "RFC 3339; moves with every PATCH, also of equal values"},
      {"file", ValueType::text, "Path of the data"},
      {"self", ValueType::text, "Path of the image"},
      {"schema", ValueType::text, "Path of the schema"},
      {"direct_url", ValueType::text, "Where the data is stored"},
      {"locations", ValueType::text, "Where the data is stored; not metadata"},
      {"stores", ValueType::text, "Stores that hold the data, on clouds with several"},
      {"location", ValueType::text, "Reserved"},
      {"deleted", ValueType::text, "Reserved"},
      {"deleted_at", ValueType::text, "Reserved"},
  };
  std::vector<Attribute> out;
  for (const auto& fact : facts) {
    out.push_back({.name = fact.name,
                   .type = fact.type,
                   .writable = false,
                   .clear = Clear::impossible,
                   .description = fact.description,
                   .source = readonly_source});
  }
  return out;
}

Attribute property(std::string name, std::string description, std::vector<std::string> allowed = {}) {
  return {.name = std::move(name),
          .allowed = std::move(allowed),
          .valid_text = glance_text,
          .text_rule = std::string(glance_text_rule),
          .description = std::move(description),
          .source = nova_source};
}

// Custom properties that most clouds know. Glance treats them like any other; they stand here for schema and docs.
std::vector<Attribute> common_properties() {
  return {
      property("architecture", "CPU architecture: x86_64, aarch64, …"),
      property("description", "Free text, an ordinary property"),
      property("hw_cdrom_bus", "Bus of CD-ROM drives: ide, sata, scsi, virtio"),
      property("hw_disk_bus", "Bus of disks: virtio, scsi, sata, …"),
      property("hw_firmware_type", "Firmware to boot with", {"bios", "uefi"}),
      property("hw_machine_type", "Machine type: q35, pc, virt"),
      property("hw_qemu_guest_agent", "yes: the guest runs the QEMU agent"),
      property("hw_rng_model", "Random number device: virtio"),
      property("hw_scsi_model", "SCSI controller: virtio-scsi, …"),
      property("hw_vif_model", "Network adapter: virtio, e1000, …"),
      property("hw_vif_multiqueue_enabled", "true: as many network queues as vCPUs"),
      property("hw_video_model", "Video device: virtio, vga, qxl, …"),
      property("hw_watchdog_action", "What a fired watchdog does: reset, poweroff, pause, none, disabled"),
      property("os_distro", "Distribution: ubuntu, debian, …"),
      property("os_require_quiesce", "yes: snapshots need a quiesced guest"),
      property("os_secure_boot", "Secure Boot: required, disabled, optional"),
      property("os_type", "linux or windows"),
      property("os_version", "Version of the operating system"),
  };
}

core::AttributeTable make_glance_table() {
  auto known = base_attributes();
  for (auto* more : {+[] { return read_only_attributes(); }, +[] { return common_properties(); }}) {
    for (auto& attribute : more()) known.push_back(std::move(attribute));
  }
  Attribute extension{.name = "",
                      .valid_text = glance_text,
                      .text_rule = std::string(glance_text_rule),
                      .description = "Custom property: any text",
                      .source = "Glance: additionalProperties are JSON strings; observed on Glance 25"};
  return {"glance",
          std::move(known),
          std::move(extension),
          platform_patterns(),
          {},
          glance_property_name,
          std::string(glance_property_name_rule)};
}

}  // namespace

const core::AttributeTable& glance_table() {
  static const core::AttributeTable table = make_glance_table();
  return table;
}

}  // namespace retouch::providers
