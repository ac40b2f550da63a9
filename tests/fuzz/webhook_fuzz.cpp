// Pushes that a forge announces: service/webhook. Nobody without the secret may start a fetch.
#include <openssl/hmac.h>

#include <array>

#include "fuzz.hpp"
#include "retouch/base/text.hpp"
#include "retouch/service/webhook.hpp"

using namespace retouch;
using service::WebhookGuard;
using What = service::WebhookVerdict::What;

namespace {

const std::string secret = "a secret of the fuzz target";

std::string signature_of(std::string_view body) {
  std::array<unsigned char, 32> digest{};
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest.data(), nullptr);
  std::string out;
  for (const unsigned char byte : digest) out += {"0123456789abcdef"[byte >> 4U], "0123456789abcdef"[byte & 15U]};
  return out;
}

// "{sign}" and "{secret}" in the input stand for what only the forge knows: an input cannot guess them.
std::string filled_in(std::string value, std::string_view body) {
  for (const auto& [word, meaning] :
       {std::pair<std::string_view, std::string>{"{sign}", signature_of(body)}, {"{secret}", secret}}) {
    if (const auto at = value.find(word); at != std::string::npos) value.replace(at, word.size(), meaning);
  }
  return value;
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

// The rules once more, in other words: each signature that came is right, and one came.
bool is_authentic(WebhookGuard::Type type, const Pairs& headers, std::string_view body) {
  const auto values = [&](std::string_view name) {
    std::vector<std::string> found;
    for (const auto& [key, value] : headers) {
      if (to_lower(key) == name) found.push_back(value);
    }
    return found;
  };
  if (type == WebhookGuard::Type::gitlab) return values("x-gitlab-token") == std::vector<std::string>{secret};
  std::vector<std::string> signatures = values("x-hub-signature-256");
  bool right = signatures.size() <= 1;
  for (const auto& each : signatures) right = right && each == "sha256=" + signature_of(body);
  std::size_t count = signatures.size();
  if (type == WebhookGuard::Type::gitea) {
    for (const auto* name : {"x-gitea-signature", "x-forgejo-signature"}) {
      const auto plain = values(name);
      right = right && plain.size() <= 1 && (plain.empty() || plain.front() == signature_of(body));
      count += plain.size();
    }
  }
  return right && count > 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const auto type = static_cast<WebhookGuard::Type>(input.byte() % 4);
  const bool post = input.byte() % 8 != 7;
  const std::string head(input.part());
  const std::string_view body = input.rest();
  Pairs pairs;
  http::Headers headers;
  for (const auto& line : split(head, '\n')) {
    const auto colon = line.find(": ");
    if (colon == std::string::npos) continue;
    pairs.emplace_back(line.substr(0, colon), filled_in(line.substr(colon + 2), body));
    headers.add(pairs.back().first, pairs.back().second);
  }
  auto guard = WebhookGuard::make(type, Secret(secret)).value();
  const Mono now = Mono{} + std::chrono::hours(1000);
  const auto verdict = guard.judge(post ? "POST" : "PUT", headers, body, now);
  const bool authentic = is_authentic(type, pairs, body);
  fuzz::require(!post || (verdict.what != What::refused) == authentic, "who has the secret is heard, and nobody else",
                head);
  fuzz::require(post || verdict.status == 405, "only POST is a webhook", head);
  fuzz::require(verdict.reason.find(secret) == std::string::npos, "a reason gives no secret away", verdict.reason);
  fuzz::require_showable(verdict.reason, "a reason");
  const auto again = guard.judge("POST", headers, body, now + std::chrono::seconds(5));
  if (verdict.what == What::fetch) {
    // GitLab's pushes have no signature: without the id of a delivery the body is all there is.
    fuzz::require(again.what == What::replay, "a delivery that comes twice starts nothing", head);
  }
  return 0;
}
