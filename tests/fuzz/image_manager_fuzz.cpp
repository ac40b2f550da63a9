// Definitions of openstack-image-manager: core/image_manager. What is made of them is a manifest that this program
// takes.
#include "fuzz.hpp"
#include "retouch/core/image_manager.hpp"
#include "retouch/providers/tables.hpp"

using namespace retouch;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  core::ImageManagerOptions options{.clouds = {"lab"}};
  options.disabled = input.byte() % 2 == 1;
  const std::vector<core::ManifestFile> files{{"definitions", "d.yml", std::string(input.rest())}};
  const std::vector<const core::AttributeTable*> tables{&providers::glance_table()};
  Diagnostics diagnostics;
  const auto converted = core::convert_image_manager(files, tables, options, diagnostics);
  fuzz::require_places(diagnostics, std::vector<fuzz::Text>{{"d.yml", files.front().text}});
  if (diagnostics.has_errors()) return 0;

  std::vector<core::ManifestFile> made;
  for (const auto& set : converted.sets) made.push_back({"s", set.name + ".yaml", core::image_set_manifest(set)});
  std::size_t entries = 0;
  for (const auto& set : converted.sets) entries += set.images.size();
  Diagnostics complaints;
  const auto manifests = core::parse_manifests(made, complaints);
  const std::vector<core::CloudShape> clouds{{"lab", &providers::glance_table()}};
  core::resolve(manifests, clouds, {}, Wall{}, complaints);
  std::string said;
  for (const auto& each : complaints.sorted()) said += to_string(each) + "\n";
  fuzz::require(!complaints.has_errors(), "the manifests that are made are valid", said);
  fuzz::require(manifests.entries() == entries, "each version is an entry", said);
  return 0;
}
