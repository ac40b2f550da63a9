// An owned file descriptor, and errors that name the file.
#pragma once

#include <sys/stat.h>

#include <string>
#include <utility>

#include "retouch/base/result.hpp"

namespace retouch::os {

class Descriptor {
 public:
  explicit Descriptor(int value = -1) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor();
  int get() const { return value_; }
  explicit operator bool() const { return value_ >= 0; }
  int release() { return std::exchange(value_, -1); }  // the caller's to close

 private:
  int value_;
};

// "cannot read /x/y: Permission denied"; ENOENT is Errc::not_found, ELOOP (a symlink under O_NOFOLLOW) untrusted.
Error file_error(std::string_view action, const std::string& path, int error_number);

Result<std::string> read_all(const Descriptor& file, const std::string& path, std::size_t limit);
Result<void> write_all(const Descriptor& file, const std::string& path, std::string_view content);

// Why a file that holds secrets cannot be trusted, or "": not regular, foreign, linked twice, open to others.
std::string why_not_private(const struct stat& status);

// Makes missing directories (0700 each) and insists that the last one is the user's own and closed to others.
Result<void> ensure_private_directory(const std::string& path);
// Makes missing directories, without insisting.
Result<void> make_directories(const std::string& path, unsigned mode = 0700);

// A new file next to `path`, filled, synced and renamed to `path`; the directory is synced, too.
Result<void> replace_file(const std::string& path, std::string_view content, unsigned mode);
// The same, but an error when there is something of that name.
Result<void> create_file(const std::string& path, std::string_view content, unsigned mode);

}  // namespace retouch::os
