#include "certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>

namespace retouch::http::test {

namespace {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
struct Closer {
  void operator()(std::FILE* f) const { std::fclose(f); }
};
using File = std::unique_ptr<std::FILE, Closer>;

File open(const std::string& path, const char* mode) {
  File file(std::fopen(path.c_str(), mode));
  if (!file) throw std::runtime_error("cannot open " + path);
  return file;
}

void extend(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  auto* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  if (!extension) throw std::runtime_error("extension " + value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

}  // namespace

Certificates::Certificates() {
  std::string pattern = (std::filesystem::temp_directory_path() / "retouch-http-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) throw std::runtime_error("mkdtemp");
  directory_ = pattern;
  ca_ = make({}, true, nullptr);
  other_ca_ = make({}, true, nullptr);
}

Certificates::~Certificates() { std::filesystem::remove_all(directory_); }

Identity Certificates::issue(const CertificateSpec& spec) { return make(spec, false, &ca_); }
Identity Certificates::self_signed(const CertificateSpec& spec) { return make(spec, false, nullptr); }

Identity Certificates::make(const CertificateSpec& spec, bool is_ca, const Identity* issuer) {
  auto base = directory_ + "/" + std::to_string(++count_);
  Identity files{base + ".crt", base + ".key"};
  Key key(EVP_EC_gen("P-256"));
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), count_);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), spec.begins_days * 86400L);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), spec.ends_days * 86400L);
  X509_set_pubkey(certificate.get(), key.get());
  auto common_name = spec.common_name.empty() ? "test " + std::to_string(count_) : spec.common_name;
  auto* subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(common_name.c_str()),
                             -1, -1, 0);
  Certificate issuer_certificate;
  Key issuer_key;
  if (issuer) {
    issuer_certificate.reset(PEM_read_X509(open(issuer->certificate, "r").get(), nullptr, nullptr, nullptr));
    issuer_key.reset(PEM_read_PrivateKey(open(issuer->key, "r").get(), nullptr, nullptr, nullptr));
  }
  auto* by = issuer ? issuer_certificate.get() : certificate.get();
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(by));
  extend(certificate.get(), by, NID_basic_constraints, is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
  std::string names;
  for (const auto& name : spec.names) names += (names.empty() ? "" : ",") + name;
  if (!names.empty()) extend(certificate.get(), by, NID_subject_alt_name, names);
  X509_sign(certificate.get(), issuer ? issuer_key.get() : key.get(), EVP_sha256());
  PEM_write_X509(open(files.certificate, "w").get(), certificate.get());
  PEM_write_PrivateKey(open(files.key, "w").get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return files;
}

}  // namespace retouch::http::test
