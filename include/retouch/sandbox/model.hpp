// What a simulated cloud holds: who may log in, and the images. Pure values, no clock.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retouch/base/json.hpp"

namespace retouch::sandbox {

struct Domain {
  std::string id, name;
};
struct Project {
  std::string id, name, domain_id;
};
struct User {
  std::string id, name, domain_id, password;
  std::vector<std::string> project_ids;  // where the user has a role
  std::string default_project_id;        // "" = none
  bool admin = false;
};
struct ApplicationCredential {
  std::string id, name, secret, user_id, project_id;
};
struct AccessKey {
  std::string access_key, secret_key, project_id;
  std::string security_token{};  // temporary credentials; "" = permanent ones
};

// Everything that identifies a caller. Lookups return nullptr when there is no such thing.
struct Directory {
  std::vector<Domain> domains;
  std::vector<Project> projects;
  std::vector<User> users;
  std::vector<ApplicationCredential> application_credentials;
  std::vector<AccessKey> access_keys;

  const Domain* domain(std::string_view id) const;
  const Domain* domain_named(std::string_view name) const;
  const Project* project(std::string_view id) const;
  const Project* project_named(std::string_view name, std::string_view domain_id) const;
  const User* user(std::string_view id) const;
  const User* user_named(std::string_view name, std::string_view domain_id) const;
  const AccessKey* access_key(std::string_view access_key) const;
};

// Who sends a request, once it is authenticated.
struct Caller {
  std::string user_id{};
  std::string project_id{};  // "" = the token has no project
  bool admin = false;
};

// An image is its JSON object, exactly as the image service shows it: known members and custom properties side by side.
struct Image {
  std::string id;
  Json attributes = Json::object();

  std::string text(std::string_view name) const;  // "" when absent, null or no text
  bool owned_by(const Caller& caller) const { return !caller.project_id.empty() && text("owner") == caller.project_id; }
};

// The images of one cloud, newest first (created_at, then id, descending): the order of a listing that asks for none.
class ImageStore {
 public:
  // Newest first, as std::map orders its keys.
  struct Key {
    std::string created_at, id;
    bool operator<(const Key& other) const {
      return created_at != other.created_at ? created_at > other.created_at : id > other.id;
    }
  };
  struct Entry {
    std::shared_ptr<const Image> image;  // shared with the seed until it is changed
    mutable std::string json{};          // the serialised image, made when first asked for; "" = not made
  };
  using Order = std::map<Key, std::unique_ptr<Entry>>;

  const Image* find(std::string_view id) const;
  Order::const_iterator position(std::string_view id) const;  // end() when there is no such image
  const Order& all() const { return order_; }
  // The same images by id, ascending: the order that clients page through a large cloud with.
  using ById = std::map<std::string, Order::iterator, std::less<>>;
  const ById& by_id() const { return by_id_; }
  std::size_t size() const { return order_.size(); }

  // Writes the whole image as its writer saw it, over whatever is there by now: this is how updates get lost.
  void save(Image image);
  void save(std::shared_ptr<const Image> image);
  bool erase(std::string_view id);
  void clear();

  static const std::string& serialised(const Entry& entry);

 private:
  Order order_;
  ById by_id_;
};

// Ids that are the same in every run: 32 hex digits, or in the form of a UUID, made from any text.
std::string stable_id(std::string_view text);
std::string stable_uuid(std::string_view text);

}  // namespace retouch::sandbox
