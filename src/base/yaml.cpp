#include "retouch/base/yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <spanstream>

#include "retouch/base/printable.hpp"
#include "yaml_builder.hpp"
#include "yaml_bytes.hpp"

namespace retouch::yaml {
namespace {

constexpr std::size_t shown = 60;  // bytes of a text in a message

struct Hint {
  std::string_view message, hint;
};
// yaml-cpp says what its scanner missed; the reader wants to know what is usually wrong.
constexpr std::array hints{
    Hint{"end of map not found", "is a line indented differently from its neighbours?"},
    Hint{"end of sequence not found", "is a line indented differently from its neighbours?"},
    Hint{"end of map flow not found", "a `}` is missing"},
    Hint{"end of sequence flow not found", "a `]` is missing"},
    Hint{"illegal map value", "a text with `: ` in it needs quotes"},
    Hint{"unknown token", "a text that begins with @, ` or % needs quotes"},
    Hint{"unknown escape character: ", "use single quotes, or double the backslash"},
    Hint{"illegal EOF in scalar", "a closing quote is missing"},
};

std::string_view from_line(std::string_view text, int line) {
  for (; line > 1 && !text.empty(); --line) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  return text;
}

// yaml-cpp counts on over the end of a line that an escape crosses.
int within_line(int column, std::string_view text, int line) {
  const auto bytes = from_line(text, line).substr(0, from_line(text, line).find('\n')).size();
  return std::min(column, static_cast<int>(bytes) + 1);
}

// The column of a tab among the blanks that begin a line; 0 = none.
int indenting_tab(std::string_view text, int line) {
  text = from_line(text, line);
  return static_cast<int>(text.substr(0, text.find_first_not_of(" \t")).find('\t') + 1);  // npos + 1 is 0
}

void report_syntax(const YAML::Exception& error, Place place, std::string_view text, Diagnostics& diagnostics) {
  if (error.mark.is_null()) place.line = place.column = 0;
  if (const int tab = place.line > 0 ? indenting_tab(text, place.line) : 0; tab > 0) {
    place.column = tab;
    diagnostics.error(std::move(place), "YAML syntax: a tab indents this line; YAML allows blanks only");
    return;
  }
  if (place.line > 0) place.column = within_line(place.column, text, place.line);
  const auto hint = std::ranges::find_if(hints, [&](const Hint& each) { return error.msg.starts_with(each.message); });
  diagnostics.error(std::move(place), "YAML syntax: " + error.msg,
                    hint == hints.end() ? std::string{} : std::string(hint->hint));
}

// Only the last text of a file can be unclosed: it swallows all that follows.
std::vector<Value> take_checked(Builder& builder, std::string_view text, Diagnostics& diagnostics) {
  auto documents = builder.take();
  const auto& mark = builder.last_scalar();
  if (is_unclosed_quote(text, static_cast<std::size_t>(mark.pos))) {
    diagnostics.error(builder.place(mark), "YAML syntax: the quote that opens here is never closed");
    if (!documents.empty()) documents.pop_back();
  }
  return documents;
}

}  // namespace

const Value* Value::find(std::string_view key) const {
  const auto at =
      std::ranges::find(members, key, [](const Member& member) -> const auto& { return member.first.text; });
  return at == members.end() ? nullptr : &at->second;
}

const Value* Value::find_key(std::string_view key) const {
  const auto at =
      std::ranges::find(members, key, [](const Member& member) -> const auto& { return member.first.text; });
  return at == members.end() ? nullptr : &at->first;
}

std::optional<bool> Value::as_bool() const {
  if (kind != Kind::scalar || !plain) return std::nullopt;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  return std::nullopt;
}

std::optional<long long> Value::as_integer() const {
  if (kind != Kind::scalar || !plain || text.empty()) return std::nullopt;
  std::string_view digits = text;
  if (digits.front() == '+') digits.remove_prefix(1);
  const auto unsigned_part = digits.starts_with('-') && digits.data() == text.data() ? digits.substr(1) : digits;
  // 010 is ten in YAML 1.2 and eight in YAML 1.1.
  if (unsigned_part.empty() || (unsigned_part.size() > 1 && unsigned_part.front() == '0')) return std::nullopt;
  if (!std::ranges::all_of(unsigned_part, [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  long long number = 0;
  const auto* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

std::string describe(const Value& value) {
  switch (value.kind) {
    case Kind::null:
      return "null";
    case Kind::sequence:
      return "a list";
    case Kind::mapping:
      return "a mapping";
    case Kind::scalar:
      break;
  }
  const std::string_view what = value.as_bool() ? "the boolean" : value.as_integer() ? "the number" : "the text";
  return fmt::format("{} `{}`", what, printable(value.text, shown));
}

std::vector<Value> load(std::string_view text, const std::string& file, Diagnostics& diagnostics,
                        const Limits& limits) {
  if (text.size() > limits.bytes) {
    diagnostics.error({file, 0, 0}, fmt::format("is larger than {} bytes", limits.bytes));
    return {};
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (const auto fault = find_byte_fault(text)) {
    diagnostics.error({file, fault->line, fault->column}, fault->message);
    return {};
  }
  Builder builder(text, file, diagnostics, limits);
  try {
    std::ispanstream in(std::span<const char>(text.data(), text.size()));
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
    return take_checked(builder, text, diagnostics);
  } catch (const YAML::Exception& error) {
    report_syntax(error, builder.place(error.mark), text, diagnostics);
  } catch (const Stop&) {
    // The builder has complained.
  }
  return builder.take();
}

}  // namespace retouch::yaml
