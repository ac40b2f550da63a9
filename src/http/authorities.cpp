#include "authorities.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <sys/stat.h>

#include <map>
#include <new>

namespace retouch::http {

Authorities::Authorities(std::string file, std::string directory)
    : file_(std::move(file)), directory_(std::move(directory)) {}

// What changes when a file is replaced or written: device, inode, size, time. All zero: there is none.
Authorities::Stamp Authorities::stamp_of(const std::string& file) {
  struct stat found{};
  if (::stat(file.c_str(), &found) != 0) return {};
  return {found.st_dev, found.st_ino, found.st_size, found.st_mtim.tv_sec, found.st_mtim.tv_nsec};
}

Result<AuthoritiesPtr> Authorities::load() const {
  AuthoritiesPtr store(X509_STORE_new(), X509_STORE_free);
  if (!store) throw std::bad_alloc();
  ERR_clear_error();
  const bool read = X509_STORE_load_file(store.get(), file_.c_str()) == 1;
  const auto reason = ERR_peek_last_error();
  if (!directory_.empty()) X509_STORE_load_path(store.get(), directory_.c_str());
  ERR_clear_error();
  if (read || !directory_.empty()) return store;
  const auto* why = ERR_reason_error_string(reason);
  return fail(Errc::io, fmt::format("cannot read certificate authorities from {}: {}", file_, why ? why : "no reason"));
}

Result<AuthoritiesPtr> Authorities::get() {
  const std::scoped_lock guard(mutex_);
  const Stamp now = stamp_of(file_);
  if (store_ && now == loaded_) return store_;
  RETOUCH_TRY(store_, load());
  loaded_ = now;
  return store_;
}

Result<AuthoritiesPtr> system_authorities(const std::string& file) {
  static Authorities everywhere(X509_get_default_cert_file(), X509_get_default_cert_dir());
  if (file.empty()) return everywhere.get();
  static std::mutex mutex;
  static std::map<std::string, Authorities> of_files;  // one, in practice
  const std::scoped_lock guard(mutex);
  return of_files.try_emplace(file, file, "").first->second.get();
}

}  // namespace retouch::http
