#include "failures.hpp"

#include <algorithm>
#include <array>

#include "retouch/base/text.hpp"
#include "retouch/http/answer.hpp"

namespace retouch::providers {
namespace {

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

// "Provided object does not match schema 'image': '12' is not of type 'integer' Failed validating 'type' in schema…":
// the reader wants the middle.
std::string without_schema(std::string message) {
  constexpr std::string_view opening = "Provided object does not match schema 'image': ";
  if (const auto at = message.find("Failed validating"); at != std::string::npos) message.resize(at);
  if (message.starts_with(opening)) message.erase(0, opening.size());
  return std::string(trim(message));
}

// Nearly everything is a 400 on IMS; the code says what it means. (IMG.0060 and IMG.0187 throttle: http knows them.)
constexpr std::array ims_meanings{
    http::CodeMeaning{"IMG.0061", Errc::http_status, Reaction::transient},
    http::CodeMeaning{"IMG.0064", Errc::http_status, Reaction::transient},
    http::CodeMeaning{"IMG.0065", Errc::http_status, Reaction::transient},
    http::CodeMeaning{"IMG.0154", Errc::http_status, Reaction::transient},
    http::CodeMeaning{"IMG.0155", Errc::http_status, Reaction::transient},
    http::CodeMeaning{"IMG.0035", Errc::http_status, Reaction::conflict},
    http::CodeMeaning{"IMG.0027", Errc::not_found, Reaction::permanent},
    http::CodeMeaning{"IMG.0086", Errc::not_found, Reaction::permanent},
    http::CodeMeaning{"IMG.0144", Errc::not_found, Reaction::permanent},
    http::CodeMeaning{"IMG.0087", Errc::credentials, Reaction::auth},
    http::CodeMeaning{"IMG.0026", Errc::permission, Reaction::auth},
    http::CodeMeaning{"IMG.0047", Errc::permission, Reaction::permanent},
    http::CodeMeaning{"IMG.0106", Errc::permission, Reaction::permanent},
    http::CodeMeaning{"IMG.0161", Errc::permission, Reaction::permanent},
};

struct FieldOfCode {
  std::string_view code, field;
};
constexpr std::array ims_fields{
    FieldOfCode{"IMG.0002", "name"},
    FieldOfCode{"IMG.0003", "name"},
    FieldOfCode{"IMG.0009", "name"},
    FieldOfCode{"IMG.0062", "name"},
    FieldOfCode{"IMG.0004", "__description"},
    FieldOfCode{"IMG.0054", "__description"},
    FieldOfCode{"IMG.0056", "__os_version"},
    FieldOfCode{"IMG.0122", "__os_type"},
    FieldOfCode{"IMG.0141", "hw_firmware_type"},
    FieldOfCode{"IMG.0156", "enterprise_project_id"},
    FieldOfCode{"IMG.0115", "tags"},
    FieldOfCode{"IMG.0116", "tags"},
};

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

Error glance_failure(const http::Request& request, const http::Response& answer, Wall now,
                     std::span<const std::string> fields) {
  auto error = http::to_error(request, answer, now);
  // One image or field of it is not ours to change; others may well be. A list that is refused is refused for all.
  const bool is_write = request.cls == http::RequestClass::write;
  if (answer.status == 403 && error.reaction == Reaction::auth && is_write) error.reaction = Reaction::permanent;
  if (error.reaction == Reaction::permanent || error.reaction == Reaction::conflict) {
    error.field = named_field(error.message, fields);
  }
  error.message = without_schema(std::move(error.message));
  return error;
}

Error ims_failure(const http::Request& request, const http::Response& answer, Wall now,
                  std::span<const std::string> fields) {
  auto error = http::to_error(request, answer, now, ims_meanings);
  if (error.reaction != Reaction::permanent) return error;
  const auto known = std::ranges::find(ims_fields, error.cloud_code, &FieldOfCode::code);
  if (known != ims_fields.end() && std::ranges::find(fields, known->field) != fields.end()) {
    error.field = std::string(known->field);
  } else {
    error.field = named_field(error.message, fields);
  }
  return error;
}

}  // namespace retouch::providers
