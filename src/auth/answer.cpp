#include "answer.hpp"

#include <algorithm>
#include <charconv>

#include "retouch/base/json.hpp"
#include "retouch/base/text.hpp"

namespace retouch::auth {
namespace {

void read_json(const Json& document, Problem& problem) {
  if (const Json* error = find_member(document, "error"); error && error->is_object()) {
    problem.message = string_member(*error, "message").value_or("");
    problem.code = string_member(*error, "code").value_or("");  // an integer repeats the status
  }
  if (auto message = string_member(document, "error_msg")) problem.message = *message;
  if (auto code = string_member(document, "error_code")) problem.code = *code;
  if (auto id = string_member(document, "request_id")) problem.request_id = *id;
  if (auto message = string_member(document, "message"); message && problem.message.empty()) problem.message = *message;
}

std::string without_tags(std::string_view html) {
  std::string text;
  bool tag = false;
  for (const char c : html) {
    if (c == '<') tag = true;
    const bool blank = tag || c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!blank) text += c;
    if (blank && !text.empty() && text.back() != ' ') text += ' ';
    if (c == '>') tag = false;
  }
  return std::string(trim(text));
}

}  // namespace

Problem read_problem(const http::Response& answer) {
  Problem problem;
  if (auto document = parse_json(answer.body, "error"); document && document->is_object()) {
    read_json(*document, problem);
  } else {
    problem.message = without_tags(answer.body);
  }
  for (const auto name : {"X-Openstack-Request-Id", "X-Request-Id"}) {
    if (auto id = answer.headers.get(name); id && problem.request_id.empty()) problem.request_id = std::string(*id);
  }
  return problem;
}

bool is_throttle(const http::Response& answer) {
  if (answer.status == 429 || answer.status == 420) return true;
  return (answer.status == 413 || answer.status == 503) && answer.headers.get("Retry-After");
}

std::optional<Duration> retry_after(const http::Response& answer) {
  const auto header = answer.headers.get("Retry-After");
  if (!header) return std::nullopt;
  const auto text = trim(*header);
  unsigned seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc{} && end == text.data() + text.size()) return std::chrono::seconds(seconds);
  const auto until = parse_http_date(text);
  const auto date = parse_http_date(answer.headers.get("Date").value_or(""));
  if (!until || !date) return std::nullopt;
  return std::max(*until - *date, Duration{0});
}

}  // namespace retouch::auth
