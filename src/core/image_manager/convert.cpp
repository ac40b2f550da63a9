// What openstack-image-manager writes to the images of a definition: process_images, process_image and set_properties
// of its main.py, as of July 2026.
#include <fmt/format.h>

#include <algorithm>

#include "definition.hpp"
#include "python.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"

namespace retouch::core {

using namespace image_manager;

namespace {

constexpr std::string_view newest_upstream = "latest";  // a version that is whatever the distributor has today
constexpr std::size_t longest_name = 200;

void put(Meta& meta, const std::string& key, const std::optional<Property>& said) {
  if (said) meta.insert_or_assign(key, *said);
}

// A path of the importing machine is nobody else's business: only the file's name is written.
Property image_source(Property url) {
  if (url.text.starts_with("file:")) {
    if (const auto slash = url.text.rfind('/'); slash != std::string::npos)
      url.text = "file:" + url.text.substr(slash + 1);
  }
  return url;
}

// The properties that all versions have in common.
Meta shared_meta(const Definition& definition) {
  Meta meta = definition.meta;
  meta.try_emplace("image_description", Property{definition.name, definition.place});
  meta.try_emplace("image_name", Property{definition.name, definition.place});
  put(meta, "image_original_user", definition.login);
  return meta;
}

// Those of one version. The version's own `meta` has the last word, except about where the data came from.
Meta version_meta(const Definition& definition, const Version& version) {
  Meta meta;
  const Property number{version.version, version.place};
  if (version.version != newest_upstream) put(meta, "internal_version", number);
  put(meta, "os_version", definition.multi ? version.os_version : number);
  for (const auto& [key, said] : version.meta) meta.insert_or_assign(key, said);
  if (version.url) put(meta, "image_source", image_source(*version.url));
  put(meta, "image_build_date", version.build_date);
  return meta;
}

// With `multi` the newest version has the plain name and older ones carry theirs in brackets.
std::string image_name(const Definition& definition, const Version& version, bool newest) {
  if (!definition.multi) return definition.name + definition.separator + version.version;
  return newest ? definition.name : definition.name + definition.separator + "(" + version.version + ")";
}

class Converter {
 public:
  Converter(std::span<const AttributeTable* const> tables, const ImageManagerOptions& options, Diagnostics& diagnostics)
      : tables_(tables), options_(options), diagnostics_(diagnostics) {}

  void add(const Definition& definition) {
    if (!definition.enabled && !options_.disabled) {
      result_.disabled.push_back(definition.name);
      return;
    }
    for (const yaml::Value& key : definition.unused) drop(key.text, key.place, why_unused(key.text));
    SetDraft set{.name = slug(definition.name, longest_name), .clouds = options_.clouds};
    if (set.name.empty()) set.name = "images";
    set.defaults = shared_attributes(definition);
    std::vector<Version> versions = definition.versions;
    std::ranges::sort(versions, natural_less, &Version::version);
    for (const Version& version : versions) {
      set.images.push_back(entry(definition, version, &version == &versions.back()));
    }
    result_.sets.push_back(std::move(set));
  }

  ImageManagerResult take() {
    std::vector<std::vector<std::string>> candidates;
    for (const SetDraft& set : result_.sets) {
      for (const EntryDraft& draft : set.images) candidates.push_back({draft.name});
    }
    const std::vector<std::string> names = distinct_names(candidates);
    auto name = names.begin();
    for (SetDraft& set : result_.sets) {
      for (EntryDraft& draft : set.images) draft.name = *name++;
    }
    return std::move(result_);
  }

 private:
  std::vector<NamedValue> shared_attributes(const Definition& definition) {
    std::vector<NamedValue> out;
    if (definition.min_disk) take(out, "min_disk", *definition.min_disk, definition.place);
    if (definition.min_ram) take(out, "min_ram", *definition.min_ram, definition.place);
    take_text(out, "visibility", definition.visibility);
    std::vector<std::string> tags = definition.tags;
    tags.push_back(options_.tag);
    if (const auto distro = definition.meta.find("os_distro"); distro != definition.meta.end()) {
      tags.push_back("os:" + distro->second.text);
    }
    take(out, "tags", make_list(std::move(tags)), definition.place);
    for (const auto& [key, said] : shared_meta(definition)) take_text(out, key, said);
    return out;
  }

  EntryDraft entry(const Definition& definition, const Version& version, bool newest) {
    const std::string name = image_name(definition, version, newest);
    const auto [first, fresh] = images_.try_emplace(name, version.place);
    if (!fresh) {
      diagnostics_.error(version.place, fmt::format("the image \"{}\" comes out of {}, too", printable(name),
                                                    to_string(first->second)));
    }
    EntryDraft out{.name = slug(name, longest_name)};
    if (out.name.empty()) out.name = "image";
    const Meta meta = version_meta(definition, version);
    // The tool knows its images by name and tag. The plain name of `multi` is a role that passes on to the next
    // version: until that has been imported, the image of that name is another one, and must not get this one's
    // properties.
    out.select = {{"name", yaml::text(name)}};
    const auto number = meta.find("internal_version");
    if (definition.multi && number != meta.end()) {
      out.select.emplace_back("internal_version", yaml::list({yaml::text(number->second.text), yaml::bare("null")}));
    }
    out.select.emplace_back("tags", yaml::texts({options_.tag}));
    out.optional = definition.multi && !newest;  // with --latest it was never imported
    take_text(out.attributes, "visibility", version.visibility);
    if (version.hidden) take(out.attributes, "os_hidden", *version.hidden, version.place);
    for (const auto& [key, said] : meta) take_text(out.attributes, key, said);
    if (version.version == newest_upstream) {
      constexpr std::string_view why = "of version `latest` it is known only once the data was there";
      if (!meta.contains("internal_version")) drop("internal_version", version.place, why);
      drop("upstream_checksum", version.place, why);
    }
    return out;
  }

  void take_text(std::vector<NamedValue>& to, const std::string& name, const std::optional<Property>& said) {
    if (said) take(to, name, said->text, said->place);
  }

  // Unless some cloud would refuse it.
  void take(std::vector<NamedValue>& to, const std::string& name, Value value, const Place& place) {
    std::vector<std::string> faults;
    for (const AttributeTable* table : tables_) {
      if (const auto attribute = table->find(name)) value = normalized(*attribute, std::move(value));
      faults = manifest_faults(*table, name, value);
      if (!faults.empty()) break;
    }
    if (faults.empty()) {
      to.emplace_back(name, std::move(value));
    } else {
      diagnostics_.warning(place, join(faults, "; ") + "; left out");
    }
  }

  void drop(const std::string& key, const Place& place, std::string_view why) {
    auto& dropped = result_.dropped[key];
    if (++dropped.times > 1) return;
    dropped.first = place;
    dropped.why = std::string(why);
  }

  std::span<const AttributeTable* const> tables_;
  const ImageManagerOptions& options_;
  Diagnostics& diagnostics_;
  ImageManagerResult result_;
  std::map<std::string, Place> images_;  // by name
};

}  // namespace

ImageManagerResult convert_image_manager(std::span<const ManifestFile> files,
                                         std::span<const AttributeTable* const> tables,
                                         const ImageManagerOptions& options, Diagnostics& diagnostics) {
  Converter converter(tables, options, diagnostics);
  for (const ManifestFile& file : files) {
    for (const Definition& definition : read_definitions(file, options.disabled, diagnostics)) {
      converter.add(definition);
    }
  }
  return converter.take();
}

}  // namespace retouch::core
