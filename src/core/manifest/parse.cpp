// Files -> entries: the envelope, kinds, names.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "fields.hpp"
#include "retouch/base/printable.hpp"
#include "spec.hpp"

namespace retouch::core {

using namespace manifest;

Manifests::Manifests() : content_(std::make_unique<Content>()) {}
Manifests::~Manifests() = default;
Manifests::Manifests(Manifests&&) noexcept = default;
Manifests& Manifests::operator=(Manifests&&) noexcept = default;

std::size_t Manifests::entries() const { return content_->entries.size(); }

std::vector<std::string> Manifests::names() const {
  std::vector<std::string> out;
  for (const auto& entry : content_->entries) out.push_back(entry.name);
  return out;
}

void Manifests::drop_file(const std::string& file) {
  const auto from_it = [&](const Entry& entry) { return entry.place.file.text() == file; };
  std::erase_if(content_->entries, from_it);
  std::erase_if(content_->nameless, from_it);
}

namespace {

constexpr std::string_view api_version = "retouch/v1";
constexpr std::string_view envelope_keys[] = {"apiVersion", "kind", "metadata", "spec"};
// Editors and kustomize write annotations; they mean nothing here.
constexpr std::string_view metadata_keys[] = {"name", "labels", "annotations"};
constexpr std::string_view kinds[] = {"Image", "ImageSet"};

bool is_name(std::string_view text) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  return !text.empty() && text.size() <= 253 && std::ranges::all_of(text, good);
}

using Labels = std::map<std::string, std::string>;

// Reads one file into `content`; the names of all files are `taken`.
class FileReader {
 public:
  FileReader(const ManifestFile& file, Manifests::Content& content, std::unordered_map<std::string, Place>& taken,
             Diagnostics& diagnostics)
      : file_(file), content_(content), taken_(taken), diagnostics_(diagnostics) {}

  void read() {
    for (const auto& document : yaml::load(file_.text, file_.name, diagnostics_)) {
      if (!document.is_null()) read_document(document);
    }
  }

 private:
  void read_document(const yaml::Value& document) {
    if (document.kind != yaml::Kind::mapping) {
      diagnostics_.error(document.place, fmt::format("a manifest must be a mapping with apiVersion, kind, metadata and "
                                                     "spec, got {}",
                                                     yaml::describe(document)));
      return;
    }
    Diagnostics own;
    check_keys(document, envelope_keys, "a manifest", own);
    check_version(document, own);
    const auto kind = read_kind(document, own);
    const auto* spec = required(document, "spec", own);
    const auto* metadata = required(document, "metadata", own);
    const bool has_spec = spec && expect_mapping(*spec, "spec", own);
    const bool has_metadata = metadata && expect_mapping(*metadata, "metadata", own);
    if (has_metadata) check_keys(*metadata, metadata_keys, "`metadata`", own);
    if (has_spec && has_metadata && kind) {
      if (*kind == "Image") read_image(*metadata, *spec, own);
      if (*kind == "ImageSet") read_set(*metadata, *spec, own);
    }
    diagnostics_.append(own);
  }

  static const yaml::Value* required(const yaml::Value& mapping, std::string_view key, Diagnostics& diagnostics) {
    const auto* value = mapping.find(key);
    if (!value) diagnostics.error(mapping.place, fmt::format("`{}` is missing", key));
    return value;
  }

  static void check_version(const yaml::Value& document, Diagnostics& diagnostics) {
    const auto* version = required(document, "apiVersion", diagnostics);
    if (version && (version->kind != yaml::Kind::scalar || version->text != api_version)) {
      unexpected(*version, "apiVersion", fmt::format("`{}`", api_version), diagnostics);
    }
  }

  static std::optional<std::string> read_kind(const yaml::Value& document, Diagnostics& diagnostics) {
    const auto* kind = required(document, "kind", diagnostics);
    if (!kind) return std::nullopt;
    if (kind->kind == yaml::Kind::scalar && std::ranges::find(kinds, kind->text) != std::end(kinds)) return kind->text;
    unexpected(*kind, "kind", list_words(kinds), diagnostics,
               did_you_mean(kind->text, std::span<const std::string_view>(kinds)));
    return std::nullopt;
  }

  static Labels read_labels(const yaml::Value& metadata, Diagnostics& diagnostics) {
    Labels out;
    const auto* labels = metadata.find("labels");
    if (!labels || !expect_mapping(*labels, "labels", diagnostics)) return out;
    for (const auto& [key, value] : labels->members) {
      if (key.text.empty()) diagnostics.error(key.place, "a label needs a name");
      if (value.kind == yaml::Kind::scalar) {
        out[key.text] = value.text;
      } else {
        unexpected(value, printable(key.text, 80), "a text", diagnostics);
      }
    }
    return out;
  }

  // Fills name and place. False = there is none to go by.
  static bool read_name(const yaml::Value& holder, Entry& entry, Diagnostics& diagnostics) {
    entry.place = holder.place;
    const auto* name = required(holder, "name", diagnostics);
    if (!name) return false;
    entry.place = holder.find_key("name")->place;
    if (name->kind != yaml::Kind::scalar || !is_name(name->text)) {
      unexpected(*name, "name", "1 to 253 of a-z, 0-9, `.`, `_` and `-`", diagnostics);
      return false;
    }
    entry.name = name->text;
    return true;
  }

  void read_image(const yaml::Value& metadata, const yaml::Value& spec, Diagnostics& diagnostics) {
    Entry entry{.source = file_.source};
    const bool named = read_name(metadata, entry, diagnostics);
    entry.labels = read_labels(metadata, diagnostics);
    entry.own = read_spec(spec, Role::image, diagnostics);
    check_complete(entry, diagnostics);
    entry.broken = diagnostics.has_errors();
    add(std::move(entry), named, diagnostics);
  }

  void read_set(const yaml::Value& metadata, const yaml::Value& spec, Diagnostics& diagnostics) {
    Entry set;
    read_name(metadata, set, diagnostics);
    const auto labels = read_labels(metadata, diagnostics);
    auto shared = std::make_shared<SharedSpec>();
    const Spec whole = read_spec(spec, Role::set, diagnostics);
    shared->base.clouds = whole.clouds;
    shared->overrides = whole.overrides;
    if (const auto* defaults = spec.find("defaults"); defaults && expect_mapping(*defaults, "defaults", diagnostics)) {
      merge(shared->base, read_spec(*defaults, Role::defaults, diagnostics));
    }
    const bool broken = diagnostics.has_errors();
    const auto* images = required(spec, "images", diagnostics);
    if (!images) return;
    if (images->kind != yaml::Kind::sequence) return unexpected(*images, "images", "a list", diagnostics);
    for (const auto& item : images->items) read_item(item, shared, labels, broken, diagnostics);
  }

  void read_item(const yaml::Value& item, const std::shared_ptr<const SharedSpec>& shared, const Labels& labels,
                 bool broken, Diagnostics& diagnostics) {
    if (!expect_mapping(item, "images", diagnostics)) return;
    Diagnostics own;
    Entry entry{.source = file_.source, .shared = shared};
    const bool named = read_name(item, entry, own);
    entry.labels = read_labels(item, own);
    entry.labels.insert(labels.begin(), labels.end());  // the item's win
    entry.own = read_spec(item, Role::item, own);
    check_complete(entry, own);
    entry.broken = broken || own.has_errors();
    add(std::move(entry), named, own);
    diagnostics.append(own);
  }

  // What no cloud's overrides could still bring. (resolve() looks again, cloud by cloud.)
  static void check_complete(const Entry& entry, Diagnostics& diagnostics) {
    const bool has_clouds = entry.own.clouds || (entry.shared && entry.shared->base.clouds);
    if (!has_clouds) diagnostics.error(entry.place, "no `clouds`: on which clouds is this image?");
    bool has_select = entry.own.select.place || (entry.shared && entry.shared->base.select.place);
    const auto selects = [](const Override& each) { return each.spec.select.place.has_value(); };
    for (const auto& overrides : {entry.own.overrides, entry.shared ? entry.shared->overrides : nullptr,
                                  entry.shared ? entry.shared->base.overrides : nullptr}) {
      has_select = has_select || (overrides && std::ranges::any_of(*overrides, selects));
    }
    if (!has_select) diagnostics.error(entry.place, "no `select`: which images does this entry mean?");
  }

  void add(Entry entry, bool named, Diagnostics& diagnostics) {
    if (named) {
      const auto [at, fresh] = taken_.try_emplace(entry.name, entry.place);
      if (fresh) {
        content_.entries.push_back(std::move(entry));
        return;
      }
      diagnostics.error(
          entry.place,
          fmt::format("the name `{}` is taken: {} has it, too", entry.name, printable(to_string(at->second))),
          "names are unique over all files of all sources");
    }
    entry.broken = true;
    content_.nameless.push_back(std::move(entry));
  }

  const ManifestFile& file_;
  Manifests::Content& content_;
  std::unordered_map<std::string, Place>& taken_;
  Diagnostics& diagnostics_;
};

}  // namespace

Manifests parse_manifests(std::span<const ManifestFile> files, Diagnostics& diagnostics) {
  Manifests manifests;
  std::unordered_map<std::string, Place> taken;
  for (const auto& file : files) FileReader(file, manifests.content(), taken, diagnostics).read();
  return manifests;
}

}  // namespace retouch::core
