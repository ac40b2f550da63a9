// Which content of each file is in force: the newest that validates. Pure.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "retouch/base/json.hpp"
#include "retouch/base/time.hpp"
#include "retouch/sources/source.hpp"

namespace retouch::sources {

// A file whose newest content is not in force.
struct StaleFile {
  std::string file;       // as in messages
  Wall since{};           // when it was first found so, whatever became of it since
  std::string complaint;  // the first of it
  bool left_out = false;  // it has no good content: nothing of it is in force
  bool operator==(const StaleFile&) const = default;
};

// What is in force of a source, and what would not be good enough.
struct LastGood {
  std::string source;
  std::string origin{};                     // where it comes from: only then its revision means something
  std::string revision{};                   // of the snapshot that it comes from
  Wall read_at{};                           // when that was last seen to be the newest
  std::vector<core::ManifestFile> files{};  // by name; all of them validate together
  std::vector<StaleFile> stale{};           // by name
  bool operator==(const LastGood& other) const;
};

struct Renewal {
  LastGood last;                    // with an empty revision: there is nothing yet
  std::optional<Snapshot> fresh{};  // nullopt: it could not be read, or is as before
};

// The first complaint of each file that has an error, by file; empty = they are good together.
using Judge = std::function<std::map<std::string, std::string>(std::span<const core::ManifestFile>)>;

// What is in force from now on, in the order of `sources`. The files of the result have no complaint. A file that has
// one keeps its last good content or, without any, is left out; when good files do not go together (two take the same
// name), the fewest changes that make room are held back, in the order of sources and names. A file that is gone from
// its fresh snapshot is gone. `judge` must find no complaint where there is no file.
std::vector<LastGood> renew(std::vector<Renewal> sources, const Judge& judge, Wall now);

// As it is kept on disk. Reading says what is wrong (protocol), also with a document of a later version.
std::string to_document(const LastGood& last);
Result<LastGood> from_document(std::string_view text, const std::string& source);

}  // namespace retouch::sources
