#include "retouch/sandbox/cloudapi_signature.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "retouch/base/digest.hpp"
#include "retouch/base/text.hpp"

namespace retouch::sandbox {
namespace {

constexpr Duration allowed_skew = std::chrono::seconds(300);

using Failure = std::unexpected<CloudApiRefusal>;
using SignatureParameters = std::map<std::string, std::string, std::less<>>;

Failure bad_header(std::string message) {
  return Failure(CloudApiRefusal{.status = 400, .code = "InvalidHeader", .message = std::move(message)});
}
Failure bad_credentials(std::string message = "Invalid authorization credentials supplied") {
  return Failure(CloudApiRefusal{.status = 401, .code = "InvalidCredentials", .message = std::move(message)});
}

// name="value",name="value": no spaces between, letters only in names. In the 0.9 form a space ends the parameters and
// the signature follows.
std::optional<SignatureParameters> read_parameters(std::string_view text, bool old_form) {
  SignatureParameters out;
  while (!text.empty()) {
    const std::size_t equals = text.find('=');
    const std::string_view name = text.substr(0, equals);
    const bool letters =
        std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
    if (equals == std::string_view::npos) return letters ? std::optional(out) : std::nullopt;
    if (!letters || name.empty() || text.size() == equals + 1 || text[equals + 1] != '"') return std::nullopt;
    const std::size_t end = text.find('"', equals + 2);
    if (end == std::string_view::npos) return out;  // the parser there does not mind: the parameter is missing
    out[std::string(name)] = text.substr(equals + 2, end - equals - 2);
    text.remove_prefix(end + 1);
    if (text.empty()) return out;
    if (old_form && text.front() == ' ') {
      out["signature"] = text.substr(1);
      return out;
    }
    if (text.front() != ',') return std::nullopt;
    text.remove_prefix(1);
  }
  return out;
}

// Both parts are known to http-signature; which pairs CloudAPI takes is another list.
bool known_to_the_library(std::string_view algorithm) {
  static constexpr std::array<std::string_view, 5> types = {"rsa", "dsa", "ecdsa", "ed25519", "hmac"};
  static constexpr std::array<std::string_view, 3> hashes = {"sha1", "sha256", "sha512"};
  const std::vector<std::string> parts = split(algorithm, '-');
  return parts.size() == 2 && std::find(types.begin(), types.end(), parts[0]) != types.end() &&
         std::find(hashes.begin(), hashes.end(), parts[1]) != hashes.end();
}

bool taken_by_cloudapi(std::string_view algorithm) {
  static constexpr std::array<std::string_view, 8> algorithms = {"rsa-sha1",     "rsa-sha256",    "rsa-sha512",
                                                                 "dsa-sha1",     "dsa-sha256",    "ecdsa-sha256",
                                                                 "ecdsa-sha512", "ed25519-sha512"};
  return std::find(algorithms.begin(), algorithms.end(), algorithm) != algorithms.end();
}

// The forms that clients send: an HTTP date, the same with UTC for GMT (Go), RFC 3339.
std::optional<Wall> read_date(std::string text) {
  if (text.ends_with(" UTC")) text.replace(text.size() - 3, 3, "GMT");
  const std::optional<Wall> http = parse_http_date(text);
  return http ? http : parse_rfc3339(text);
}

// The lines that are signed, for the names in `headers`; in the 0.9 form the values alone.
std::expected<std::string, CloudApiRefusal> signed_lines(const ServerRequest& request,
                                                         const SignatureParameters& parameters,
                                                         const std::vector<std::string>& headers, bool old_form) {
  std::vector<std::string> lines;
  for (const std::string& name : headers) {
    std::string value;
    if (name == "(request-target)") {
      value = to_lower(request.method) + " " + request.target;
    } else if (name == "request-line") {
      lines.push_back(request.method + " " + request.target + " HTTP/1.1");
      continue;
    } else if (name == "(keyid)" || name == "(algorithm)") {
      value = parameters.find(name == "(keyid)" ? "keyId" : "algorithm")->second;
    } else if (const auto found = request.headers.get(name)) {
      value = *found;
    } else {
      return bad_header(name + " was not in the request");
    }
    lines.push_back(old_form ? value : name + ": " + value);
  }
  return join(lines, "\n");
}

std::expected<SignatureHeader, CloudApiRefusal> read_form(const ServerRequest& request, std::string_view text, Wall now,
                                                          bool old_form) {
  const std::size_t space = text.find(' ');
  const std::optional<SignatureParameters> found = read_parameters(text.substr(space + 1), old_form);
  if (!found) return bad_header("bad param format");
  if (text.substr(0, space) != "Signature") return bad_header("scheme was not \"Signature\"");
  for (const char* name : {"keyId", "algorithm", "signature"}) {
    if (!found->contains(name) || found->find(name)->second.empty()) {
      return bad_header(fmt::format("{} was not specified", name));
    }
  }
  SignatureHeader out{.key_id = found->find("keyId")->second,
                      .algorithm = to_lower(found->find("algorithm")->second),
                      .signature = found->find("signature")->second};
  if (!known_to_the_library(out.algorithm)) return bad_header(found->find("algorithm")->second + " is not supported");
  std::vector<std::string> headers = {"date"};
  if (const auto named = found->find("headers"); named != found->end() && !named->second.empty()) {
    headers = split(to_lower(named->second), ' ');
  }
  auto lines = signed_lines(request, *found, headers, old_form);
  if (!lines) return Failure(lines.error());
  out.signed_text = *std::move(lines);
  if (const std::optional<Wall> date = read_date(std::string(request.headers.get("Date").value_or("")))) {
    const Duration skew = *date > now ? *date - now : now - *date;
    if (skew > allowed_skew) {
      const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(skew).count();
      return bad_header(
          fmt::format("clock skew of {}s was greater than 300s", static_cast<double>(milliseconds) / 1000));
    }
  }
  if (std::find(headers.begin(), headers.end(), "date") == headers.end()) {
    return bad_header("date was not a signed header");
  }
  if (!taken_by_cloudapi(out.algorithm)) return bad_header(out.algorithm + " is not a supported algorithm");
  return out;
}

// X is a key's name or its MD5 fingerprint, exactly.
const NamedKey* find_key(const std::vector<NamedKey>& keys, std::string_view name) {
  const auto found = std::find_if(
      keys.begin(), keys.end(), [&](const NamedKey& key) { return key.name == name || key.key.fingerprint() == name; });
  return found == keys.end() ? nullptr : &*found;
}

bool good_signature(const NamedKey& key, const SignatureHeader& header) {
  const std::size_t dash = header.algorithm.find('-');
  if (header.algorithm.substr(0, dash) != key.key.type()) return false;
  const std::optional<std::string> signature = base64_decode(header.signature);
  return signature && key.key.verifies(header.algorithm.substr(dash + 1), header.signed_text, *signature);
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

const CloudApiAccount* find_account(const CloudApiAccounts& accounts, std::string_view name) {
  const auto found = std::find_if(accounts.begin(), accounts.end(),
                                  [&](const CloudApiAccount& a) { return a.login == name || a.uuid == name; });
  return found == accounts.end() ? nullptr : &*found;
}

std::expected<std::optional<SignatureHeader>, CloudApiRefusal> read_signature(const ServerRequest& request, Wall now) {
  const std::string_view text = request.headers.get("Authorization").value_or("");
  if (text.empty()) return std::nullopt;
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) return bad_header("BasicAuth content is invalid.");
  if (!iequals(text.substr(0, space), "Signature")) return std::nullopt;
  auto found = read_form(request, text, now, false);
  if (found) return *std::move(found);
  auto old = read_form(request, text, now, true);
  if (old) return *std::move(old);
  return bad_header("Authorization header invalid: " + found.error().message);
}

std::expected<CloudApiCaller, CloudApiRefusal> authenticate(const CloudApiAccounts& accounts,
                                                            const std::optional<SignatureHeader>& signature,
                                                            bool with_users) {
  if (!signature) return bad_credentials("You must make authenticated requests to use CloudAPI");
  const std::vector<std::string> parts = split(signature->key_id, '/');
  const bool of_account = parts.size() == 4 && parts[2] == "keys";
  const bool of_user = with_users && parts.size() == 6 && parts[4] == "keys";
  if (!of_account && !of_user) {
    return bad_credentials(fmt::format("Invalid KeyId {} in authorization header", signature->key_id));
  }
  CloudApiCaller caller{.account = find_account(accounts, parts[1])};
  if (caller.account == nullptr) return bad_credentials();
  if (of_user) {
    for (const SubUser& user : caller.account->users) {
      if (user.login == parts[3] || user.uuid == parts[3]) caller.user = &user;
    }
    if (caller.user == nullptr) return bad_credentials();
  }
  const NamedKey* key = find_key(of_user ? caller.user->keys : caller.account->keys, parts.back());
  if (key == nullptr || !good_signature(*key, *signature)) return bad_credentials();
  if (caller.account->disabled) {
    return Failure(CloudApiRefusal{.status = 403, .code = "NotAuthorized", .message = "Account or user is disabled"});
  }
  return caller;
}

std::optional<CloudApiRefusal> authorize(const CloudApiCaller& caller, const CloudApiAccount& owner,
                                         std::string_view as_role, std::string_view path, std::string_view what) {
  const auto forbidden = [](const std::string& thing) {
    return CloudApiRefusal{
        .status = 403, .code = "NotAuthorized", .message = "You do not have permission to access " + thing};
  };
  if (caller.user == nullptr && (caller.account == &owner || caller.account->operates)) return std::nullopt;
  if (caller.user == nullptr) return forbidden(fmt::format("{} ({})", path, what));
  if (as_role.empty()) {
    if (!caller.user->default_roles.empty()) return std::nullopt;
    return forbidden(fmt::format("{} ({})", path, what));
  }
  for (const std::string& role : split(as_role, ',')) {
    if (!contains(caller.user->roles, role)) return forbidden(owner.login);
  }
  return std::nullopt;
}

}  // namespace retouch::sandbox
