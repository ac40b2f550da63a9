#include "retouch/base/html.hpp"

#include <fmt/format.h>

#include <charconv>
#include <iterator>
#include <optional>

#include "utf8.hpp"

namespace retouch {

namespace {

struct Entity {
  std::string_view text;
  char plain;
};
// &#x27;, since &apos; is no entity of HTML 4.
constexpr Entity escaped[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#x27;", '\''}};
constexpr Entity known[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&nbsp;", ' '}};

void append_escaped(std::string& out, char c) {
  for (const Entity& entity : escaped) {
    if (entity.plain == c) {
      out += entity.text;
      return;
    }
  }
  out += c;
}

struct Read {
  std::string plain;
  std::size_t length;  // of the entity
};

// The entity at the start of `text`, which begins with "&".
std::optional<Read> read_entity(std::string_view text) {
  for (const Entity& entity : known) {
    if (text.starts_with(entity.text)) return Read{std::string(1, entity.plain), entity.text.size()};
  }
  if (!text.starts_with("&#")) return std::nullopt;
  const bool hexadecimal = text.size() > 2 && (text[2] == 'x' || text[2] == 'X');
  const char* const end = text.data() + text.size();
  std::uint32_t number = 0;
  const auto [at, error] = std::from_chars(text.data() + (hexadecimal ? 3 : 2), end, number, hexadecimal ? 16 : 10);
  if (error != std::errc{} || at == end || *at != ';') return std::nullopt;
  std::string plain = utf8::encode(number);
  if (plain.empty()) return std::nullopt;
  return Read{std::move(plain), static_cast<std::size_t>(at - text.data()) + 1};
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : text) append_escaped(out, c);
  return out;
}

std::string escape_html_to_ascii(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto decoded = utf8::decode(text);
    if (decoded && decoded->length > 1) {
      fmt::format_to(std::back_inserter(out), "&#{};", static_cast<std::uint32_t>(decoded->code_point));
    } else {
      append_escaped(out, text.front());
    }
    text.remove_prefix(decoded ? decoded->length : 1);
  }
  return out;
}

std::string unescape_html(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto entity = text.front() == '&' ? read_entity(text) : std::nullopt;
    if (entity) {
      out += entity->plain;
    } else {
      out += text.front();
    }
    text.remove_prefix(entity ? entity->length : 1);
  }
  return out;
}

}  // namespace retouch
