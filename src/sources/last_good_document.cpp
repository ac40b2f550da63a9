#include <fmt/format.h>

#include <algorithm>

#include "retouch/sources/last_good.hpp"

namespace retouch::sources {
namespace {

constexpr auto version = "1.0";

bool same_file(const core::ManifestFile& a, const core::ManifestFile& b) {
  return a.source == b.source && a.name == b.name && a.text == b.text;
}

std::unexpected<Error> broken(const std::string& source, const std::string& why) {
  return fail(Errc::protocol, fmt::format("what is remembered of source {} cannot be used: {}", source, why));
}

}  // namespace

bool LastGood::operator==(const LastGood& other) const {
  return source == other.source && origin == other.origin && revision == other.revision && read_at == other.read_at &&
         stale == other.stale && std::ranges::equal(files, other.files, same_file);
}

std::string to_document(const LastGood& last) {
  Json document{{"format_version", version},
                {"source", last.source},
                {"origin", last.origin},
                {"revision", last.revision},
                {"read_at", format_rfc3339(last.read_at)},
                {"files", Json::array()},
                {"stale", Json::array()}};
  for (const auto& file : last.files) document["files"].push_back({{"name", file.name}, {"text", file.text}});
  for (const auto& stale : last.stale) {
    document["stale"].push_back({{"file", stale.file},
                                 {"since", format_rfc3339(stale.since)},
                                 {"complaint", stale.complaint},
                                 {"left_out", stale.left_out}});
  }
  // Names may hold any byte; a file whose name is not the same afterwards is a new one, and read again.
  return document.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<LastGood> from_document(std::string_view text, const std::string& source) {
  RETOUCH_TRY(const Json document, parse_json(text, "what is remembered of source " + source));
  if (string_member(document, "format_version") != version) return broken(source, "it is of another version");
  if (string_member(document, "source") != source) return broken(source, "it is another source's");
  const auto time = [](const Json& object, std::string_view key) {
    const auto value = string_member(object, key);
    return value ? parse_rfc3339(*value) : std::nullopt;
  };
  const auto read_at = time(document, "read_at");
  const auto *files = find_member(document, "files"), *stale = find_member(document, "stale");
  if (!read_at || !files || !files->is_array() || !stale || !stale->is_array())
    return broken(source, "parts are missing");
  LastGood result{.source = source,
                  .origin = string_member(document, "origin").value_or(""),
                  .revision = string_member(document, "revision").value_or(""),
                  .read_at = *read_at};
  for (const Json& file : *files) {
    const auto name = string_member(file, "name"), content = string_member(file, "text");
    if (!name || !content) return broken(source, "a file has no name or no text");
    result.files.push_back({source, *name, *content});
  }
  for (const Json& item : *stale) {
    const auto file = string_member(item, "file");
    const auto since = time(item, "since");
    if (!file || !since) return broken(source, "a stale file has no name or no time");
    result.stale.push_back({.file = *file,
                            .since = *since,
                            .complaint = string_member(item, "complaint").value_or(""),
                            .left_out = bool_member(item, "left_out").value_or(false)});
  }
  return result;
}

}  // namespace retouch::sources
