// A disk under SQLite that loses power: what was written and not yet synced is then gone, there, or torn, as the seed
// says. It stands between SQLite and the system's files as SQLite's default VFS.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "retouch/base/random.hpp"

namespace retouch::sim {

class Disk {
 public:
  // Of the files below this directory, which must be there.
  explicit Disk(std::string directory);
  ~Disk();
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  const std::string& directory() const { return directory_; }
  // A file that is there already is on the disk as it is.
  // The power fails at this write or sync from now; nothing that follows has any effect.
  void fail_after(std::uint64_t operations) { left_ = operations; }
  bool failed() const { return failed_; }
  // What a machine finds that starts again, into another directory. May be asked of a disk that works: as if its power
  // failed now.
  void salvage(const std::string& directory, Random& random) const;
  std::uint64_t syncs() const { return syncs_; }

  // For the VFS. False: the power is gone.
  struct File {
    std::string durable;  // as of the last sync
    struct Write {
      std::int64_t offset = 0;
      std::optional<std::string> data{};  // nullopt: cut off at `offset`
    };
    std::vector<Write> pending{};
  };
  static Disk* of(const std::string& path);
  File& file(const std::string& path);
  void removed(const std::string& path) { files_.erase(path); }
  bool writes(File& file, File::Write write);
  bool syncs(File& file);

 private:
  bool powered();
  std::string directory_;
  std::map<std::string, File> files_;
  std::optional<std::uint64_t> left_{};
  bool failed_ = false;
  std::uint64_t syncs_ = 0;
};

// Makes it the default for all that is opened from now on. Once for the process.
void install_disks();

}  // namespace retouch::sim
