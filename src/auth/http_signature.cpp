#include "retouch/auth/http_signature.hpp"

#include <fmt/format.h>

#include "retouch/base/digest.hpp"
#include "retouch/base/text.hpp"

namespace retouch::auth {
namespace {

std::string value_of(const http::Request& request, std::string_view name) {
  if (name == "(request-target)") return to_lower(request.method) + " " + request.url.target();
  if (const auto value = request.headers.get(name)) return std::string(trim(*value));
  return name == "host" ? http::host_header(request.url.origin) : std::string();
}

}  // namespace

std::string signing_string(const http::Request& request, std::span<const std::string_view> names) {
  std::string text;
  for (const auto name : names) {
    if (!text.empty()) text += '\n';
    text.append(name).append(": ").append(value_of(request, name));
  }
  return text;
}

std::string signature_header(std::string_view key_id, std::string_view algorithm,
                             std::span<const std::string_view> names, std::string_view signature) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(signature.data());
  return fmt::format(R"(Signature keyId="{}",algorithm="{}",headers="{}",signature="{}")", key_id, algorithm,
                     fmt::join(names, " "), base64({bytes, signature.size()}));
}

std::string signature_key_id(std::string_view account, std::string_view user, std::string_view md5_fingerprint) {
  if (user.empty()) return fmt::format("/{}/keys/{}", account, md5_fingerprint);
  return fmt::format("/{}/users/{}/keys/{}", account, user, md5_fingerprint);
}

void add_roles(http::Url& url, std::span<const std::string> roles) {
  if (roles.empty() || ("&" + url.query).find("&as-role=") != std::string::npos) return;
  std::string list;
  for (const auto& role : roles) list.append(list.empty() ? "" : ",").append(percent_encode(role));
  url.query.append(url.query.empty() ? "" : "&").append("as-role=").append(list);
}

}  // namespace retouch::auth
