// The accounts of a simulated CloudAPI in a seed file, and their keys.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "fields.hpp"
#include "retouch/base/text.hpp"
#include "retouch/sandbox/seed.hpp"
#include "seed_parts.hpp"

namespace retouch::sandbox {
namespace {

// Beside the seed file, unless the path says otherwise.
std::string beside(const Place& place, const std::string& path) {
  return (std::filesystem::path(place.file.text()).parent_path() / path).string();
}

std::vector<NamedKey> load_keys(Fields& owner, const char* what, Diagnostics& diagnostics) {
  std::vector<NamedKey> out;
  for (const yaml::Value* item : owner.children("keys")) {
    Fields fields(item, what, diagnostics);
    std::string line = fields.text("key");
    std::string file = fields.text("key_file");
    const std::string name = fields.text("name");
    if (line.empty() == file.empty()) {
      fields.complain("key", "or `key_file`: exactly one of the two is needed");
      line.clear();
    } else if (!file.empty()) {
      file = beside(item->place, file);
      std::ifstream stream(file);
      if (!std::getline(stream, line)) fields.complain("key_file", fmt::format("names {}, which cannot be read", file));
    }
    fields.finish();
    if (line.empty()) continue;
    auto key = PublicKey::parse(line);
    if (!key) {
      fields.complain(file.empty() ? "key" : "key_file", "is no good: " + key.error());
      continue;
    }
    const std::string own = key->comment().empty() ? key->fingerprint() : key->comment();
    out.push_back({.name = name.empty() ? own : name, .key = *std::move(key), .file = file});
  }
  return out;
}

}  // namespace

void load_accounts(Fields& cloud, CloudSeed& seed, Diagnostics& diagnostics) {
  for (const yaml::Value* item : cloud.children("accounts")) {
    Fields fields(item, "account", diagnostics);
    CloudApiAccount account{.login = fields.required("login")};
    account.uuid = fields.text("uuid", stable_uuid("account " + account.login));
    account.email = fields.text("email", account.login + "@example.com");
    account.keys = load_keys(fields, "account's key", diagnostics);
    account.operates = fields.boolean("operator", false);
    account.disabled = fields.boolean("disabled", false);
    for (const yaml::Value* each : fields.children("users")) {
      Fields of_user(each, "sub-user", diagnostics);
      SubUser user{.login = of_user.required("login")};
      user.uuid = of_user.text("uuid", stable_uuid(fmt::format("user {} {}", account.login, user.login)));
      user.keys = load_keys(of_user, "sub-user's key", diagnostics);
      user.roles = of_user.texts("roles");
      user.default_roles = of_user.texts("default_roles");
      account.users.push_back(std::move(user));
      of_user.finish();
    }
    seed.cloudapi.accounts.push_back(std::move(account));
    fields.finish();
  }
}

}  // namespace retouch::sandbox
