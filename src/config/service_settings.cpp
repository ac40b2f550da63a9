#include "service_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "auth_settings.hpp"
#include "reader.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"
#include "retouch/http/trust.hpp"
#include "retouch/os/activation.hpp"

namespace retouch::config {
namespace {

using yaml::Value;

bool is_commit(std::string_view text) {
  const auto hexadecimal = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == 40 && std::ranges::all_of(text, hexadecimal);
}

void read_ref(const Value& value, GitSource& git, Diagnostics& diagnostics) {
  if (value.kind != yaml::Kind::mapping || value.members.size() != 1) return;
  const auto& [key, name] = value.members.front();
  git.ref = name.text;
  if (key.text == "branch") git.ref_kind = GitSource::RefKind::branch;
  if (key.text == "tag") git.ref_kind = GitSource::RefKind::tag;
  if (key.text == "commit") {
    git.ref_kind = GitSource::RefKind::commit;
    if (is_commit(git.ref)) return;
    diagnostics.error(name.place, fmt::format("`commit` must be a whole commit id (40 of 0-9a-f), not `{}`{}",
                                              printable(git.ref, 100),
                                              git.ref.size() == 64 ? ": SHA-256 repositories are not read" : ""));
  }
}

Webhook read_webhook(const Value& value, const std::string& directory, const std::vector<Source>& sources,
                     Diagnostics& diagnostics) {
  Webhook webhook{.place = value.place};
  if (const auto* listen = value.find("listen")) webhook.listen = to_listen(*listen).value_or(ListenAddress{});
  if (const auto* secret = value.find("secret")) webhook.secret = secret_value(*secret, directory);
  const Reader from(&value);
  from.text("source", webhook.source);
  std::string type;
  from.text("type", type);
  if (type == "gitlab") webhook.type = Webhook::Type::gitlab;
  if (type == "gitea") webhook.type = Webhook::Type::gitea;
  if (type == "generic") webhook.type = Webhook::Type::generic;
  std::vector<std::string> names;
  for (const Source& source : sources) {
    if (source.git) names.push_back(source.name);
  }
  const auto* given = value.find("source");
  if (given && std::ranges::find(names, webhook.source) == names.end()) {
    diagnostics.error(given->place,
                      fmt::format("`{}` is none of the Git sources{}", printable(webhook.source, 100),
                                  names.empty() ? " (there is none)" : ""),
                      did_you_mean(webhook.source, names));
  }
  return webhook;
}

// What is sent there says which images changed, and to what: not for everyone on the way.
void check_notified(const Value& url, Diagnostics& diagnostics) {
  const auto parsed = http::parse_url(url.text);
  if (!parsed) {
    diagnostics.error(url.place, "`url`: " + parsed.error().message);
    return;
  }
  if (!parsed->origin.tls && !http::is_loopback(parsed->origin)) {
    diagnostics.error(url.place, fmt::format("`url`: {} is http; notifications leave this machine over https only",
                                             to_string(parsed->origin)));
    return;
  }
  const auto trusted = http::check_endpoint(*parsed, {});
  if (!trusted) diagnostics.error(url.place, "`url`: " + trusted.error().message);
}

}  // namespace

std::optional<ListenAddress> to_listen(const Value& value) {
  if (value.kind != yaml::Kind::scalar) return std::nullopt;
  const std::string_view text = value.text;
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  std::string address(text.substr(0, colon));
  const bool bracketed = address.front() == '[' && address.back() == ']';
  if (bracketed) address = address.substr(1, address.size() - 2);
  // Two ways to write one address must not pass for two listeners, nor miss the socket that systemd opened.
  const auto canonical = os::canonical_address(address);
  if (!canonical || canonical->contains(':') != bracketed) return std::nullopt;
  ListenAddress result{.address = *canonical};
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, result.port);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return result;
}

GitSource read_git(const Value& value, const std::string& directory, Diagnostics& diagnostics) {
  GitSource git{.place = value.place};
  const Reader from(&value);
  from.text("url", git.url);
  from.text("path", git.path);
  from.duration("interval", git.interval);
  from.duration("timeout", git.timeout);
  from.at("verify").path("allowed_signers", directory, git.allowed_signers);
  from.boolean("fast_forward_only", git.fast_forward_only);
  if (const auto* ref = value.find("ref")) read_ref(*ref, git, diagnostics);
  return git;
}

Service read_service(const Value& value, const std::string& directory, const std::vector<Source>& sources,
                     Diagnostics& diagnostics) {
  Service service;
  const Reader from(&value);
  if (const auto* listen = value.find("listen")) service.listen = to_listen(*listen).value_or(service.listen);
  from.path("socket", directory, service.socket);
  service.readers = from.texts("readers");
  service.operators = from.texts("operators");
  if (const auto* webhook = value.find("webhook"); webhook && !webhook->is_null()) {
    service.webhook = read_webhook(*webhook, directory, sources, diagnostics);
    if (service.webhook->listen == service.listen) {
      diagnostics.error(webhook->place,
                        "`webhook` needs a listener of its own: forges reach it, and must not reach the status page");
    }
  }
  return service;
}

std::vector<Notification> read_notifications(const Value& value, const std::string& directory,
                                             Diagnostics& diagnostics) {
  std::vector<Notification> result;
  for (const Value& item : value.items) {
    const auto* webhook = item.find("webhook");
    if (webhook == nullptr) continue;
    Notification notification{.place = webhook->place};
    Reader(webhook).text("url", notification.url);
    if (const auto* url = webhook->find("url"); url && !notification.url.empty()) check_notified(*url, diagnostics);
    if (const auto* secret = webhook->find("secret")) notification.secret = secret_value(*secret, directory);
    result.push_back(std::move(notification));
  }
  return result;
}

Diagnostics check_for_run(const Settings& settings) {
  Diagnostics diagnostics;
  const Place file{.file = settings.file, .line = 1, .column = 1};
  if (settings.clouds.empty()) diagnostics.error(file, "`run` needs at least one cloud in `clouds`");
  if (settings.sources.empty()) diagnostics.error(file, "`run` needs at least one source in `sources`");
  for (const Cloud& cloud : settings.clouds) {
    if (cloud.policy.mode != Mode::unset) continue;
    diagnostics.error(cloud.place, fmt::format("what may `run` do on `{}`? Say `policy: {{mode: report}}` (only look) "
                                               "or `mode: enforce` (write), for this cloud or for all",
                                               cloud.name));
  }
  return diagnostics;
}

}  // namespace retouch::config
