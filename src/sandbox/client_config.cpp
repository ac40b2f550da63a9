#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "retouch/sandbox/host.hpp"

namespace retouch::sandbox {
namespace {

Result<void> write_file(const std::string& path, const std::string& content, mode_t mode) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  const bool written = file >= 0 && ::fchmod(file, mode) == 0 &&
                       ::write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size());
  const int error = errno;
  if (file >= 0) ::close(file);
  if (!written) return fail(Errc::io, fmt::format("cannot write {}: {}", path, std::system_category().message(error)));
  return {};
}

// A JSON text is a YAML text, with every character that could mean something escaped.
std::string quoted(const std::string& text) { return Json(text).dump(); }

std::string name_of_domain(const Directory& directory, const std::string& id) {
  const Domain* domain = directory.domain(id);
  return domain == nullptr ? "" : domain->name;
}

struct Entry {
  std::string yaml, secret;
};

Entry password_entry(const Cloud& cloud, const User& user, const std::string& secret_file) {
  const Directory& directory = cloud.seed().directory;
  const Project& project = *directory.project(user.project_ids.front());
  return {
      fmt::format(
          "    auth:\n      type: password\n      auth_url: {}\n      username: {}\n      user_domain_name: {}\n"
          "      project_name: {}\n      project_domain_name: {}\n      password: {{file: {}}}\n",
          quoted(cloud.identity_url() + "/v3"), quoted(user.name), quoted(name_of_domain(directory, user.domain_id)),
          quoted(project.name), quoted(name_of_domain(directory, project.domain_id)), quoted(secret_file)),
      user.password};
}

Entry key_entry(const Cloud& cloud, const AccessKey& key, const std::string& secret_file) {
  return {fmt::format(
              "    endpoint: {}\n    auth:\n      type: aksk\n      access_key: {}\n      secret_key: {{file: {}}}\n"
              "      project_id: {}\n",
              quoted(cloud.image_url()), quoted(key.access_key), quoted(secret_file), quoted(key.project_id)),
          key.secret_key};
}

// The private key is expected beside the public one, as ssh-keygen leaves it; it is named, not copied.
Result<Entry> signature_entry(const Cloud& cloud) {
  for (const CloudApiAccount& account : cloud.seed().cloudapi.accounts) {
    for (const NamedKey& key : account.keys) {
      if (!key.file.ends_with(".pub")) continue;
      const std::string file = std::filesystem::absolute(key.file.substr(0, key.file.size() - 4)).string();
      return Entry{.yaml = fmt::format(
                       "    auth:\n      url: {}\n      account: {}\n      key_id: {}\n      key: {{file: {}}}\n",
                       quoted(cloud.image_url()), quoted(account.login), quoted(key.key.sha256()), quoted(file))};
    }
  }
  return fail(
      Errc::invalid_input,
      fmt::format("cloud {}: the seed file has no account with a `key_file` that ends in .pub", cloud.seed().name));
}

Result<Entry> entry_of(const Cloud& cloud, const std::string& secret_file) {
  if (cloud.seed().type == CloudType::triton) return signature_entry(cloud);
  const Directory& directory = cloud.seed().directory;
  for (const User& user : directory.users) {
    if (!user.project_ids.empty()) return password_entry(cloud, user, secret_file);
  }
  if (!directory.access_keys.empty()) return key_entry(cloud, directory.access_keys.front(), secret_file);
  return fail(Errc::invalid_input,
              fmt::format("cloud {}: the seed file has no user with a project and no access key", cloud.seed().name));
}

}  // namespace

Result<void> write_client_config(const Host& host, const std::string& directory, const std::string& manifests) {
  std::error_code error;
  std::filesystem::create_directories(directory + "/secrets", error);
  if (error) return fail(Errc::io, fmt::format("cannot make {}/secrets: {}", directory, error.message()));
  std::filesystem::permissions(directory + "/secrets", std::filesystem::perms::owner_all, error);
  std::string text = "# Written by retouch-sandbox: points retouch at the simulated clouds.\nclouds:\n";
  for (const auto& cloud : host.clouds()) {
    const CloudSeed& seed = cloud->seed();
    const std::string secret_file = "secrets/" + seed.name;
    RETOUCH_TRY(const Entry entry, entry_of(*cloud, secret_file));
    text += fmt::format("  {}:\n    provider: {}\n", quoted(seed.name), to_string(seed.type));
    if (seed.type != CloudType::triton) text += fmt::format("    region: {}\n", quoted(seed.identity.region));
    text += entry.yaml;
    if (!seed.client_limits.empty()) text += fmt::format("    limits: {}\n", seed.client_limits);
    if (!entry.secret.empty()) RETOUCH_CHECK(write_file(directory + "/" + secret_file, entry.secret, 0600));
  }
  const std::string path = std::filesystem::absolute(manifests).lexically_normal().string();
  text += fmt::format(
      "sources:\n  - {{name: site, directory: {{path: {}}}}}\npolicy: {{mode: enforce}}\nstate: {{path: state}}\n",
      quoted(path));
  return write_file(directory + "/retouch.yaml", text, 0644);
}

}  // namespace retouch::sandbox
