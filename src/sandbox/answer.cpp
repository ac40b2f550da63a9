#include "retouch/sandbox/answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "retouch/base/html.hpp"
#include "retouch/base/text.hpp"

namespace retouch::sandbox {
namespace {

ServerResponse answer(int status, std::string content_type, std::string body) {
  ServerResponse response{.status = status};
  response.headers.set("Content-Type", std::move(content_type));
  response.body = std::move(body);
  return response;
}

// The quality that an Accept header gives to a media type, the most specific range deciding; 0 = not wanted.
double quality(std::string_view accept, std::string_view type) {
  double best = 0;
  int best_rank = -1;
  for (const std::string& item : split(accept, ',')) {
    const std::vector<std::string> parts = split(item, ';');
    const std::string range = to_lower(trim(parts.front()));
    double q = 1;
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const std::string_view parameter = trim(parts[i]);
      if (parameter.starts_with("q=")) {
        std::from_chars(parameter.data() + 2, parameter.data() + parameter.size(), q);
      }
    }
    const std::string group = std::string(type.substr(0, type.find('/'))) + "/*";
    const int rank = range == type ? 2 : range == group ? 1 : range == "*/*" ? 0 : -1;
    if (rank > best_rank) {
      best = q;
      best_rank = rank;
    }
  }
  return best;
}

std::string decode_form(std::string text) {
  std::replace(text.begin(), text.end(), '+', ' ');
  return percent_decode(text).value_or(text);
}

}  // namespace

ServerResponse json_answer(int status, const Json& body) {
  return answer(status, "application/json", compact_json(body));
}

ServerResponse empty_answer(int status) { return ServerResponse{.status = status}; }

ServerResponse glance_error(const ServerRequest& request, int status, std::string_view explanation,
                            std::string_view detail) {
  const std::string line = fmt::format("{} {}", status, reason(status));
  const std::optional<std::string_view> accept = request.headers.get("Accept");
  const std::string_view wanted = accept.value_or("");
  const double html = quality(wanted, "text/html");
  const double json = quality(wanted, "application/json");
  if (html > 0 && html >= json) {
    return answer(status, "text/html; charset=UTF-8",
                  fmt::format("<html>\n <head>\n  <title>{0}</title>\n </head>\n <body>\n  <h1>{0}</h1>\n  {1}<br "
                              "/><br />\n{2}\n\n\n </body>\n</html>",
                              line, escape_html_to_ascii(explanation), escape_html_to_ascii(detail)));
  }
  if (json > 0) {
    return json_answer(status, Json{{"message", fmt::format("{}<br /><br />\n{}\n\n", explanation, detail)},
                                    {"code", line},
                                    {"title", std::string(reason(status))}});
  }
  // Made from the HTML: its line ends have become blanks.
  return answer(status, "text/plain; charset=UTF-8", fmt::format("{}\n\n{}\n\n {}  ", line, explanation, detail));
}

ServerResponse ims_error(int status, std::string_view code, std::string_view message) {
  return json_answer(status, Json{{"error", {{"message", std::string(message)}, {"code", std::string(code)}}}});
}

ServerResponse gateway_error(int status, std::string_view code, std::string_view message) {
  return json_answer(status,
                     Json{{"error_msg", std::string(message)}, {"error_code", std::string(code)}, {"request_id", ""}});
}

ServerResponse keystone_error(int status, std::string_view message) {
  return json_answer(
      status,
      Json{{"error", {{"code", status}, {"message", std::string(message)}, {"title", std::string(reason(status))}}}});
}

std::string_view reason(int status) {
  switch (status) {
    case 300:
      return "Multiple Choices";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Request Entity Too Large";
    case 415:
      return "Unsupported Media Type";
    case 420:
      return "Enhance Your Calm";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Unknown";
  }
}

Query::Query(std::string_view text) {
  if (text.empty()) return;
  for (const std::string& item : split(text, '&')) {
    if (item.empty()) continue;
    const std::size_t equals = item.find('=');
    items_.emplace_back(decode_form(item.substr(0, equals)),
                        equals == std::string::npos ? "" : decode_form(item.substr(equals + 1)));
  }
}

std::optional<std::string> Query::get(std::string_view name) const {
  for (auto it = items_.rbegin(); it != items_.rend(); ++it) {
    if (it->first == name) return it->second;
  }
  return std::nullopt;
}

std::vector<std::string> Query::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : items_) {
    if (key == name) values.push_back(value);
  }
  return values;
}

std::vector<std::string> path_segments(std::string_view path) {
  std::vector<std::string> segments;
  for (const std::string& part : split(path, '/')) {
    if (!part.empty()) segments.push_back(percent_decode(part).value_or(part));
  }
  return segments;
}

std::string image_id_of(std::string_view path) {
  const std::vector<std::string> parts = path_segments(path);
  for (std::size_t i = 1; i + 1 < parts.size(); ++i) {
    if (parts[i] == "images" || parts[i] == "cloudimages") return parts[i + 1] == "tags" ? "" : parts[i + 1];
  }
  return "";
}

}  // namespace retouch::sandbox
