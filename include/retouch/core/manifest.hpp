// Manifests: from files to what each cloud should hold (design.md section 3). Pure: files arrive as texts.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "retouch/base/diagnostic.hpp"
#include "retouch/base/time.hpp"
#include "retouch/core/attributes.hpp"
#include "retouch/core/desired.hpp"

namespace retouch::core {

struct ManifestFile {
  std::string source;  // name of the source
  std::string name;    // as shown in messages: path as the user would type it
  std::string text;
};

// Parsed entries before clouds and overrides are resolved. A value; its inside is the .cpp's.
class Manifests {
 public:
  Manifests();
  ~Manifests();
  Manifests(Manifests&&) noexcept;
  Manifests& operator=(Manifests&&) noexcept;

  std::size_t entries() const;  // Images and items of ImageSets
  std::vector<std::string> names() const;
  // Leaves out every entry that came from this file (`--keep-going`).
  void drop_file(const std::string& file);

  struct Content;
  Content& content() { return *content_; }
  const Content& content() const { return *content_; }

 private:
  std::unique_ptr<Content> content_;
};

// Reads all files, also after errors in some. Entry names are unique over all of them.
Manifests parse_manifests(std::span<const ManifestFile> files, Diagnostics& diagnostics);

struct CloudShape {
  std::string name;
  const AttributeTable* table = nullptr;  // outlives the call
};

struct CloudEntries {
  std::string cloud;
  std::vector<DesiredEntry> entries;  // by name
};

// Per cloud: globs and names resolved, defaults < image < overrides merged, aliases resolved, values typed and checked
// against the table. `now` decides `suspend: <time>`. `other_clouds`: names that exist elsewhere and are no error.
std::vector<CloudEntries> resolve(const Manifests& manifests, std::span<const CloudShape> clouds,
                                  std::span<const std::string> other_clouds, Wall now, Diagnostics& diagnostics);

// JSON Schema (draft 2020-12) of manifests, generated from the same tables; all given tables' attributes are offered.
Json manifest_schema(std::span<const AttributeTable* const> tables);

}  // namespace retouch::core
