// Live images -> manifests that want exactly what is there, so that they plan to nothing: the way in for images that no
// manifest describes yet.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "retouch/core/image.hpp"
#include "retouch/core/manifest_draft.hpp"

namespace retouch::core {

struct ExportOptions {
  std::vector<std::string> attributes{};  // globs of what is written, by either name (`__description`, `description`);
                                          // empty = everything
  std::vector<std::string> exclude{};     // globs
  bool by_name = false;                   // select by name where that is unique
};

// Something about one image that whoever reads its manifest should know. Foreign texts: not printable yet.
struct LeftOut {
  std::string image_id;
  std::string image_name;
  std::string reason;  // "left out: `firmware`: expected bios or uefi, …"
};

struct ExportedImage {
  std::string id;
  std::string name;
  bool by_name = false;
  std::vector<NamedValue> attributes{};  // by the names that a manifest uses; `name` first
};

// What is written of one cloud.
struct CloudExport {
  std::string cloud;
  std::vector<ExportedImage> images{};  // by name, then id
  std::vector<LeftOut> left_out{};
  std::int64_t unchangeable = 0;          // images that nobody could change anyway
  std::optional<LeftOut> unchanged_as{};  // the first of them
  std::int64_t empty = 0;                 // images of which nothing is left to write
};

// Takes the images of one cloud as they are listed.
class CloudExporter {
 public:
  // `table` and `options` outlive it.
  CloudExporter(std::string cloud, const AttributeTable& table, const ExportOptions& options);

  // `wanted`: by --where. `unchangeable`: why nothing of the image can be changed. Images of others are no business of
  // ours; own ones are to be offered also when they are not wanted, because names must be unique among all of them.
  void offer(const Image& image, bool wanted, const std::optional<std::string>& unchangeable);
  CloudExport take();

  // The globs of the options that met an attribute of some image or of the API itself.
  const std::set<std::string>& met() const { return met_; }
  // Attributes of the images offered that could be written, by either name: for "did you mean".
  const std::set<std::string>& seen() const { return seen_; }

 private:
  ExportedImage exported(const Image& image);
  bool is_chosen(const std::string& name, const std::string& written);
  void add(const Image& image, const std::string& name, const Value& live, ExportedImage& to);
  void leave_out(const Image& image, std::string reason);

  const AttributeTable& table_;
  const ExportOptions& options_;
  CloudExport result_;
  std::map<std::string, std::int64_t> names_;
  std::set<std::string> met_, seen_;
};

// An entry and the file it would have to itself: "<slug of its name>-<id>.yaml", unique within its cloud.
struct ExportedEntry {
  EntryDraft draft;
  std::string file;
};
// One list for each of `clouds`, in the same order; the entries' names are unique over all of them.
std::vector<std::vector<ExportedEntry>> export_entries(const std::vector<CloudExport>& clouds);

}  // namespace retouch::core
