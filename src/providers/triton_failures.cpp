// What CloudAPI's refusals mean: protocols/triton.md 1.5.
#include <algorithm>
#include <array>

#include "failures.hpp"
#include "retouch/base/json.hpp"
#include "retouch/http/answer.hpp"

namespace retouch::providers {
namespace {

// 401 and 403 are the account's as a whole; these are what the status would say wrongly.
constexpr std::array meanings{
    http::CodeMeaning{"InvalidHeader", Errc::credentials, Reaction::auth},  // the clock, or the key's algorithm
    http::CodeMeaning{"InvalidVersion", Errc::protocol, Reaction::permanent},
    http::CodeMeaning{"MissingParameter", Errc::http_status, Reaction::permanent},  // 409 without being a conflict
    http::CodeMeaning{"InvalidArgument", Errc::http_status, Reaction::permanent},
    http::CodeMeaning{"NotImageOwner", Errc::permission, Reaction::permanent},
    http::CodeMeaning{"NotImageOwnerError", Errc::permission, Reaction::permanent},
};

// "tags.role", "acl[0]" -> the field itself.
std::string_view base_name(std::string_view field) { return field.substr(0, field.find_first_of(".[")); }

// The only one of `fields` that the answer complains about; "" = none or several.
std::string complained_field(const http::Response& answer, std::span<const std::string> fields) {
  const auto document = parse_json(answer.body, "the error answer");
  const auto* errors = document ? find_member(*document, "errors") : nullptr;
  if (!errors || !errors->is_array()) return {};
  std::string found;
  for (const auto& one : *errors) {
    const auto said = string_member(one, "field").value_or("");
    const auto field = std::ranges::find(fields, base_name(said));
    if (field == fields.end() || *field == found) continue;
    if (!found.empty()) return {};
    found = *field;
  }
  return found;
}

}  // namespace

Error triton_failure(const http::Request& request, const http::Response& answer, Wall now,
                     std::span<const std::string> fields) {
  auto error = http::to_error(request, answer, now, meanings);
  if (error.reaction == Reaction::permanent) error.field = complained_field(answer, fields);
  return error;
}

}  // namespace retouch::providers
