// SSH keys as files hold them, and answers of an ssh-agent: auth/openssh_key, auth/agent_protocol, auth/ssh_key.
#include "auth/agent_protocol.hpp"
#include "auth/openssh_key.hpp"
#include "fuzz.hpp"
#include "retouch/base/digest.hpp"

using namespace retouch;

namespace {

constexpr std::string_view begin = "-----BEGIN OPENSSH PRIVATE KEY-----\n",
                           end = "\n-----END OPENSSH PRIVATE KEY-----\n";

void check_key(const std::string& text) {
  const auto key = auth::read_openssh_key(Secret(text));
  if (!key) {
    fuzz::require_showable(describe(key.error()), "an error");
    return;
  }
  fuzz::require(key->encrypted == key->parts.empty(), "an encrypted key has no parts, another has");
  fuzz::require(!key->type.empty() && !key->public_blob.empty(), "a key has a type and a public half", key->type);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const auto kind = input.byte() % 4;
  const std::string text(input.rest());
  if (kind == 0) check_key(text);
  // The container itself, so that the input need not be base64.
  if (kind == 1)
    check_key(std::string(begin) + base64({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}) +
              std::string(end));
  if (kind == 2) {
    const auto identities = auth::read_identities(text);
    if (!identities) fuzz::require_showable(describe(identities.error()), "an error");
    const auto signature = auth::read_agent_signature(text, "blob");
    if (signature) fuzz::require(!signature->algorithm.empty(), "a signature names its algorithm");
    if (!signature) fuzz::require_showable(describe(signature.error()), "an error");
  }
  if (kind == 3) {
    const auto blob = auth::public_blob_of_line(text);
    const auto prints = auth::fingerprints(blob);
    fuzz::require(auth::parse_key_id(prints.md5).matches(prints) && auth::parse_key_id(prints.sha256).matches(prints),
                  "a key is found by its own fingerprints", prints.md5);
    auth::parse_key_id(text);
    const auto key = auth::SshKey::read(Secret(text), "key");
    if (!key) fuzz::require_showable(describe(key.error()), "an error");
  }
  return 0;
}
