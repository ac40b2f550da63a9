#include "retouch/auth/signing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "retouch/base/digest.hpp"
#include "retouch/base/text.hpp"

namespace retouch::auth {
namespace {

constexpr std::string_view algorithm = "SDK-HMAC-SHA256";

std::string recoded(std::string_view text) { return percent_encode(percent_decode(text).value_or(std::string(text))); }

std::string_view bytes(const Sha256& digest) { return {reinterpret_cast<const char*>(digest.data()), digest.size()}; }

std::string authorization(std::string_view who, const std::vector<std::string>& headers, const Sha256& signature) {
  return fmt::format("{} {}, SignedHeaders={}, Signature={}", algorithm, who, join(headers, ";"), hex(signature));
}

// Those of `names` that the request has.
std::vector<std::string> present(const http::Request& request, std::initializer_list<std::string_view> names) {
  std::vector<std::string> found;
  for (const auto name : names) {
    if (request.headers.get(name)) found.emplace_back(name);
  }
  return found;
}

void add_identity(http::Request& request, const AkskLogin& login, const std::string& project_id) {
  if (!project_id.empty()) request.headers.set("X-Project-Id", project_id);
  if (!login.security_token.empty()) request.headers.set("X-Security-Token", login.security_token.reveal());
}

void sign_access(http::Request& request, const AkskLogin& login, const std::string& project_id,
                 const std::string& date) {
  add_identity(request, login, project_id);
  const auto headers = present(request, {"content-type", "host", "x-project-id", "x-sdk-date", "x-security-token"});
  const auto text = fmt::format("{}\n{}\n{}", algorithm, date, sha256_hex(canonical_request(request, headers)));
  const auto signature = hmac_sha256(login.secret_key.reveal(), text);
  request.headers.set("Authorization", authorization("Access=" + login.access_key, headers, signature));
}

// Region and service stay empty, as the client that is proven against this gateway leaves them.
void sign_credential(http::Request& request, const AkskLogin& login, const std::string& project_id,
                     const std::string& date) {
  const auto headers = present(request, {"content-type", "host", "x-sdk-date"});
  const auto day = date.substr(0, 8);
  const auto scope = day + "///sdk_request";
  const auto text =
      fmt::format("{}\n{}\n{}\n{}", algorithm, date, scope, sha256_hex(canonical_request(request, headers)));
  auto key = hmac_sha256("SDK" + login.secret_key.reveal(), day);
  for (const std::string_view part : {"", "", "sdk_request"}) key = hmac_sha256(bytes(key), part);
  const auto signature = hmac_sha256(bytes(key), text);
  const auto who = fmt::format("Credential={}/{}", login.access_key, scope);
  request.headers.set("Authorization", authorization(who, headers, signature));
  add_identity(request, login, project_id);
}

}  // namespace

std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  for (const auto& part : split(query, '&')) {
    if (part.empty()) continue;
    const auto equals = part.find('=');
    auto name = recoded(std::string_view(part).substr(0, equals));
    auto value = equals == std::string::npos ? std::string() : recoded(std::string_view(part).substr(equals + 1));
    parameters.emplace_back(std::move(name), std::move(value));
  }
  std::ranges::sort(parameters);
  std::string result;
  for (const auto& [name, value] : parameters) {
    if (!result.empty()) result += '&';
    result.append(name).append("=").append(value);
  }
  return result;
}

std::string canonical_path(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  std::string result;
  for (const auto& segment : split(path, '/')) result.append(recoded(segment)).append("/");
  return result;
}

std::string canonical_request(const http::Request& request, const std::vector<std::string>& signed_headers) {
  std::string headers;
  for (const auto& name : signed_headers) {
    headers.append(name).append(":").append(trim(request.headers.get(name).value_or(""))).append("\n");
  }
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, canonical_path(request.url.path),
                     canonical_query(request.url.query), headers, join(signed_headers, ";"), sha256_hex(request.body));
}

void sign(http::Request& request, const AkskLogin& login, const std::string& project_id, Wall now) {
  for (const auto name : {"Authorization", "X-Project-Id", "X-Security-Token"}) request.headers.remove(name);
  const auto date = format_basic_utc(now);
  request.headers.set("Host", http::host_header(request.url.origin));
  request.headers.set("X-Sdk-Date", date);
  if (login.variant == AkskLogin::Variant::access) {
    sign_access(request, login, project_id, date);
  } else {
    sign_credential(request, login, project_id, date);
  }
  request.headers.remove("Host");  // the transport writes it, from the same origin
}

}  // namespace retouch::auth
