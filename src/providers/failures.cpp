#include "failures.hpp"

#include <algorithm>
#include <array>

#include "answer_reading.hpp"
#include "retouch/base/text.hpp"

namespace retouch::providers {
namespace {

bool is_write(const http::Request& request) { return request.cls == http::RequestClass::write; }

// 401, 429, 5xx and what else HTTP itself says was read already; this is about what both image APIs mean by the rest.
Error common_failure(const http::Request& request, const http::Response& answer) {
  auto error = read_failure(request, answer);
  if (error.reaction == Reaction::throttled) return error;
  switch (answer.status) {
    case 403:
      // One image or field of it is not ours to change; other images may well be. A list that is refused is refused for
      // all.
      error.code = Errc::permission;
      error.reaction = is_write(request) ? Reaction::permanent : Reaction::auth;
      break;
    case 404:
      error.code = Errc::not_found;
      error.reaction = Reaction::permanent;
      break;
    case 409:
      error.reaction = Reaction::conflict;
      break;
    case 502:
    case 504:
      if (is_write(request)) error.reaction = Reaction::uncertain;
      break;
    default:
      break;
  }
  return error;
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == ':' || static_cast<unsigned char>(c) >= 0x80;
}

bool has_word(std::string_view text, std::string_view word) {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at == 0 || !is_name_character(text[at - 1])) && (end == text.size() || !is_name_character(text[end])))
      return true;
  }
  return false;
}

// The only one of `fields` for which `names` holds; "" = none or several.
template <class Names>
std::string only_one(std::span<const std::string> fields, Names names) {
  std::string found;
  for (const auto& field : fields) {
    if (!names(field)) continue;
    if (!found.empty()) return {};
    found = field;
  }
  return found;
}

// "Provided object does not match schema 'image': '12' is not of type 'integer'", blank line, then the schema, line by
// line: the reader wants the middle of the first line.
std::string without_schema(std::string message) {
  constexpr std::string_view opening = "Provided object does not match schema 'image': ";
  if (const auto at = message.find("Failed validating"); at != std::string::npos) message.resize(at);
  if (message.starts_with(opening)) message.erase(0, opening.size());
  return std::string(trim(message));
}

struct ImsCode {
  std::string_view code;
  enum class Means { throttled, transient, conflict, gone, auth, permission, field } means;
  std::string_view field = {};
};

constexpr std::array ims_codes{
    ImsCode{"IMG.0060", ImsCode::Means::throttled},
    ImsCode{"IMG.0187", ImsCode::Means::throttled},
    ImsCode{"IMG.0061", ImsCode::Means::transient},
    ImsCode{"IMG.0064", ImsCode::Means::transient},
    ImsCode{"IMG.0065", ImsCode::Means::transient},
    ImsCode{"IMG.0154", ImsCode::Means::transient},
    ImsCode{"IMG.0155", ImsCode::Means::transient},
    ImsCode{"IMG.0035", ImsCode::Means::conflict},
    ImsCode{"IMG.0027", ImsCode::Means::gone},
    ImsCode{"IMG.0086", ImsCode::Means::gone},
    ImsCode{"IMG.0144", ImsCode::Means::gone},
    ImsCode{"IMG.0087", ImsCode::Means::auth},
    ImsCode{"IMG.0026", ImsCode::Means::permission},
    ImsCode{"IMG.0047", ImsCode::Means::permission},
    ImsCode{"IMG.0106", ImsCode::Means::permission},
    ImsCode{"IMG.0161", ImsCode::Means::permission},
    ImsCode{"IMG.0002", ImsCode::Means::field, "name"},
    ImsCode{"IMG.0003", ImsCode::Means::field, "name"},
    ImsCode{"IMG.0009", ImsCode::Means::field, "name"},
    ImsCode{"IMG.0062", ImsCode::Means::field, "name"},
    ImsCode{"IMG.0004", ImsCode::Means::field, "__description"},
    ImsCode{"IMG.0054", ImsCode::Means::field, "__description"},
    ImsCode{"IMG.0056", ImsCode::Means::field, "__os_version"},
    ImsCode{"IMG.0122", ImsCode::Means::field, "__os_type"},
    ImsCode{"IMG.0141", ImsCode::Means::field, "hw_firmware_type"},
    ImsCode{"IMG.0156", ImsCode::Means::field, "enterprise_project_id"},
    ImsCode{"IMG.0115", ImsCode::Means::field, "tags"},
    ImsCode{"IMG.0116", ImsCode::Means::field, "tags"},
};

void react(Error& error, const ImsCode& known, std::span<const std::string> fields) {
  switch (known.means) {
    case ImsCode::Means::throttled:
      error.code = Errc::throttled;
      error.reaction = Reaction::throttled;
      break;
    case ImsCode::Means::transient:
      error.reaction = Reaction::transient;
      break;
    case ImsCode::Means::conflict:
      error.reaction = Reaction::conflict;
      break;
    case ImsCode::Means::gone:
      error.code = Errc::not_found;
      error.reaction = Reaction::permanent;
      break;
    case ImsCode::Means::auth:
      error.code = Errc::credentials;
      error.reaction = Reaction::auth;
      break;
    case ImsCode::Means::permission:
      error.code = Errc::permission;
      break;
    case ImsCode::Means::field:
      if (std::ranges::find(fields, known.field) != fields.end()) error.field = std::string(known.field);
      break;
  }
}

}  // namespace

std::string named_field(std::string_view message, std::span<const std::string> fields) {
  const auto says = [&](std::string_view before, std::string_view after) {
    return only_one(fields, [&](const std::string& field) {
      return message.find(std::string(before) + field + std::string(after)) != std::string_view::npos;
    });
  };
  // A schema error quotes the whole schema, so its last line decides.
  if (auto field = says("On instance['", "']"); !field.empty()) return field;
  for (const auto [before, after] :
       {std::pair{"Property ", " does not exist"}, std::pair{"Property ", " may not be removed"},
        std::pair{"Attribute '", "' is "}, std::pair{"Property '", "' is "}}) {
    if (auto field = says(before, after); !field.empty()) return field;
  }
  // The policies that guard visibility are called so.
  if (has_word(message, "publicize_image") || has_word(message, "communitize_image")) {
    if (std::ranges::find(fields, "visibility") != fields.end()) return "visibility";
  }
  return only_one(fields, [&](const std::string& field) { return has_word(message, field); });
}

Error glance_failure(const http::Request& request, const http::Response& answer, std::span<const std::string> fields) {
  auto error = common_failure(request, answer);
  if (error.reaction == Reaction::permanent || error.reaction == Reaction::conflict) {
    error.field = named_field(error.message, fields);
  }
  error.message = without_schema(std::move(error.message));
  return error;
}

Error ims_failure(const http::Request& request, const http::Response& answer, std::span<const std::string> fields) {
  auto error = common_failure(request, answer);
  if (const auto known = std::ranges::find(ims_codes, error.cloud_code, &ImsCode::code); known != ims_codes.end()) {
    react(error, *known, fields);
  }
  if (error.field.empty() && error.reaction == Reaction::permanent) error.field = named_field(error.message, fields);
  return error;
}

}  // namespace retouch::providers
