#include "retouch/os/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "descriptor.hpp"
#include "retouch/os/paths.hpp"
#include "tree.hpp"

namespace retouch::os {
namespace {

class HeldLock final : public Files::Lock {
 public:
  explicit HeldLock(Descriptor file) : file_(std::move(file)) {}

 private:
  Descriptor file_;  // closing it releases the lock, as does the death of the process
};

FileInfo to_info(const struct stat& status) {
  return {.regular = S_ISREG(status.st_mode),
          .directory = S_ISDIR(status.st_mode),
          .symlink = S_ISLNK(status.st_mode),
          .owned_by_user = status.st_uid == ::geteuid(),
          .owned_by_root = status.st_uid == 0,
          .writable_by_others = (status.st_mode & 022) != 0,
          .readable_by_others = (status.st_mode & 044) != 0,
          .size = static_cast<std::uint64_t>(status.st_size),
          .links = status.st_nlink,
          .readable_by_all = (status.st_mode & 004) != 0};
}

// True when `path` still names the locked file: somebody may have removed it between our open and our lock.
bool still_there(const Descriptor& file, const std::string& path) {
  struct stat ours{}, named{};
  return ::fstat(file.get(), &ours) == 0 && ::lstat(path.c_str(), &named) == 0 && ours.st_ino == named.st_ino &&
         ours.st_dev == named.st_dev;
}

class SystemFiles final : public Files {
 public:
  Result<std::optional<FileInfo>> info(const std::string& path, bool nofollow) override {
    struct stat status{};
    const int result = nofollow ? ::lstat(path.c_str(), &status) : ::stat(path.c_str(), &status);
    if (result == 0) return to_info(status);
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    return fail(file_error("look at", path, errno));
  }

  Result<std::string> read(const std::string& path, std::size_t limit) override {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return fail(file_error("read", path, errno));
    return read_all(file, path, limit);
  }

  Result<Secret> read_private(const std::string& path, std::size_t limit) override {
    // O_NONBLOCK: a named pipe planted under this name must not hang us before fstat has seen it.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file) return fail(file_error("read", path, errno));
    RETOUCH_CHECK(ensure_private_directory(parent_path(path)));
    struct stat status{};
    if (::fstat(file.get(), &status) != 0) return fail(file_error("look at", path, errno));
    if (auto reason = why_not_private(status); !reason.empty()) {
      return fail(Errc::untrusted, fmt::format("{} is not trusted: {}", path, reason));
    }
    RETOUCH_TRY(auto content, read_all(file, path, limit));
    return Secret(std::move(content));
  }

  Result<void> write_private(const std::string& path, const std::string& content) override {
    RETOUCH_CHECK(ensure_private_directory(parent_path(path)));
    return replace_file(path, content, 0600);
  }

  Result<void> write(const std::string& path, const std::string& content, unsigned mode) override {
    struct stat status{};
    if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {  // /dev/stdout, a named pipe
      const Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
      if (!file) return fail(file_error("write", path, errno));
      return write_all(file, path, content);
    }
    return replace_file(path, content, mode);
  }

  Result<void> write_new(const std::string& path, const std::string& content, unsigned mode) override {
    RETOUCH_CHECK(make_directories(parent_path(path), 0777));
    return create_file(path, content, mode);
  }

  Result<void> remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return fail(file_error("remove", path, errno));
    return {};
  }

  Result<std::vector<std::string>> list_tree(const std::string& root, std::size_t max_files,
                                             bool recursively) override {
    return list_files_below(root, max_files, recursively);
  }

  Result<std::unique_ptr<Lock>> try_lock(const std::string& path, const std::string& content,
                                         std::string* holder) override {
    RETOUCH_CHECK(make_directories(parent_path(path)));
    for (int attempt = 0; attempt < 10; ++attempt) {
      Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
      if (!file) return fail(file_error("lock", path, errno));
      if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR) continue;
        if (errno != EWOULDBLOCK) return fail(file_error("lock", path, errno));
        if (holder) *holder = read_all(file, path, 4096).value_or("");
        return nullptr;
      }
      if (!still_there(file, path)) continue;
      if (::ftruncate(file.get(), 0) != 0) return fail(file_error("write", path, errno));
      RETOUCH_CHECK(write_all(file, path, content));
      return std::make_unique<HeldLock>(std::move(file));
    }
    return fail(Errc::io, fmt::format("cannot lock {}: it is removed again and again", path));
  }
};

}  // namespace

std::unique_ptr<Files> make_system_files() { return std::make_unique<SystemFiles>(); }

}  // namespace retouch::os
