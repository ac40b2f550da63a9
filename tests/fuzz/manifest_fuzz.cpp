// Manifests, from text to what each cloud should hold: core/manifest over the tables of all three families.
#include "fuzz.hpp"
#include "retouch/core/manifest.hpp"
#include "retouch/providers/tables.hpp"

using namespace retouch;

namespace {

const std::vector<core::CloudShape>& clouds() {
  static const std::vector<core::CloudShape> shapes{{"otc-de", &providers::ims_table()},
                                                    {"lab", &providers::glance_table()},
                                                    {"lab-2", &providers::glance_table()},
                                                    {"joyent", &providers::triton_table()}};
  return shapes;
}

std::vector<core::ManifestFile> files_of(std::string_view all) {
  fuzz::Input input(reinterpret_cast<const std::uint8_t*>(all.data()), all.size());
  std::vector<core::ManifestFile> files;
  const auto first = input.part();
  files.push_back({"images", "a.yaml", std::string(first)});
  if (!input.rest().empty()) files.push_back({"images", "b.yaml", std::string(input.rest())});
  return files;
}

// What is not in doubt must be what the tables allow: nothing else may reach a cloud.
void check_entry(const core::DesiredEntry& entry, const core::AttributeTable& table) {
  fuzz::require(!entry.name.empty() && entry.name.size() <= 253, "an entry has a name of at most 253 characters",
                entry.name);
  for (const auto& field : entry.fields) {
    const auto attribute = table.find(field.name);
    fuzz::require(attribute.has_value(), "a cloud is asked for attributes that it has", field.name);
    const auto faults = core::violations(*attribute, field.value);
    fuzz::require(faults.empty(), "a cloud is asked for values that it takes", faults.empty() ? "" : faults.front());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const auto files = files_of(all);
  std::vector<fuzz::Text> texts;
  for (const auto& file : files) texts.push_back({file.name, file.text});

  Diagnostics diagnostics;
  auto manifests = core::parse_manifests(files, diagnostics);
  fuzz::require_places(diagnostics, texts);
  fuzz::require(manifests.names().size() == manifests.entries(), "each entry has a name", all);
  static const std::vector<std::string> others{"elsewhere"};
  const Wall now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21}};
  const auto resolved = core::resolve(manifests, clouds(), others, now, diagnostics);
  fuzz::require_places(diagnostics, texts);
  fuzz::require(resolved.size() == clouds().size(), "each cloud has its answer", all);
  if (!diagnostics.has_errors()) {
    for (std::size_t i = 0; i < resolved.size(); ++i) {
      for (const auto& entry : resolved[i].entries) check_entry(entry, *clouds()[i].table);
    }
  }
  // `--keep-going`: without the first file nothing of it is left.
  manifests.drop_file("a.yaml");
  Diagnostics rest;
  for (const auto& cloud : core::resolve(manifests, clouds(), others, now, rest)) {
    for (const auto& entry : cloud.entries)
      fuzz::require(entry.place.file != "a.yaml", "a file that was left out is out", entry.name);
  }
  return 0;
}
