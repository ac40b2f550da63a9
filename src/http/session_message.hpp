// Between Beast's messages and ours, on the server's side.
#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "retouch/http/server.hpp"

namespace retouch::http {

ServerRequest to_request(boost::beast::http::request<boost::beast::http::string_body>&& message);

ServerResponse plain(int status, std::string text);

// Head and body in one text, so that one segment carries both when they are small.
std::string serialize(const ServerResponse& response, bool announce_close, bool head_only, const std::string& date);

}  // namespace retouch::http
