// The TLS half of a connection: trust, names, and failures in words.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>

#include "retouch/http/client.hpp"

namespace retouch::http {

using TlsStream = asio::ssl::stream<asio::ip::tcp::socket&>;

Result<asio::ssl::context> make_client_context(const TlsOptions& options);

// Before the handshake: the name to ask for (SNI) and to verify.
Result<void> expect_peer(TlsStream& stream, const std::string& host);

// Why the handshake with `host` failed: an untrusted peer is permanent, a connection that broke is transient.
Error handshake_error(TlsStream& stream, const std::string& host, const boost::system::error_code& reason);

}  // namespace retouch::http
