// Files: what is read and written, and with which checks. Injected as an interface so that tests need no disk.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "retouch/base/result.hpp"
#include "retouch/base/secret.hpp"

namespace retouch::os {

struct FileInfo {
  bool regular = false;
  bool directory = false;
  bool symlink = false;
  bool owned_by_user = false;  // by the effective user
  bool owned_by_root = false;
  bool writable_by_others = false;  // group or world
  bool readable_by_others = false;
  std::uint64_t size = 0;
  std::uint64_t links = 1;
  bool readable_by_all = false;  // world; readable_by_others is group or world
};

class Files {
 public:
  virtual ~Files() = default;
  // nullopt = does not exist. Follows symlinks unless `nofollow`.
  virtual Result<std::optional<FileInfo>> info(const std::string& path, bool nofollow = false) = 0;
  // Errc::not_found when missing, too_large beyond `limit` bytes.
  virtual Result<std::string> read(const std::string& path, std::size_t limit) = 0;
  // Directory 0700 is made if missing; the file is O_NOFOLLOW, regular, owned by the user, 0600, one link; else
  // untrusted.
  virtual Result<Secret> read_private(const std::string& path, std::size_t limit) = 0;
  // tmp + fsync + rename (+ fsync of the directory), 0600 in a 0700 directory that is made if missing.
  virtual Result<void> write_private(const std::string& path, const std::string& content) = 0;
  virtual Result<void> write(const std::string& path, const std::string& content,
                             unsigned mode = 0644) = 0;  // tmp + rename
  // Like write(), but never in place of anything that has this name already (Errc::io), not even one that comes to be
  // meanwhile. Missing directories are made, as open as the umask lets them be.
  virtual Result<void> write_new(const std::string& path, const std::string& content, unsigned mode = 0644) = 0;
  virtual Result<void> remove(const std::string& path) = 0;  // missing is fine
  // Regular files below `root`, recursively or in itself only, relative paths, sorted; symlinks that leave the root and
  // hidden names (".git", ".x") are left out. Only files that could be in the answer count towards `max_files`.
  virtual Result<std::vector<std::string>> list_tree(const std::string& root, std::size_t max_files,
                                                     bool recursively = true) = 0;

  // An exclusive lock (flock) that the kernel releases when the process dies.
  class Lock {
   public:
    virtual ~Lock() = default;
  };
  // nullptr = held by another process; its content (pid, since, verb) is then in `holder`. The file is made if missing.
  virtual Result<std::unique_ptr<Lock>> try_lock(const std::string& path, const std::string& content,
                                                 std::string* holder = nullptr) = 0;
};

std::unique_ptr<Files> make_system_files();

}  // namespace retouch::os
