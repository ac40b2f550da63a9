#include "retouch/sandbox/model.hpp"

#include <algorithm>

#include "retouch/base/digest.hpp"

namespace retouch::sandbox {
namespace {

template <class Items, class Test>
auto first(const Items& items, Test test) -> const typename Items::value_type* {
  const auto found = std::find_if(items.begin(), items.end(), test);
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

const Domain* Directory::domain(std::string_view id) const {
  return first(domains, [&](const Domain& d) { return d.id == id; });
}
const Domain* Directory::domain_named(std::string_view name) const {
  return first(domains, [&](const Domain& d) { return d.name == name; });
}
const Project* Directory::project(std::string_view id) const {
  return first(projects, [&](const Project& p) { return p.id == id; });
}
const Project* Directory::project_named(std::string_view name, std::string_view domain_id) const {
  return first(projects, [&](const Project& p) { return p.name == name && p.domain_id == domain_id; });
}
const User* Directory::user(std::string_view id) const {
  return first(users, [&](const User& u) { return u.id == id; });
}
const User* Directory::user_named(std::string_view name, std::string_view domain_id) const {
  return first(users, [&](const User& u) { return u.name == name && u.domain_id == domain_id; });
}
const AccessKey* Directory::access_key(std::string_view access_key) const {
  return first(access_keys, [&](const AccessKey& k) { return k.access_key == access_key; });
}

std::string Image::text(std::string_view name) const { return string_member(attributes, name).value_or(""); }

const Image* ImageStore::find(std::string_view id) const {
  const auto at = position(id);
  return at == order_.end() ? nullptr : at->second->image.get();
}

ImageStore::Order::const_iterator ImageStore::position(std::string_view id) const {
  const auto found = by_id_.find(std::string(id));
  return found == by_id_.end() ? order_.end() : Order::const_iterator(found->second);
}

void ImageStore::save(Image image) { save(std::make_shared<const Image>(std::move(image))); }

void ImageStore::save(std::shared_ptr<const Image> image) {
  const auto found = by_id_.find(image->id);
  Key key{image->text("created_at"), image->id};
  if (found != by_id_.end() && found->second->first.created_at == key.created_at) {
    Entry& entry = *found->second->second;
    entry.image = std::move(image);
    entry.json.clear();
    return;
  }
  erase(image->id);
  const std::string id = image->id;
  auto entry = std::make_unique<Entry>(Entry{std::move(image)});
  by_id_[id] = order_.emplace(std::move(key), std::move(entry)).first;
}

bool ImageStore::erase(std::string_view id) {
  const auto found = by_id_.find(std::string(id));
  if (found == by_id_.end()) return false;
  order_.erase(found->second);
  by_id_.erase(found);
  return true;
}

void ImageStore::clear() {
  by_id_.clear();
  order_.clear();
}

const std::string& ImageStore::serialised(const Entry& entry) {
  if (entry.json.empty()) entry.json = entry.image->attributes.dump();
  return entry.json;
}

std::string stable_id(std::string_view text) { return sha256_hex(text).substr(0, 32); }

std::string stable_uuid(std::string_view text) {
  std::string hex = stable_id(text);
  hex[12] = '4';
  hex[16] = "89ab"[static_cast<unsigned char>(hex[16]) & 3U];
  for (const std::size_t at : {8U, 13U, 18U, 23U}) hex.insert(at, "-");
  return hex;
}

}  // namespace retouch::sandbox
