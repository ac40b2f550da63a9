// The keys of etc/schema.yaml, and what openstack_image_manager/main.py makes of them.
#include "definition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"
#include "values.hpp"

namespace retouch::core::image_manager {
namespace {

constexpr std::array<std::string_view, 11> used_of_definition{
    "name", "enable", "multi", "separator", "min_disk", "min_ram", "login", "visibility", "tags", "versions", "meta"};
constexpr std::array<std::string_view, 7> used_of_version{"version",    "url",    "build_date", "os_version",
                                                          "visibility", "hidden", "meta"};

struct Unused {
  std::string_view key, why;
};
constexpr std::string_view of_data = "it is about getting the data, which retouch does not do";
constexpr std::string_view not_written = "it is not written to images";
constexpr std::array<Unused, 7> unused_of_definition{
    Unused{"format", "the format of an image cannot be changed"},
    Unused{"status", "retouch does not activate or deactivate images"},
    Unused{"keep", "it is about deleting images, which retouch does not do"},
    Unused{"shortname", not_written},
    Unused{"password", not_written},
    Unused{"latest_url", of_data},
    Unused{"latest_checksum_url", of_data}};
constexpr std::array<Unused, 7> unused_of_version{
    Unused{"mirror_url", of_data},
    Unused{"source", of_data},
    Unused{"checksum", of_data},
    Unused{"checksum_url", of_data},
    Unused{"checksums_url", of_data},
    Unused{"image_description", "of a version it is not written to images"},
    Unused{"id", "images are found by name and tag, as openstack-image-manager finds them"}};

class Reader {
 public:
  explicit Reader(Diagnostics& diagnostics) : diagnostics_(diagnostics), values_(diagnostics) {}

  std::optional<Definition> definition(const yaml::Value& value, bool with_disabled) {
    if (!values_.is_mapping(value, "a definition")) return std::nullopt;
    Definition out{.place = value.place};
    if (const auto* enable = value.find("enable")) out.enabled = values_.flag(*enable, "enable").value_or(true);
    if (const auto* name = values_.required(value, "name")) {
      out.name = values_.filled_text(*name, "name");
      out.place = name->place;
    }
    if (out.enabled || with_disabled) read_rest(value, out);
    return out;
  }

 private:
  void read_rest(const yaml::Value& value, Definition& out) {
    sort_keys(value, used_of_definition, unused_of_definition, out.unused);
    if (const auto* multi = values_.required(value, "multi")) out.multi = values_.flag(*multi, "multi").value_or(false);
    if (const auto* it = value.find("separator")) out.separator = values_.text(*it, "separator").value_or(" ");
    out.min_disk = values_.number(value, "min_disk");
    out.min_ram = values_.number(value, "min_ram");
    out.visibility = values_.optional_property(value, "visibility");
    out.login = values_.optional_property(value, "login");
    if (const auto* tags = value.find("tags")) read_tags(*tags, out.tags);
    if (const auto* meta = value.find("meta")) read_meta(*meta, out.meta);
    const auto* versions = values_.required(value, "versions");
    if (!versions) return;
    if (versions->kind != yaml::Kind::sequence || versions->items.empty()) {
      return values_.complain(*versions, "versions", "a list of at least one version");
    }
    for (const auto& item : versions->items) read_version(item, out);
  }

  void read_version(const yaml::Value& value, Definition& definition) {
    if (!values_.is_mapping(value, "a version")) return;
    sort_keys(value, used_of_version, unused_of_version, definition.unused);
    Version out{.place = value.place};
    if (const auto* version = values_.required(value, "version")) {
      out.version = values_.filled_text(*version, "version");
      out.place = version->place;
    }
    const auto before = std::ranges::find(definition.versions, out.version, &Version::version);
    if (before != definition.versions.end() && !out.version.empty()) {
      diagnostics_.error(out.place,
                         fmt::format("the version `{}` stands here a second time; first at {}:{}",
                                     printable(out.version, longest_quote), before->place.line, before->place.column));
    }
    out.url = values_.optional_property(value, "url");
    out.os_version = values_.optional_property(value, "os_version");
    out.visibility = values_.optional_property(value, "visibility");
    if (const auto* hidden = value.find("hidden")) out.hidden = values_.flag(*hidden, "hidden");
    if (const auto* date = value.find("build_date")) out.build_date = values_.build_date(*date);
    if (const auto* meta = value.find("meta")) read_meta(*meta, out.meta);
    definition.versions.push_back(std::move(out));
  }

  void read_tags(const yaml::Value& value, std::vector<std::string>& tags) {
    if (value.is_null()) return;
    if (value.kind != yaml::Kind::sequence) return values_.complain(value, "tags", "a list of texts");
    for (const auto& item : value.items) {
      if (auto tag = values_.text(item, "tags")) tags.push_back(*std::move(tag));
    }
  }

  void read_meta(const yaml::Value& value, Meta& meta) {
    if (value.is_null() || !values_.is_mapping(value, "`meta`")) return;
    for (const auto& [key, item] : value.members) {
      if (auto said = values_.property(item, key)) meta.insert_or_assign(key.text, *std::move(said));
    }
  }

  void sort_keys(const yaml::Value& mapping, std::span<const std::string_view> used, std::span<const Unused> unused,
                 std::vector<yaml::Value>& to) {
    for (const auto& [key, value] : mapping.members) {
      if (std::ranges::find(used, key.text) != used.end()) continue;
      if (std::ranges::find(unused, key.text, &Unused::key) != unused.end()) {
        to.push_back(key);
      } else {
        diagnostics_.warning(key.place, fmt::format("unknown key `{}` is left out", printable(key.text, longest_quote)),
                             did_you_mean(key.text, used));
      }
    }
  }

  Diagnostics& diagnostics_;
  ValueReader values_;
};

}  // namespace

std::vector<Definition> read_definitions(const ManifestFile& file, bool with_disabled, Diagnostics& diagnostics) {
  std::vector<Definition> out;
  for (const yaml::Value& document : yaml::load(file.text, file.name, diagnostics)) {
    const auto* images = document.find("images");
    if (!images || images->kind != yaml::Kind::sequence) {
      diagnostics.error(images ? images->place : document.place,
                        "a file of definitions holds a list `images`, and this one does not",
                        "in the repository of openstack-image-manager they are in etc/images");
      continue;
    }
    Reader reader(diagnostics);
    for (const yaml::Value& item : images->items) {
      if (auto definition = reader.definition(item, with_disabled)) out.push_back(*std::move(definition));
    }
  }
  return out;
}

std::string_view why_unused(std::string_view key) {
  for (const Unused& each : unused_of_definition) {
    if (each.key == key) return each.why;
  }
  const auto found = std::ranges::find(unused_of_version, key, &Unused::key);
  return found == unused_of_version.end() ? std::string_view{} : found->why;
}

}  // namespace retouch::core::image_manager
