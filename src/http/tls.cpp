#include "tls.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "authorities.hpp"

namespace retouch::http {

namespace {

namespace ssl = asio::ssl;
using boost::system::error_code;

Result<void> trust_authorities(ssl::context& context, const TlsOptions& options) {
  if (options.ca_file.empty()) return trust_system(context.native_handle(), options.system_ca_file);
  error_code ec;
  context.load_verify_file(options.ca_file, ec);
  if (!ec) return {};
  return fail(Errc::io, fmt::format("cannot read certificate authorities from {}: {}", options.ca_file, ec.message()));
}

Result<void> use_client_certificate(ssl::context& context, const TlsOptions& options) {
  if (options.client_certificate.empty() && options.client_key.empty()) return {};
  if (options.client_certificate.empty() || options.client_key.empty()) {
    return fail(Errc::invalid_input, "client_certificate and client_key belong together: one of them is missing");
  }
  error_code ec;
  // OpenSSL would ask for a passphrase on the terminal.
  context.set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); }, ec);
  context.use_certificate_chain_file(options.client_certificate, ec);
  if (ec) {
    return fail(Errc::io,
                fmt::format("cannot use client certificate {}: {}", options.client_certificate, ec.message()));
  }
  context.use_private_key_file(options.client_key, ssl::context::pem, ec);
  if (ec) return fail(Errc::io, fmt::format("cannot use client key {}: {}", options.client_key, ec.message()));
  return {};
}

std::string_view remedy(long verdict) {
  switch (verdict) {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "; if that is right, set tls.ca_file to the authority that signed it";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "; use a name that the certificate was issued for (its subjectAltName: a common name does not count)";
    case X509_V_ERR_CERT_NOT_YET_VALID:
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "; also check this machine's clock";
    default:
      return "";
  }
}

std::string_view handshake_hint(const error_code& reason) {
  switch (ERR_GET_REASON(static_cast<unsigned long>(reason.value()))) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
      return "; does it speak plain http on this port?";
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
      return "; TLS 1.2 or newer is required";
    default:
      return "";
  }
}

}  // namespace

Result<ssl::context> make_client_context(const TlsOptions& options) {
  ssl::context context(ssl::context::tls_client);
  auto* native = context.native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  error_code ec;
  context.set_verify_mode(options.verify ? ssl::verify_peer : ssl::verify_none, ec);
  if (options.verify) RETOUCH_CHECK(trust_authorities(context, options));
  RETOUCH_CHECK(use_client_certificate(context, options));
  return context;
}

Result<void> expect_peer(TlsStream& stream, const std::string& host) {
  auto* native = stream.native_handle();
  auto name = host.ends_with('.') ? host.substr(0, host.size() - 1) : host;  // certificates have no root dot
  auto* parameters = SSL_get0_param(native);
  // RFC 9525: without a subjectAltName OpenSSL would take the common name, which is free text to an authority.
  X509_VERIFY_PARAM_set_hostflags(parameters,
                                  X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  error_code ec;
  asio::ip::make_address(name, ec);
  bool done = !ec ? X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str()) == 1
                  : X509_VERIFY_PARAM_set1_host(parameters, name.c_str(), name.size()) == 1 &&
                        SSL_ctrl(native, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) == 1;
  if (!done) return fail(Errc::tls, fmt::format("cannot verify the name {}", host));
  return {};
}

Error handshake_error(TlsStream& stream, const std::string& host, const error_code& reason) {
  Error error{.code = Errc::tls, .reaction = Reaction::permanent};
  auto verdict = SSL_get_verify_result(stream.native_handle());
  bool verifying = (SSL_get_verify_mode(stream.native_handle()) & SSL_VERIFY_PEER) != 0;
  if (verifying && verdict != X509_V_OK) {
    error.message = fmt::format("the certificate of {} is not trusted: {}{}", host,
                                X509_verify_cert_error_string(verdict), remedy(verdict));
  } else if (reason.category() == asio::error::get_ssl_category()) {
    error.message = fmt::format("no TLS with {}: {}{}", host, reason.message(), handshake_hint(reason));
  } else {
    error.reaction = Reaction::transient;
    error.message = fmt::format("the TLS handshake with {} broke off: {}", host, reason.message());
  }
  return error;
}

}  // namespace retouch::http
