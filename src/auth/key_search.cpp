#include "key_search.hpp"

#include <fmt/format.h>

#include "retouch/os/paths.hpp"

namespace retouch::auth {
namespace {

constexpr std::string_view ways = "write `key: {file: PATH}`, or `agent: true` to use the ssh-agent";

// The public half of whatever key this is; "" = none that could be meant.
std::string public_half(const Secret& text, const std::string& path, const AccountSources& sources) {
  if (!is_encrypted_key(text)) {
    const auto key = SshKey::read(text, path);
    return key ? key->public_blob() : std::string();
  }
  if (auto blob = public_blob_of_encrypted(text); !blob.empty()) return blob;
  const auto line = sources.files.read(path + ".pub", max_key_file);
  return line ? public_blob_of_line(*line) : std::string();
}

std::optional<Secret> read_candidate(const std::string& path, const AccountSources& sources) {
  const auto info = sources.files.info(path);
  if (!info || !*info || !(*info)->regular || (*info)->size > max_key_file) return std::nullopt;
  auto text = sources.files.read(path, max_key_file);
  if (!text) return std::nullopt;
  Secret secret(*std::move(text));
  if (secret.reveal().find(" PRIVATE KEY-----") == std::string::npos) return std::nullopt;
  return secret;
}

}  // namespace

Result<void> check_key_file(const std::string& path, const AccountSources& sources) {
  const auto info = sources.files.info(path);
  if (!info || !*info || !(*info)->regular || !(*info)->owned_by_user || !(*info)->readable_by_others) return {};
  for (const auto& mount :
       {sources.environment.get("CREDENTIALS_DIRECTORY").value_or(""), std::string("/run/credentials"),
        std::string("/run/secrets"), std::string("/var/run/secrets")}) {
    if (!mount.empty() && path.starts_with(mount + "/")) return {};
  }
  return fail(Errc::untrusted, fmt::format("others can read the private key {}, which ssh would not use either; chmod "
                                           "600 it (and if they had the time, make a new one)",
                                           path));
}

Result<FoundKey> find_key(const KeyId& key_id, const AccountSources& sources) {
  const auto home = os::home_directory(sources.environment);
  if (!home)
    return fail(Errc::not_found, fmt::format("without HOME there is no ~/.ssh to look for the key in; {}", ways));
  const auto directory = os::join_path(*home, ".ssh");
  const auto names = sources.files.list_tree(directory, max_searched_files, /*recursively=*/false);
  if (!names) {
    return fail(names.error().code == Errc::too_large ? Errc::too_large : Errc::not_found,
                fmt::format("no key {} was found: {}; {}", key_id.text, names.error().message, ways));
  }
  int seen = 0;
  for (const auto& name : *names) {
    if (name.ends_with(".pub")) continue;
    const auto path = os::join_path(directory, name);
    auto text = read_candidate(path, sources);
    const auto blob = text ? public_half(*text, path, sources) : std::string();
    if (blob.empty()) continue;
    ++seen;
    if (!key_id.matches(fingerprints(blob))) continue;
    const auto info = sources.files.info(path);
    if (info && *info && (*info)->writable_by_others) {
      return fail(Errc::untrusted, fmt::format("{} can be written by others; chmod go-w it", path));
    }
    RETOUCH_CHECK(check_key_file(path, sources));
    RETOUCH_CHECK(SshKey::read(*text, path));  // says that it is encrypted
    return FoundKey{.text = *std::move(text), .path = path};
  }
  return fail(Errc::not_found, fmt::format("none of the {} private keys in {} has the fingerprint {}; {}", seen,
                                           directory, key_id.text, ways));
}

}  // namespace retouch::auth
