#include <algorithm>
#include <array>

#include "retouch/base/digest.hpp"
#include "retouch/base/text.hpp"
#include "retouch/service/webhook.hpp"

namespace retouch::service {

namespace {

using What = WebhookVerdict::What;
using Type = WebhookGuard::Type;

struct SignatureHeader {
  std::string_view name;
  std::string_view prefix;  // before the hexadecimal digits
};
constexpr std::array<SignatureHeader, 3> signature_headers{{
    {"X-Hub-Signature-256", "sha256="},
    {"X-Gitea-Signature", ""},
    {"X-Forgejo-Signature", ""},
}};

std::vector<std::string_view> all_of(const http::Headers& headers, std::string_view name) {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : headers.all()) {
    if (iequals(key, name)) values.push_back(value);
  }
  return values;
}

bool reads(Type type, const SignatureHeader& header) { return type == Type::gitea || !header.prefix.empty(); }

// Of the headers that tell what happened the forge's own comes first: Gitea sends GitHub's, too.
std::string_view event_of(const http::Headers& headers, Type type) {
  static constexpr std::array<std::string_view, 3> gitea{"X-Forgejo-Event", "X-Gitea-Event", "X-GitHub-Event"};
  static constexpr std::array<std::string_view, 1> gitlab{"X-Gitlab-Event"};
  static constexpr std::array<std::string_view, 1> github{"X-GitHub-Event"};
  const auto look = [&](const auto& names) {
    for (const auto name : names) {
      if (const auto value = headers.get(name)) return *value;
    }
    return std::string_view{};
  };
  return type == Type::gitea ? look(gitea) : type == Type::gitlab ? look(gitlab) : look(github);
}

// Everything that moves a branch or a tag. Without a header it is a push, too: `generic` senders have only that to say.
bool is_push(std::string_view event) {
  static constexpr std::array<std::string_view, 7> events{"",          "push",          "create",     "delete",
                                                          "Push Hook", "Tag Push Hook", "System Hook"};
  return std::ranges::find(events, event) != events.end();
}

}  // namespace

bool Recently::contains(const std::string& key, Mono now) {
  forget(now);
  return known_.contains(key);
}

void Recently::add(std::string key, Mono now) {
  forget(now);
  if (!known_.insert(key).second) return;
  in_order_.emplace_back(now, std::move(key));
  if (in_order_.size() > most) {
    known_.erase(in_order_.front().second);
    in_order_.pop_front();
  }
}

void Recently::forget(Mono now) {
  while (!in_order_.empty() && now - in_order_.front().first >= memory) {
    known_.erase(in_order_.front().second);
    in_order_.pop_front();
  }
}

Result<WebhookGuard> WebhookGuard::make(Type type, Secret secret) {
  if (secret.empty()) {
    return fail(Errc::invalid_input, "the secret of `service.webhook` is empty: whoever wants could sign with it");
  }
  return WebhookGuard(type, std::move(secret));
}

// "" = it is authentic. The reason goes to whoever asked, so it tells nothing that he does not know.
std::string WebhookGuard::why_not_authentic(const http::Headers& headers, std::string_view body) const {
  if (type_ == Type::gitlab) {
    const auto tokens = all_of(headers, "X-Gitlab-Token");
    if (tokens.size() != 1) return tokens.empty() ? "no X-Gitlab-Token" : "more than one X-Gitlab-Token";
    // Digests are compared, so that the time does not even tell the secret's length.
    const auto given = sha256_hex(tokens.front()), own = sha256_hex(secret_.reveal());
    return equal_constant_time(given, own) ? "" : "the token is not the one of this webhook";
  }
  const std::string expected = hex(hmac_sha256(secret_.reveal(), body));
  bool any = false;
  for (const auto& header : signature_headers) {
    if (!reads(type_, header)) continue;
    const auto values = all_of(headers, header.name);
    if (values.size() > 1) return "more than one " + std::string(header.name);
    if (values.empty()) continue;
    any = true;
    if (!equal_constant_time(values.front(), std::string(header.prefix) + expected)) {
      return "the signature does not fit: another secret, or not the body that was signed";
    }
  }
  if (any) return "";
  return headers.get("X-Hub-Signature") ? "only a SHA-1 signature, which is not taken" : "no signature";
}

// By the id of the delivery, which a forge keeps when it tries again; and, as that is not signed, by what is.
bool WebhookGuard::seen_before(const http::Headers& headers, std::string_view body, Mono now) {
  static constexpr std::array<std::string_view, 4> ids{"X-GitHub-Delivery", "X-Gitea-Delivery", "X-Forgejo-Delivery",
                                                       "X-Gitlab-Event-UUID"};
  std::vector<std::string> keys;
  for (const auto name : ids) {
    if (const auto id = headers.get(name)) keys.push_back(sha256_hex(std::string(name) + "\n" + std::string(*id)));
  }
  // GitLab signs nothing: who can repeat its token can change the body, too. And two of its pushes may well be the same
  // to the byte (back and forth between two commits).
  std::string digest = type_ == Type::gitlab && !keys.empty() ? "" : sha256_hex(body);
  bool seen = !digest.empty() && bodies_.contains(digest, now);
  for (const auto& key : keys) seen = seen || deliveries_.contains(key, now);
  if (seen) return true;  // and nothing of it is kept: invented ids must not push the true ones out
  for (auto& key : keys) deliveries_.add(std::move(key), now);
  if (!digest.empty()) bodies_.add(std::move(digest), now);
  return false;
}

WebhookVerdict WebhookGuard::push(Mono now) {
  if (next_fetch_ > now + pace) {  // one that has not begun was promised already
    return {.what = What::coalesced, .status = 202, .reason = "shares a fetch with the last one"};
  }
  const Mono at = std::max(now, next_fetch_);
  next_fetch_ = at + pace;
  return {.what = What::fetch, .status = 202, .reason = "the source is fetched", .at = at};
}

WebhookVerdict WebhookGuard::judge(std::string_view method, const http::Headers& headers, std::string_view body,
                                   Mono now) {
  if (method != "POST") return {.status = 405, .reason = "webhooks are POSTed"};
  if (body.size() > max_body) return {.status = 413, .reason = "the body is larger than 1 MiB"};
  if (auto why = why_not_authentic(headers, body); !why.empty()) return {.status = 401, .reason = std::move(why)};
  const auto event = event_of(headers, type_);
  if (event == "ping") return {.what = What::ping, .status = 200, .reason = "pong"};
  if (!is_push(event)) return {.what = What::ignored, .status = 200, .reason = "only pushes are of interest"};
  if (seen_before(headers, body, now)) {
    return {.what = What::replay, .status = 202, .reason = "this delivery was here before"};
  }
  return push(now);
}

}  // namespace retouch::service
