#include "files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "failures.hpp"
#include "retouch/os/paths.hpp"

namespace retouch::state::sqlite {

namespace {

constexpr const char* companions[] = {"-wal", "-shm", "-journal"};
constexpr mode_t writable_by_others = S_IWGRP | S_IWOTH;

std::unexpected<Error> cannot(std::string_view action, const std::string& path, int number) {
  return fail(Errc::io, fmt::format("cannot {} {}: {}", action, path, std::generic_category().message(number)),
              Reaction::transient);
}

std::string why_untrusted(const struct stat& file) {
  if (S_ISLNK(file.st_mode)) return "it is a symbolic link";
  if (!S_ISREG(file.st_mode)) return "it is not a regular file";
  if ((file.st_mode & writable_by_others) != 0) {
    return fmt::format("its mode is {:04o}, so that others can write to it (expected 0600)", file.st_mode & 07777);
  }
  return {};
}

// Who can write to the directory can put another file in the place of ours.
Result<void> check_directory(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return cannot("look at", path, errno);
  if ((status.st_mode & writable_by_others) == 0) return {};
  return fail(Errc::untrusted,
              fmt::format("the directory of the state, {}, is not trusted: its mode is {:04o}, so that "
                          "others can write to it (expected 0700)",
                          path, status.st_mode & 07777));
}

Result<void> sync(const std::string& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC);
  if (file < 0) return cannot("open", path, errno);
  const int number = ::fsync(file) == 0 ? 0 : errno;
  ::close(file);
  // File systems that cannot sync a directory need not.
  if (number != 0 && number != EINVAL) return cannot("sync", path, number);
  return {};
}

// O_EXCL: what somebody else put there under that name is never written to.
Result<std::string> create_beside(const std::string& path) {
  for (int attempt = 0; attempt < 1000; ++attempt) {
    auto name = fmt::format("{}.new-{}-{}", path, ::getpid(), attempt);
    const int file = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file >= 0) {
      ::close(file);
      return name;
    }
    if (errno != EEXIST) return cannot("create", name, errno);
  }
  return fail(Errc::io, fmt::format("cannot create a file beside {}: all names are taken", path));
}

Result<bool> give_name(const std::string& made, const std::string& path) {
  // A hard link where the file system does not know the flag: that replaces nothing either.
  if (::renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno == EINVAL && ::link(made.c_str(), path.c_str()) == 0) return true;
  if (errno == EEXIST) return false;
  return cannot("create", path, errno);
}

}  // namespace

Result<bool> is_there(const std::string& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return false;
    return cannot("look at", path, errno);
  }
  if (const auto reason = why_untrusted(status); !reason.empty()) {
    return fail(Errc::untrusted, fmt::format("the state {} is not trusted: {}", path, reason));
  }
  RETOUCH_CHECK(check_directory(os::parent_path(path)));
  if (status.st_size == 0) {
    return fail(Errc::invalid_input,
                fmt::format("the state {} is empty, it must have been cut off; {}", path, way_out(path)));
  }
  return true;
}

std::vector<std::string> companions_of(const std::string& path) {
  std::vector<std::string> found;
  for (const char* suffix : companions) {
    struct stat status{};
    if (::lstat((path + suffix).c_str(), &status) == 0) found.push_back(path + suffix);
  }
  return found;
}

std::string why_read_only(const std::string& path) {
  if (::faccessat(AT_FDCWD, path.c_str(), R_OK, AT_EACCESS) != 0) return {};
  const auto directory = os::parent_path(path);
  if (::faccessat(AT_FDCWD, directory.c_str(), W_OK | X_OK, AT_EACCESS) == 0) return {};
  return fmt::format("its directory {} cannot be written to ({})", directory, std::generic_category().message(errno));
}

Result<void> make_directories(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0) return {};
  if (errno != ENOENT) return cannot("look at", path, errno);
  if (const auto parent = os::parent_path(path); parent != path) RETOUCH_CHECK(make_directories(parent));
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return cannot("make the directory", path, errno);
  return {};
}

Result<bool> make_complete(const std::string& path, const Fill& fill) {
  RETOUCH_TRY(const std::string made, create_beside(path));
  const auto place = [&]() -> Result<bool> {
    RETOUCH_CHECK(fill(made));
    RETOUCH_CHECK(sync(made, O_RDWR));
    RETOUCH_TRY(const bool named, give_name(made, path));
    RETOUCH_CHECK(sync(os::parent_path(path), O_RDONLY | O_DIRECTORY));
    return named;
  };
  auto placed = place();
  // Gone already when it was renamed. SQLite's companions stay only when it could not close the file.
  ::unlink(made.c_str());
  for (const char* suffix : companions) ::unlink((made + suffix).c_str());
  return placed;
}

}  // namespace retouch::state::sqlite
