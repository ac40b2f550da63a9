#include "retouch/http/answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "answer_view.hpp"
#include "retouch/base/html.hpp"
#include "retouch/base/json.hpp"
#include "retouch/base/text.hpp"

namespace retouch::http {

namespace {

constexpr std::size_t longest_text = 64u << 10;
constexpr std::size_t longest_message = 4096;  // a schema error quotes the whole schema

// Drops everything from `<name` to `</name>`: what browsers do not show either.
void drop_element(std::string& html, std::string_view name) {
  auto lower = to_lower(html);
  std::string open = "<" + std::string(name), close = "</" + std::string(name) + ">";
  for (std::size_t at = 0; (at = lower.find(open, at)) != std::string::npos;) {
    auto end = lower.find(close, at);
    auto length = end == std::string::npos ? html.size() - at : end + close.size() - at;
    html.erase(at, length);
    lower.erase(at, length);
  }
}

std::string fold_blanks(std::string_view text) {
  std::string out;
  for (char c : text) {
    bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!blank) out += c;
    if (blank && !out.empty() && out.back() != ' ') out += ' ';
  }
  return std::string(trim(out));
}

// "<" begins a tag only before a letter or "/": messages also say "a < b".
std::string without_markup(std::string_view text) {
  std::string out;
  const auto last_end = text.rfind('>');  // behind it nothing is a tag, and nothing is looked for
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool tag = text[i] == '<' && i + 1 < text.size() && last_end != std::string_view::npos && i < last_end &&
               (text[i + 1] == '/' || text[i + 1] == '!' || (text[i + 1] >= 'A' && text[i + 1] <= 'Z') ||
                (text[i + 1] >= 'a' && text[i + 1] <= 'z'));
    auto end = tag ? text.find('>', i) : std::string_view::npos;
    if (end == std::string_view::npos) {
      out += text[i];
      continue;
    }
    out += ' ';
    i = end;
  }
  return fold_blanks(unescape_html(out));
}

std::string element(std::string_view html, std::string_view name) {
  auto lower = to_lower(html);
  auto begin = lower.find("<" + std::string(name) + ">");
  auto end = lower.find("</" + std::string(name) + ">");
  if (begin == std::string::npos || end == std::string::npos || end < begin) return {};
  begin += name.size() + 2;
  return without_markup(html.substr(begin, end - begin));
}

std::string read_html(const std::string& body) {
  auto title = element(body, "title");
  auto text = body;
  for (auto name : {"head", "title", "style", "script"}) drop_element(text, name);
  auto shown = without_markup(text);
  if (title.empty() || shown.find(title) != std::string::npos) return shown;
  return shown.empty() ? title : title + ": " + shown;
}

std::string code_of(const Json& object, std::string_view key, int status) {
  if (auto text = string_member(object, key)) return *text;
  auto number = integer_member(object, key);
  return number && *number != status ? std::to_string(*number) : std::string();
}

void read_object(const Json& object, int status, Complaint& complaint) {
  auto take = [&](std::string& into, std::string value) {
    if (into.empty()) into = std::move(value);
  };
  for (auto name : {"message", "error_msg", "error_description", "title"}) {
    if (auto text = string_member(object, name)) take(complaint.message, *text);
  }
  for (auto name : {"error_code", "code"}) take(complaint.code, code_of(object, name, status));
  if (auto id = string_member(object, "request_id")) take(complaint.request_id, *id);
}

// CloudAPI names what it does not like: {"errors":[{"field","code","message"}]}.
std::string field_errors(const Json& document) {
  std::string out;
  const auto* errors = find_member(document, "errors");
  if (!errors || !errors->is_array()) return out;
  for (const auto& one : *errors) {
    auto field = string_member(one, "field");
    if (!field) continue;
    auto why = string_member(one, "message").value_or(string_member(one, "code").value_or("invalid"));
    out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", *field, why);
  }
  return out;
}

void read_json(const Json& document, int status, Complaint& complaint) {
  for (auto wrapper : {"error", "overLimit", "badRequest", "forbidden", "itemNotFound"}) {
    const auto* inner = find_member(document, wrapper);
    if (inner && inner->is_object()) read_object(*inner, status, complaint);
    if (inner && inner->is_string()) complaint.message = inner->get<std::string>();
  }
  read_object(document, status, complaint);
  complaint.message = without_markup(complaint.message);
  auto fields = field_errors(document);
  if (!fields.empty() && complaint.message.find(fields) == std::string::npos) {
    complaint.message += complaint.message.empty() ? fields : " (" + fields + ")";
  }
}

void react(Error& error, const Request& request) {
  switch (error.status) {
    case 401:
      error.code = Errc::credentials;
      error.reaction = Reaction::auth;
      return;
    case 403:
      error.code = Errc::permission;
      error.reaction = Reaction::auth;
      return;
    case 404:
      error.code = Errc::not_found;
      return;
    case 409:
      error.reaction = Reaction::conflict;
      return;
    case 503:
      error.reaction = Reaction::transient;
      return;  // not begun: overload, maintenance, no backend
    default:
      break;
  }
  if (error.status >= 500 || error.status == 408) {
    error.reaction = request.repeatable ? Reaction::transient : Reaction::uncertain;
  }
}

std::string location_hint(const Response& response) {
  auto location = response.headers.get("Location");
  if (response.status < 300 || response.status > 399 || !location) return {};
  return fmt::format("redirected to {}, which is not followed with credentials: set the right endpoint", *location);
}

}  // namespace

std::string request_id_of(const Response& response) {
  for (auto name : {"X-Openstack-Request-Id", "X-Request-Id", "Request-Id", "X-Compute-Request-Id"}) {
    if (auto id = response.headers.get(name)) return std::string(*id);
  }
  return {};
}

void keep_request_id(const Request& sent, Result<Response>& result) {
  const auto ours = sent.headers.get("X-Request-Id");
  if (!ours) return;
  if (!result && result.error().request_id.empty()) result.error().request_id = *ours;
  if (result && request_id_of(*result).empty()) result->headers.set("X-Request-Id", std::string(*ours));
}

Complaint read_complaint(const Response& full) {
  Complaint complaint;
  // What a person reads of an error stands at its beginning; taking markup apart costs more than its length.
  Response response{.status = full.status, .headers = full.headers, .body = full.body};
  auto document = parse_json(response.body, "the error answer");
  if (!document) response.body.resize(std::min(response.body.size(), longest_text));
  if (document && document->is_object()) {
    read_json(*document, response.status, complaint);
  } else if (document && document->is_string()) {
    complaint.message = without_markup(document->get<std::string>());
  } else {
    auto type = to_lower(response.headers.get("Content-Type").value_or(""));
    bool html = type.find("html") != std::string::npos || trim(response.body).starts_with('<');
    complaint.message = html ? read_html(response.body) : fold_blanks(response.body);
  }
  if (complaint.message.size() > longest_message) complaint.message.resize(longest_message);
  if (auto id = request_id_of(response); !id.empty()) complaint.request_id = id;
  return complaint;
}

Error to_error(const Request& request, const Response& response, Wall now, std::span<const CodeMeaning> meanings) {
  auto complaint = read_complaint(response);
  Error error{.code = Errc::http_status,
              .message = std::move(complaint.message),
              .where = request.method + " " + request.url.target(),
              .status = response.status,
              .cloud_code = std::move(complaint.code),
              .request_id = std::move(complaint.request_id)};
  if (auto hint = location_hint(response); !hint.empty()) error.message = hint;
  if (error.message.empty()) error.message = fmt::format("the server gives no reason (status {})", response.status);
  auto known = std::ranges::find(meanings, std::string_view(error.cloud_code), &CodeMeaning::code);
  if (auto hint = core::throttle_of(view_of(response, now))) {
    error.code = Errc::throttled;
    error.reaction = Reaction::throttled;
    error.retry_after = hint->retry_after;
  } else if (known != meanings.end()) {
    error.code = known->errc;
    error.reaction = known->reaction;
  } else {
    react(error, request);
    if (error.reaction == Reaction::transient) error.retry_after = core::retry_after_of(view_of(response, now));
  }
  return error;
}

}  // namespace retouch::http
