#include "session_message.hpp"

#include <fmt/format.h>

#include <boost/beast/http/status.hpp>

namespace retouch::http {

namespace beast = boost::beast;

ServerRequest to_request(beast::http::request<beast::http::string_body>&& message) {
  ServerRequest request{.method = std::string(message.method_string()), .target = std::string(message.target())};
  auto question = request.target.find('?');
  request.path = request.target.substr(0, question);
  if (question != std::string::npos) request.query = request.target.substr(question + 1);
  for (const auto& field : message) request.headers.add(std::string(field.name_string()), std::string(field.value()));
  request.body = std::move(message.body());
  return request;
}

ServerResponse plain(int status, std::string text) {
  ServerResponse response{.status = status, .body = std::move(text)};
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  return response;
}

std::string serialize(const ServerResponse& response, bool announce_close, bool head_only, const std::string& date) {
  auto out = fmt::format("HTTP/1.1 {} {}\r\n", response.status,
                         std::string_view(beast::http::obsolete_reason(
                             beast::http::int_to_status(static_cast<unsigned>(response.status)))));
  for (const auto& [name, value] : response.headers.all()) out += name + ": " + value + "\r\n";
  const auto& headers = response.headers;
  if (!headers.get("Date")) out += "Date: " + date + "\r\n";
  bool bodiless = response.status == 204 || response.status == 304 || response.status < 200;
  if (!bodiless && !headers.get("Content-Length") && !headers.get("Transfer-Encoding")) {
    out += fmt::format("Content-Length: {}\r\n", response.body.size());
  }
  if (announce_close && !headers.get("Connection")) out += "Connection: close\r\n";
  out += "\r\n";
  if (!head_only && !bodiless) out += response.body;
  return out;
}

}  // namespace retouch::http
