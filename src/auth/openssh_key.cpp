#include "openssh_key.hpp"

#include <fmt/format.h>

#include "retouch/base/digest.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"
#include "ssh_wire.hpp"

namespace retouch::auth {
namespace {

constexpr std::string_view begin_mark = "-----BEGIN OPENSSH PRIVATE KEY-----";
constexpr std::string_view end_mark = "-----END OPENSSH PRIVATE KEY-----";
constexpr std::string_view magic{"openssh-key-v1\0", 15};
constexpr std::size_t largest_padding = 255;  // bytes 1, 2, 3, …

std::unexpected<Error> damaged(std::string_view why) {
  return fail(Errc::invalid_input, fmt::format("not a usable OpenSSH key: {}", why));
}

Result<Secret> unarmoured(std::string_view text) {
  text = trim(text);
  if (!text.starts_with(begin_mark)) return damaged("something stands before it");
  text.remove_prefix(begin_mark.size());
  if (!text.ends_with(end_mark)) return damaged("its end is missing, or something stands behind it");
  text.remove_suffix(end_mark.size());
  std::string coded;
  coded.reserve(text.size());
  for (const char c : text) {
    if (c != '\n' && c != '\r') coded += c;
  }
  const Secret lines(std::move(coded));
  auto bytes = base64_decode(lines.reveal());
  if (!bytes) return damaged("it is not base64");
  return Secret(*std::move(bytes));
}

// The kinds of its parts, in order: 'i' a number, 't' bytes.
std::string_view shape_of(std::string_view type) {
  if (type == "ssh-rsa") return "iiiiii";
  if (type == "ssh-ed25519") return "tt";
  if (type == "ecdsa-sha2-nistp256" || type == "ecdsa-sha2-nistp384" || type == "ecdsa-sha2-nistp521") return "tti";
  return {};
}

bool is_padding(std::string_view rest) {
  if (rest.size() > largest_padding) return false;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (static_cast<unsigned char>(rest[i]) != i + 1) return false;
  }
  return true;
}

Result<void> read_private(std::string_view section, OpenSshKey& key) {
  SshReader reader(section);
  const auto first = reader.number(), second = reader.number();
  if (!first || !second || *first != *second) return damaged("its two check numbers differ");
  const auto type = reader.text();
  if (!type || *type != key.type) return damaged("its halves are of different types");
  for (const char kind : shape_of(key.type)) {
    const auto part = kind == 'i' ? reader.integer() : reader.text();
    if (!part) return damaged("it is cut short");
    key.parts.emplace_back(std::string(*part));
  }
  if (!reader.text()) return damaged("it is cut short");  // the comment
  if (!is_padding(reader.rest())) return damaged("its padding is wrong");
  return {};
}

}  // namespace

bool is_openssh_key(std::string_view text) { return text.find(begin_mark) != std::string_view::npos; }

Result<OpenSshKey> read_openssh_key(const Secret& text) {
  RETOUCH_TRY(const auto bytes, unarmoured(text.reveal()));
  std::string_view data = bytes.reveal();
  if (!data.starts_with(magic)) return damaged("it does not begin as one");
  data.remove_prefix(magic.size());
  SshReader reader(data);
  const auto cipher = reader.text(), kdf = reader.text(), options = reader.text();
  const auto count = reader.number();
  if (!cipher || !kdf || !options || !count) return damaged("it is cut short");
  if (*count != 1) return damaged(fmt::format("it holds {} keys instead of one", *count));
  const auto blob = reader.text(), section = reader.text();
  if (!blob || !section) return damaged("it is cut short");
  if (!reader.at_end() && *cipher == "none") return damaged("something stands behind it");
  OpenSshKey key{.public_blob = std::string(*blob)};
  key.type = std::string(SshReader(*blob).text().value_or(""));
  if (key.type.empty()) return damaged("its public half does not say of which type it is");
  key.encrypted = *cipher != "none";
  if (key.encrypted) return key;
  if (shape_of(key.type).empty()) {
    return damaged(
        fmt::format("keys of type `{}` are not supported; use rsa, ecdsa or ed25519", printable(key.type, 50)));
  }
  RETOUCH_CHECK(read_private(*section, key));
  return key;
}

}  // namespace retouch::auth
