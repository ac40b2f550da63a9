#include "authorities.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <sys/stat.h>

#include <map>
#include <new>
#include <system_error>

namespace retouch::http {

namespace {

// The first entry is what happened, those after it say who passed it on.
std::string reason_of(unsigned long error) {
  if (ERR_SYSTEM_ERROR(error)) return std::generic_category().message(ERR_GET_REASON(error));
  const auto* reason = ERR_reason_error_string(error);
  return reason ? reason : "OpenSSL gives no reason";
}

using StorePtr = std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)>;

}  // namespace

struct AuthoritiesFile::Parsed {
  STACK_OF(X509) * certificates;

  explicit Parsed(X509_STORE* store) : certificates(X509_STORE_get1_all_certs(store)) {
    if (!certificates) throw std::bad_alloc();
  }
  ~Parsed() { sk_X509_pop_free(certificates, X509_free); }
  Parsed(const Parsed&) = delete;
  Parsed& operator=(const Parsed&) = delete;
};

AuthoritiesFile::AuthoritiesFile(std::string path) : path_(std::move(path)) {}
AuthoritiesFile::~AuthoritiesFile() = default;

// What changes when a file is replaced or written. All zero: there is none.
AuthoritiesFile::Stamp AuthoritiesFile::stamp() const {
  struct stat found{};
  if (::stat(path_.c_str(), &found) != 0) return {};
  return {found.st_dev, found.st_ino, found.st_size, found.st_ctim.tv_sec, found.st_ctim.tv_nsec};
}

Result<void> AuthoritiesFile::add_to(X509_STORE* store) {
  const std::scoped_lock guard(mutex_);
  const Stamp now = stamp();  // before it is read: at worst it is read once too often
  if (!parsed_ || now != parsed_at_) {
    const StorePtr reader(X509_STORE_new(), X509_STORE_free);
    if (!reader) throw std::bad_alloc();
    ERR_clear_error();
    if (X509_STORE_load_file(reader.get(), path_.c_str()) != 1) {
      auto why = reason_of(ERR_peek_error());
      ERR_clear_error();
      return fail(Errc::io, fmt::format("cannot read certificate authorities from {}: {}", path_, why));
    }
    parsed_ = std::make_unique<const Parsed>(reader.get());
    parsed_at_ = now;
  }
  for (int n = 0; n < sk_X509_num(parsed_->certificates); ++n) {
    X509_STORE_add_cert(store, sk_X509_value(parsed_->certificates, n));
  }
  return {};
}

// What is static here ends before OpenSSL does: there is a context, so OpenSSL's own end was registered earlier.
Result<void> trust_system(SSL_CTX* context, const std::string& file) {
  auto* store = SSL_CTX_get_cert_store(context);
  if (!file.empty()) {
    static std::mutex mutex;
    static std::map<std::string, AuthoritiesFile> files;  // one, in practice
    std::unique_lock guard(mutex);
    auto& authorities = files.try_emplace(file, file).first->second;
    guard.unlock();
    return authorities.add_to(store);
  }
  // Not SSL_CTX_set_default_verify_paths(): that one asks the environment.
  static AuthoritiesFile authorities(X509_get_default_cert_file());
  (void)authorities.add_to(store);
  // In here OpenSSL looks for the issuer that it needs.
  SSL_CTX_load_verify_dir(context, X509_get_default_cert_dir());
  ERR_clear_error();
  return {};
}

}  // namespace retouch::http
