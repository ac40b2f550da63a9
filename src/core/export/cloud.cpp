// What of a live image comes into its manifest: all that a manifest could write, in a form that it takes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "retouch/base/text.hpp"
#include "retouch/core/export.hpp"

namespace retouch::core {
namespace {

// Known attributes by their own row, although IMS's writable `__support_*` look like the platform's.
bool is_ours_to_write(const AttributeTable& table, const std::string& name) {
  if (const auto* known = table.find_known(name)) return known->writable;
  return table.extension().has_value() && !table.is_platform(name);
}

// The name that manifests prefer: `description` for `__description`.
std::string written_name(const AttributeTable& table, const std::string& name) {
  const auto alias = std::ranges::find(table.aliases(), name, &AttributeTable::Alias::name);
  return alias == table.aliases().end() ? name : alias->portable;
}

bool matches_any(const std::vector<std::string>& globs, const std::string& name, const std::string& written,
                 std::set<std::string>& met) {
  bool any = false;
  for (const std::string& glob : globs) {
    if (!glob_match(glob, name) && !glob_match(glob, written)) continue;
    met.insert(glob);
    any = true;
  }
  return any;
}

// Where values have types: what a manifest cannot say (null, lists, objects) or not exactly (numbers beyond 2^53).
bool can_be_said(const Scalar& value) {
  constexpr double largest = 9007199254740992.0;
  if (std::holds_alternative<JsonText>(value)) return false;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::fabs(static_cast<double>(*number)) < largest;
  const auto* real = std::get_if<double>(&value);
  return real == nullptr || std::fabs(*real) < largest;
}

// Takes the items out that no manifest can hold; the others need not suffer for them.
std::vector<std::string> take_out_unsayable(const std::string& attribute, Value& value) {
  std::vector<std::string> out;
  auto* map = std::get_if<Map>(&value);
  if (map == nullptr) return out;
  std::erase_if(*map, [&](const auto& item) {
    const bool said = can_be_said(item.second) && yaml::is_writable(item.first);
    if (!said) {
      out.push_back(fmt::format("`{}`: the value of \"{}\" cannot be said in a manifest: {}", attribute, item.first,
                                to_text(Value{Map{item}})));
    }
    return !said;
  });
  return out;
}

bool is_empty(const Value& value) {
  const auto* map = std::get_if<Map>(&value);
  return map != nullptr && map->empty();
}

// As `select: {id: …}` takes it.
bool is_selectable(const std::string& id) {
  static constexpr std::string_view others = "-_.";
  const bool shaped_as_uuid = id.size() == 36;  // whose capitals a manifest's reader makes small
  return !id.empty() && id.size() <= 255 && std::ranges::all_of(id, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || others.find(c) != std::string_view::npos ||
           (c >= 'A' && c <= 'Z' && !shaped_as_uuid);
  });
}

}  // namespace

CloudExporter::CloudExporter(std::string cloud, const AttributeTable& table, const ExportOptions& options)
    : table_(table), options_(options), result_{.cloud = std::move(cloud)} {
  for (const Attribute& known : table.known()) {
    if (known.writable) is_chosen(known.name, written_name(table, known.name));  // no typo, though no image has it
  }
}

void CloudExporter::offer(const Image& image, bool wanted, const std::optional<std::string>& unchangeable) {
  if (!image.own) return;
  ++names_[image.text("name")];
  if (!wanted) return;
  if (unchangeable) {
    if (++result_.unchangeable == 1) result_.unchanged_as = {image.id, image.text("name"), *unchangeable};
    return;
  }
  ExportedImage out = exported(image);
  if (out.attributes.empty()) {
    ++result_.empty;
  } else {
    result_.images.push_back(std::move(out));
  }
}

ExportedImage CloudExporter::exported(const Image& image) {
  ExportedImage out{.id = image.id, .name = image.text("name")};
  for (const auto& [name, value] : image.attributes) {
    if (is_ours_to_write(table_, name)) add(image, name, value, out);
  }
  std::ranges::sort(out.attributes, {},
                    [](const NamedValue& each) { return std::pair(each.first != "name", each.first); });
  return out;
}

bool CloudExporter::is_chosen(const std::string& name, const std::string& written) {
  const bool excluded = matches_any(options_.exclude, name, written, met_);
  const bool listed = matches_any(options_.attributes, name, written, met_);
  return !excluded && (listed || options_.attributes.empty());
}

void CloudExporter::add(const Image& image, const std::string& name, const Value& live, ExportedImage& to) {
  const std::string written = written_name(table_, name);
  seen_.insert(written);
  if (!is_chosen(name, written)) return;
  const auto attribute = table_.find(name);
  Value value = normalized(*attribute, live);
  if (is_absent(value)) return;  // it stands for what an image has without it
  for (auto& reason : take_out_unsayable(name, value)) leave_out(image, std::move(reason));
  if (is_empty(value)) return;
  auto faults = manifest_faults(table_, name, value);
  for (const auto& [other, its_value] : to.attributes) {
    const std::string canonical = table_.canonical(other);
    if (iequals(canonical, name)) faults.push_back(fmt::format("`{}` differs only in case from `{}`", name, other));
    if (std::ranges::find(attribute->excludes, canonical) != attribute->excludes.end()) {
      faults.push_back(fmt::format("`{}` and `{}` exclude each other", name, other));
    }
  }
  if (table_.canonical(name) != name) {
    faults.push_back(fmt::format("`{}` means `{}` in a manifest", name, table_.canonical(name)));
  }
  if (faults.empty()) {
    to.attributes.emplace_back(written, std::move(value));
  } else {
    leave_out(image, join(faults, "; "));
  }
}

void CloudExporter::leave_out(const Image& image, std::string reason) {
  result_.left_out.push_back({image.id, image.text("name"), "left out: " + std::move(reason)});
}

CloudExport CloudExporter::take() {
  std::ranges::sort(result_.images, {}, [](const ExportedImage& image) { return std::tie(image.name, image.id); });
  std::erase_if(result_.images, [&](ExportedImage& image) {
    const bool unique = !image.name.empty() && names_[image.name] == 1 && yaml::is_writable(image.name);
    image.by_name = options_.by_name && unique;
    if (options_.by_name && !unique) {
      result_.left_out.push_back(
          {image.id, image.name, "selected by id: its name is empty or not unique on this cloud"});
    }
    if (image.by_name || is_selectable(image.id)) return false;
    result_.left_out.push_back({image.id, image.name, "left out: no manifest can select it by this id"});
    return true;
  });
  std::ranges::sort(result_.left_out, {},
                    [](const LeftOut& each) { return std::tie(each.image_name, each.image_id, each.reason); });
  return std::move(result_);
}

}  // namespace retouch::core
