// Live images as entries: names that no two of them share.
#include "retouch/core/export.hpp"

namespace retouch::core {

std::vector<std::vector<ExportedEntry>> export_entries(const std::vector<CloudExport>& clouds) {
  constexpr std::size_t longest_part = 80, short_id = 8;
  std::vector<std::vector<std::string>> candidates;
  for (const CloudExport& cloud : clouds) {
    for (const ExportedImage& image : cloud.images) {
      std::string name = slug(image.name, longest_part);
      if (name.empty()) name = "image";
      const std::string id = slug(image.id, longest_part);
      candidates.push_back({name, name + "-" + id.substr(0, short_id), name + "-" + id,
                            name + "-" + id + "-" + slug(cloud.cloud, longest_part)});
    }
  }
  const std::vector<std::string> names = distinct_names(candidates);
  std::vector<std::vector<ExportedEntry>> out;
  std::size_t next = 0;
  for (const CloudExport& cloud : clouds) {
    std::vector<std::vector<std::string>> files;
    for (std::size_t i = 0; i < cloud.images.size(); ++i) files.push_back({candidates[next + i][2]});
    const std::vector<std::string> file_names = distinct_names(files);
    auto& entries = out.emplace_back();
    for (std::size_t i = 0; i < cloud.images.size(); ++i, ++next) {
      const ExportedImage& image = cloud.images[i];
      EntryDraft draft{.name = names[next], .attributes = image.attributes};
      draft.select.emplace_back(image.by_name ? "name" : "id", yaml::text(image.by_name ? image.name : image.id));
      entries.push_back({std::move(draft), file_names[i] + ".yaml"});
    }
  }
  return out;
}

}  // namespace retouch::core
