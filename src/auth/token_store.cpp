#include "retouch/auth/token_store.hpp"

#include <fmt/format.h>

#include <array>

#include "retouch/base/digest.hpp"
#include "retouch/os/paths.hpp"

namespace retouch::auth {
namespace {

constexpr std::int64_t format = 1;

// Whole nanoseconds since 1970: exact and the same in every locale.
std::int64_t to_number(Wall wall) { return wall.time_since_epoch().count(); }
Wall to_wall(std::int64_t number) { return Wall(Duration(number)); }

Json to_json(const CatalogEndpoint& endpoint) {
  return {{"interface", endpoint.interface},
          {"region", endpoint.region},
          {"region_id", endpoint.region_id},
          {"url", endpoint.url}};
}

std::string text(const Json& object, std::string_view key) { return string_member(object, key).value_or(""); }

std::optional<TokenAnswer> answer_of(const Json& document) {
  const auto expires = integer_member(document, "expires_at");
  const auto date = integer_member(document, "date");
  TokenAnswer answer;
  answer.token = Secret(text(document, "token"));
  answer.project_id = text(document, "project_id");
  if (!expires || !date || answer.token.empty() || answer.project_id.empty()) return std::nullopt;
  answer.expires_at = to_wall(*expires);
  answer.date = to_wall(*date);
  answer.has_date = bool_member(document, "has_date").value_or(false);
  answer.project_name = text(document, "project_name");
  answer.user_name = text(document, "user_name");
  if (const Json* endpoints = find_member(document, "image_endpoints"); endpoints && endpoints->is_array()) {
    for (const auto& item : *endpoints) {
      answer.image_endpoints.push_back({.interface = text(item, "interface"),
                                        .region = text(item, "region"),
                                        .region_id = text(item, "region_id"),
                                        .url = text(item, "url")});
    }
  }
  return answer;
}

bool same_secret(const Json& document, const Account& account) {
  const auto salt = text(document, "salt");
  return !salt.empty() && equal_constant_time(text(document, "check"), secret_check(secret_of(account.login), salt));
}

std::optional<Json> read_document(os::Files& files, const std::string& path, std::string& why) {
  auto content = files.read_private(path, max_token_file);
  if (!content) {
    if (content.error().code != Errc::not_found) why = content.error().message;
    return std::nullopt;
  }
  auto document = parse_json(content->reveal(), "a stored token");
  if (!document || integer_member(*document, "format") != format) {
    why = path + " is damaged or of another version";
    return std::nullopt;
  }
  return std::move(*document);
}

std::optional<Wall> refused_at(const Json& document) {
  const auto at = integer_member(document, "refused_at");
  return at ? std::optional(to_wall(*at)) : std::nullopt;
}

// The clock may have been set back since; a refusal is not forgotten sooner for that, nor kept for ever.
bool is_over(Wall refused, Wall now) {
  const auto distance = now > refused ? now - refused : refused - now;
  return distance >= refusal_memory;
}

}  // namespace

std::string TokenStore::path(const std::string& fingerprint, std::string_view suffix) const {
  return os::join_path(directory_, fingerprint.substr(0, 40) + std::string(suffix));
}

std::string TokenStore::refusal_path(const Account& account, Reach reach) const {
  return path(reach == Reach::credential ? credential_fingerprint(account) : account_fingerprint(account), ".refused");
}

std::string TokenStore::salt() const {
  std::array<std::uint8_t, 16> bytes{};
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random_.next());
  return hex(bytes);
}

std::optional<StoredToken> TokenStore::load(const Account& account, Wall now, std::string* why) const {
  std::string ignored;
  std::string& reason = why ? *why : ignored;
  const auto document = read_document(files_, path(account_fingerprint(account), ".json"), reason);
  if (!document) return std::nullopt;
  auto answer = answer_of(*document);
  const auto obtained = integer_member(*document, "obtained_at");
  if (!answer || !obtained) {
    reason = "the stored token is incomplete";
    return std::nullopt;
  }
  const auto age = now - to_wall(*obtained);
  const auto life = answer->expires_at - answer->date;
  if (age < Duration{0}) {  // then nobody knows how old it is
    reason = "the stored token is from the future: the clock was set back";
    return std::nullopt;
  }
  if (age >= life) return std::nullopt;  // the usual end of a token, nothing to report
  if (!same_secret(*document, account)) {
    reason = "the stored token belongs to another secret";
    return std::nullopt;
  }
  return StoredToken{.answer = std::move(*answer), .age = age};
}

Result<void> TokenStore::save(const Account& account, const TokenAnswer& answer, Wall obtained) const {
  const auto salted = salt();
  Json document{{"format", format},
                {"token", answer.token.reveal()},
                {"expires_at", to_number(answer.expires_at)},
                {"date", to_number(answer.date)},
                {"has_date", answer.has_date},
                {"obtained_at", to_number(obtained)},
                {"project_id", answer.project_id},
                {"project_name", answer.project_name},
                {"user_name", answer.user_name},
                {"salt", salted},
                {"check", secret_check(secret_of(account.login), salted)}};
  for (const auto& endpoint : answer.image_endpoints) document["image_endpoints"].push_back(to_json(endpoint));
  const auto content = compact_json(document);
  if (content.size() > max_token_file) {
    return fail(Errc::too_large, fmt::format("the token is not stored: with {} bytes it is larger than {}",
                                             content.size(), max_token_file));
  }
  return files_.write_private(path(account_fingerprint(account), ".json"), content);
}

std::optional<Error> TokenStore::remembered_refusal(const Account& account, Wall now) const {
  for (const auto reach : {Reach::credential, Reach::project}) {
    std::string why;
    const auto document = read_document(files_, refusal_path(account, reach), why);
    const auto at = document ? refused_at(*document) : std::nullopt;
    if (!at || is_over(*at, now) || !same_secret(*document, account)) continue;
    Error error{.code = Errc::credentials, .reaction = Reaction::auth};
    error.message = fmt::format(
        "{}; refused at {} and not tried again before 6 h are over, the credentials change, or "
        "somebody runs a command by hand (`retouch check`)",
        text(*document, "message"), format_rfc3339(*at));
    error.status = static_cast<int>(integer_member(*document, "status").value_or(0));
    error.cloud_code = text(*document, "code");
    return error;
  }
  return std::nullopt;
}

Result<void> TokenStore::remember_refusal(const Account& account, const Error& refusal, Wall now, Reach reach) const {
  const auto salted = salt();
  const Json document{{"format", format},
                      {"refused_at", to_number(now)},
                      {"message", refusal.message},
                      {"status", refusal.status},
                      {"code", refusal.cloud_code},
                      {"salt", salted},
                      {"check", secret_check(secret_of(account.login), salted)}};
  return files_.write_private(refusal_path(account, reach), compact_json(document));
}

void TokenStore::forget_refusal(const Account& account, Wall now) const {
  for (const auto reach : {Reach::credential, Reach::project}) {
    std::string why;
    const auto document = read_document(files_, refusal_path(account, reach), why);
    const auto at = document ? refused_at(*document) : std::nullopt;
    if (at && (is_over(*at, now) || same_secret(*document, account))) (void)files_.remove(refusal_path(account, reach));
  }
}

Result<std::unique_ptr<os::Files::Lock>> TokenStore::try_lock(const Account& account) const {
  return files_.try_lock(path(account_fingerprint(account), ".lock"), "token\n");
}

}  // namespace retouch::auth
