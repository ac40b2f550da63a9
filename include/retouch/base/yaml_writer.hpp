// Values -> YAML text that every reader takes for the same. Texts are always quoted as JSON quotes them, so nothing
// depends on which words and numbers a version of YAML knows (`no`, 1e3, 2026-11-22), nor on line folding.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace retouch::yaml {

// Whether a text can be written at all: valid UTF-8 without NUL, which no YAML text holds.
bool is_writable(std::string_view text);

// "a\nb" with its quotes. Whatever printable() would not show as it is becomes an escape, so that the author of a text
// cannot hide anything from who reads the file. Only for is_writable() texts.
std::string quote(std::string_view text);

struct Out;
using OutMember = std::pair<std::string, Out>;

// What is to be written, in its order. Keys are texts, too.
struct Out {
  enum class Kind { bare, text, list, mapping };
  Kind kind = Kind::bare;
  bool compact = false;              // lists and mappings: in one line where it fits
  std::string scalar{};              // bare: written as it is (null, true, 12); text: quoted
  std::vector<Out> items{};          // list
  std::vector<OutMember> members{};  // mapping
};

Out text(std::string value);
Out bare(std::string word);
Out list(std::vector<Out> items);                   // compact
Out texts(const std::vector<std::string>& values);  // a compact list of them
Out block(std::vector<OutMember> members);
Out compact(std::vector<OutMember> members);

// One document whose root is a mapping, without `---`; ends in a line end.
std::string to_yaml(const Out& root);

}  // namespace retouch::yaml
