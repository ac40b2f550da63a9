#include "descriptor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <system_error>

#include "retouch/os/paths.hpp"

namespace retouch::os {

Descriptor::~Descriptor() {
  if (value_ >= 0) ::close(value_);
}

Error file_error(std::string_view action, const std::string& path, int error_number) {
  Error error{.code = Errc::io};
  if (error_number == ENOENT || error_number == ENOTDIR) error.code = Errc::not_found;
  if (error_number == ELOOP) {
    error.code = Errc::untrusted;
    error.message = fmt::format("cannot {} {}: it is a symbolic link", action, path);
    return error;
  }
  error.message = fmt::format("cannot {} {}: {}", action, path, std::generic_category().message(error_number));
  return error;
}

Result<std::string> read_all(const Descriptor& file, const std::string& path, std::size_t limit) {
  std::string content;
  char buffer[16384];
  for (;;) {
    const auto count = ::read(file.get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(file_error("read", path, errno));
    if (count == 0) return content;
    if (content.size() + static_cast<std::size_t>(count) > limit) {
      return fail(Errc::too_large, fmt::format("{} is larger than the {} bytes allowed for it", path, limit));
    }
    content.append(buffer, static_cast<std::size_t>(count));
  }
}

Result<void> write_all(const Descriptor& file, const std::string& path, std::string_view content) {
  while (!content.empty()) {
    const auto count = ::write(file.get(), content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(file_error("write", path, errno));
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

std::string why_not_private(const struct stat& status) {
  if (!S_ISREG(status.st_mode)) return "it is not a regular file";
  if (status.st_uid != ::geteuid()) {
    return fmt::format("it is owned by user {}, not by user {} who runs this", status.st_uid, ::geteuid());
  }
  if ((status.st_mode & 077) != 0) {
    return fmt::format("its mode is {:04o}, so that others can open it (expected 0600)", status.st_mode & 07777);
  }
  if (status.st_nlink != 1) return fmt::format("it has {} hard links (expected 1)", status.st_nlink);
  return {};
}

Result<void> make_directories(const std::string& path, unsigned mode) {
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return {};
    return fail(Errc::io, fmt::format("{} is not a directory", path));
  }
  if (errno != ENOENT) return fail(file_error("look at", path, errno));
  if (auto parent = parent_path(path); parent != path) RETOUCH_CHECK(make_directories(parent, mode));
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return fail(file_error("make directory", path, errno));
  return {};
}

Result<void> ensure_private_directory(const std::string& path) {
  RETOUCH_CHECK(make_directories(path));
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return fail(file_error("look at", path, errno));
  std::string reason;
  if (!S_ISDIR(status.st_mode))
    reason = "it is not a directory";
  else if (status.st_uid != ::geteuid())
    reason = fmt::format("it is owned by user {}", status.st_uid);
  else if ((status.st_mode & 077) != 0)
    reason = fmt::format("its mode is {:04o}", status.st_mode & 07777);
  if (reason.empty()) return {};
  return fail(Errc::untrusted, fmt::format("directory {} is not trusted with secrets: {} (expected an own directory of "
                                           "mode 0700)",
                                           path, reason));
}

namespace {

// O_EXCL: a file somebody else put there under the same name is never written to.
Result<std::pair<Descriptor, std::string>> create_beside(const std::string& path, unsigned mode) {
  static std::atomic<unsigned> counter{0};
  for (int attempt = 0; attempt < 100; ++attempt) {
    auto name = fmt::format("{}.tmp-{}-{}", path, ::getpid(), counter++);
    Descriptor file(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    if (file) return std::pair(std::move(file), std::move(name));
    if (errno != EEXIST) return fail(file_error("create", name, errno));
  }
  return fail(Errc::io, fmt::format("cannot create a temporary file beside {}: all names are taken", path));
}

Result<void> replace(const std::string& name, const std::string& path) {
  if (::rename(name.c_str(), path.c_str()) != 0) return fail(file_error("replace", path, errno));
  return {};
}

Result<void> place_anew(const std::string& name, const std::string& path) {
  if (::renameat2(AT_FDCWD, name.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0) return {};
  // Not every file system knows the flag; a hard link never replaces anything either.
  if (errno == EINVAL && ::link(name.c_str(), path.c_str()) == 0) {
    ::unlink(name.c_str());
    return {};
  }
  return fail(file_error("create", path, errno));
}

using Placing = Result<void>(const std::string& name, const std::string& path);

Result<void> fill_and_place(const Descriptor& file, const std::string& name, const std::string& path,
                            std::string_view content, Placing& placing) {
  RETOUCH_CHECK(write_all(file, name, content));
  if (::fsync(file.get()) != 0) return fail(file_error("sync", name, errno));
  RETOUCH_CHECK(placing(name, path));
  const auto directory = parent_path(path);
  const Descriptor handle(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // The name itself must survive a power cut; file systems that cannot sync a directory (EINVAL) need not.
  if (handle && ::fsync(handle.get()) != 0 && errno != EINVAL) return fail(file_error("sync", directory, errno));
  return {};
}

Result<void> write_beside(const std::string& path, std::string_view content, unsigned mode, Placing& placing) {
  RETOUCH_TRY(auto created, create_beside(path, mode));
  auto done = fill_and_place(created.first, created.second, path, content, placing);
  if (!done) ::unlink(created.second.c_str());
  return done;
}

}  // namespace

Result<void> replace_file(const std::string& path, std::string_view content, unsigned mode) {
  return write_beside(path, content, mode, replace);
}

Result<void> create_file(const std::string& path, std::string_view content, unsigned mode) {
  return write_beside(path, content, mode, place_anew);
}

}  // namespace retouch::os
