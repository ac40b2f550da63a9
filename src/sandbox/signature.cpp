#include "retouch/sandbox/signature.hpp"

#include <algorithm>
#include <optional>

#include "retouch/base/digest.hpp"
#include "retouch/base/text.hpp"

namespace retouch::sandbox {
namespace {

constexpr std::string_view algorithm = "SDK-HMAC-SHA256";
constexpr Duration allowed_skew = std::chrono::minutes(15);
constexpr Duration lock_time = std::chrono::minutes(5);
constexpr int allowed_failures = 5;

struct Authorization {
  std::string access_key, scope, signature;  // scope: variant B only, "date/region/service/sdk_request"
  std::vector<std::string> headers;
};

std::optional<Authorization> read_authorization(std::string_view value) {
  if (!value.starts_with(algorithm)) return std::nullopt;
  Authorization out;
  for (const std::string& item : split(value.substr(algorithm.size()), ',')) {
    const std::string_view part = trim(item);
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view name = part.substr(0, equals);
    const std::string text(part.substr(equals + 1));
    if (name == "Access") {
      out.access_key = text;
    } else if (name == "Credential") {
      const std::size_t slash = text.find('/');
      if (slash == std::string::npos) return std::nullopt;
      out.access_key = text.substr(0, slash);
      out.scope = text.substr(slash + 1);
    } else if (name == "SignedHeaders") {
      out.headers = split(text, ';');
    } else if (name == "Signature") {
      out.signature = text;
    }
  }
  return out.access_key.empty() || out.signature.empty() ? std::nullopt : std::optional(out);
}

// Each segment decoded and encoded again, and a slash at the end whether it was sent or not.
std::string canonical_path(std::string_view path) {
  std::string out;
  for (const std::string& segment : split(path, '/')) {
    if (!out.empty() || !segment.empty()) out += percent_encode(percent_decode(segment).value_or(segment));
    out += '/';
  }
  while (out.size() > 1 && out.ends_with("//")) out.pop_back();
  return out.starts_with('/') ? out : "/" + out;
}

std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> items;
  for (const auto& [name, value] : Query(query).items())
    items.emplace_back(percent_encode(name), percent_encode(value));
  std::sort(items.begin(), items.end());
  std::string out;
  for (const auto& [name, value] : items) out += (out.empty() ? "" : "&") + name + "=" + value;
  return out;
}

std::string canonical_request(const ServerRequest& request, const std::vector<std::string>& signed_headers) {
  std::string out = request.method + "\n" + canonical_path(request.path) + "\n" + canonical_query(request.query) + "\n";
  for (const std::string& name : signed_headers) {
    out += name + ":" + std::string(trim(request.headers.get(name).value_or(""))) + "\n";
  }
  out += "\n" + join(signed_headers, ";") + "\n";
  const auto given_hash = request.headers.get("X-Sdk-Content-Sha256");
  return out + (given_hash ? std::string(*given_hash) : sha256_hex(request.body));
}

std::string_view bytes(const Sha256& digest) { return {reinterpret_cast<const char*>(digest.data()), digest.size()}; }

std::string expected_signature(const Authorization& authorization, const std::string& secret, const std::string& date,
                               const std::string& canonical) {
  if (authorization.scope.empty()) {
    const std::string to_sign = std::string(algorithm) + "\n" + date + "\n" + sha256_hex(canonical);
    return hex(hmac_sha256(secret, to_sign));
  }
  std::string key = "SDK" + secret;
  for (const std::string& part : split(authorization.scope, '/')) {
    const Sha256 next = hmac_sha256(key, part);
    key = std::string(bytes(next));
  }
  const std::string to_sign =
      std::string(algorithm) + "\n" + date + "\n" + authorization.scope + "\n" + sha256_hex(canonical);
  return hex(hmac_sha256(key, to_sign));
}

// "20260102T030405Z".
std::optional<Wall> read_date(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  std::string rfc = std::string(text);
  for (const std::size_t at : {13U, 11U}) rfc.insert(at, ":");
  for (const std::size_t at : {6U, 4U}) rfc.insert(at, "-");
  return parse_rfc3339(rfc);
}

bool names(const std::vector<std::string>& headers, std::string_view name) {
  return std::find(headers.begin(), headers.end(), name) != headers.end();
}

std::unexpected<GatewayFailure> refuse(std::string_view code, std::string_view message) {
  return std::unexpected(GatewayFailure{401, std::string(code), std::string(message)});
}

}  // namespace

std::expected<const AccessKey*, GatewayFailure> SignatureCheck::check(const ServerRequest& request,
                                                                      const Directory& directory, Wall now) {
  const auto wrong = [] {
    return refuse("APIGW.0301", "Incorrect IAM authentication information: verify aksk signature fail");
  };
  const auto authorization = read_authorization(request.headers.get("Authorization").value_or(""));
  if (!authorization || !names(authorization->headers, "x-sdk-date")) return wrong();
  Failures& failures = failures_[authorization->access_key];
  if (failures.in_a_row > allowed_failures && now - failures.last < lock_time) {
    return refuse("APIGW.0301",
                  "Incorrect IAM authentication information: AK access failed to reach the limit,forbidden");
  }
  const std::string date(request.headers.get("X-Sdk-Date").value_or(""));
  const std::optional<Wall> signed_at = read_date(date);
  if (!signed_at || *signed_at > now + allowed_skew || *signed_at < now - allowed_skew) {
    return refuse("APIGW.0303", "Incorrect app authentication information: signature expired");
  }
  const AccessKey* key = directory.access_key(authorization->access_key);
  const std::string canonical = canonical_request(request, authorization->headers);
  const bool dated = authorization->scope.empty() || authorization->scope.starts_with(date.substr(0, 8) + "/");
  const bool good = key != nullptr && dated &&
                    equal_constant_time(authorization->signature,
                                        expected_signature(*authorization, key->secret_key, date, canonical)) &&
                    request.headers.get("X-Security-Token").value_or("") == key->security_token;
  if (!good) {
    ++failures.in_a_row;
    failures.last = now;
    return wrong();
  }
  failures.in_a_row = 0;
  return key;
}

}  // namespace retouch::sandbox
