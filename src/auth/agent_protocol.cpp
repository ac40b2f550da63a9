#include "agent_protocol.hpp"

#include <fmt/format.h>

#include "retouch/base/printable.hpp"
#include "ssh_wire.hpp"

namespace retouch::auth {
namespace {

// Message numbers and flags of the protocol.
constexpr char request_identities = 11, identities_answer = 12, sign_request = 13, sign_response = 14;
constexpr std::uint8_t failure = 5;
constexpr std::uint32_t flag_sha256 = 2, flag_sha512 = 4;

std::unexpected<Error> odd(std::string_view what) {
  return fail(Errc::protocol, fmt::format("the ssh-agent's answer is not understood: {}", what));
}

std::unexpected<Error> unusable(std::string message) {
  return fail(Errc::credentials, std::move(message), Reaction::auth);
}

void put_der(std::string& out, char tag, std::string_view content) {
  out += tag;
  if (content.size() >= 0x80) out += '\x81';  // (r, s) of P-521 need two bytes of length
  out += static_cast<char>(content.size());
  out += content;
}

void put_der_integer(std::string& out, std::string_view magnitude) {
  std::string content(magnitude);
  if (content.empty() || (content.front() & 0x80) != 0) content.insert(content.begin(), '\0');
  put_der(out, '\x02', content);
}

// SSH has (r, s) as two mpints, CloudAPI wants ASN.1 DER (protocols/triton.md 4.1).
std::optional<std::string> ecdsa_der(std::string_view signature) {
  constexpr std::size_t longest = 66;  // P-521
  SshReader reader(signature);
  const auto r = reader.integer(), s = reader.integer();
  if (!r || !s || !reader.at_end() || r->size() > longest || s->size() > longest) return std::nullopt;
  std::string both, out;
  put_der_integer(both, *r);
  put_der_integer(both, *s);
  put_der(out, '\x30', both);
  return out;
}

// The label for what the agent calls its signature; "" = CloudAPI does not take it.
std::string_view label_of(std::string_view format) {
  if (format == "rsa-sha2-256") return "rsa-sha256";
  if (format == "rsa-sha2-512") return "rsa-sha512";
  if (format == "ecdsa-sha2-nistp256") return "ecdsa-sha256";
  if (format == "ecdsa-sha2-nistp521") return "ecdsa-sha512";
  if (format == "ssh-ed25519") return "ed25519-sha512";
  return {};
}

std::unexpected<Error> not_taken(std::string_view format) {
  if (format == "ssh-rsa") {
    return unusable(
        "the ssh-agent signs with SHA-1 although SHA-2 was asked for: it is too old; use a newer one, or `key: {file: "
        "…}`");
  }
  if (format == "ecdsa-sha2-nistp384") {
    return unusable(
        "an ssh-agent signs with a P-384 key by SHA-384, which CloudAPI refuses; use `key: {file: …}` or another key");
  }
  return unusable(
      fmt::format("the ssh-agent's signature is of type `{}`, which CloudAPI does not take", printable(format, 50)));
}

}  // namespace

std::string identities_question() { return {request_identities}; }

Result<std::vector<AgentIdentity>> read_identities(std::string_view answer) {
  SshReader reader(answer);
  const auto kind = reader.byte();
  if (kind == failure) return unusable("the ssh-agent does not list its keys; is it locked?");
  const auto count = kind == std::uint8_t{identities_answer} ? reader.number() : std::nullopt;
  if (!count) return odd("no list of keys");
  std::vector<AgentIdentity> identities;
  for (std::uint32_t i = 0; i < *count; ++i) {
    const auto blob = reader.text(), comment = reader.text();
    if (!blob || !comment) return odd("its list of keys is cut short");
    identities.push_back({std::string(*blob), std::string(*comment)});
  }
  return identities;
}

std::string sign_question(std::string_view public_blob, std::string_view data, std::string_view algorithm) {
  std::string out{sign_request};
  put_text(out, public_blob);
  put_text(out, data);
  const bool rsa = algorithm.starts_with("rsa");
  put_number(out, rsa ? (algorithm.ends_with("512") ? flag_sha512 : flag_sha256) : 0);
  return out;
}

Result<Signature> read_agent_signature(std::string_view answer, std::string_view public_blob) {
  SshReader reader(answer);
  const auto kind = reader.byte();
  const auto key = fingerprints(public_blob).md5;
  if (kind == failure) {
    return unusable(
        fmt::format("the ssh-agent refuses to sign with key {}: it is locked, or the use was not confirmed", key));
  }
  const auto signature = kind == std::uint8_t{sign_response} ? reader.text() : std::nullopt;
  if (!signature || !reader.at_end()) return odd("no signature");
  SshReader inner(*signature);
  const auto format = inner.text(), bytes = inner.text();
  if (!format || !bytes || !inner.at_end()) return odd("its signature is cut short");
  const auto label = label_of(*format);
  if (label.empty()) return not_taken(*format);
  std::string out(*bytes);
  if (label.starts_with("ecdsa")) {
    auto der = ecdsa_der(*bytes);
    if (!der) return odd("its signature is not two numbers");
    out = *std::move(der);
  }
  return Signature{.algorithm = std::string(label), .bytes = std::move(out), .fingerprint = key};
}

}  // namespace retouch::auth
