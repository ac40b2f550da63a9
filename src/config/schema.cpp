#include <algorithm>

#include "keys.hpp"
#include "retouch/auth/resolve.hpp"
#include "retouch/config/settings.hpp"

namespace retouch::config {
namespace {

// Editors read plain scalars as YAML does; we take their text, so 0012 is a fine name.
Json text_schema() { return {{"type", {"string", "number", "boolean"}}}; }

Json secret_schema() {
  const auto one = [](const char* name) {
    return Json{{"type", "object"},
                {"properties", {{name, {{"type", "string"}}}}},
                {"required", {name}},
                {"additionalProperties", false}};
  };
  return {{"oneOf", {one("file"), one("env"), one("credential")}}};
}

Json auth_schema() {
  Json properties{{"cloud", {{"type", "string"}, {"description", "an entry of clouds.yaml"}}}};
  for (const auto& method : auth::login_methods()) {
    properties["type"]["enum"].push_back(method.type);
    for (const auto key : method.keys) {
      const bool secret = std::ranges::find(method.secret_keys, key) != method.secret_keys.end();
      properties[std::string(key)] = secret ? secret_schema() : text_schema();
    }
  }
  for (const auto key : auth::triton_login().keys) properties[std::string(key)] = text_schema();
  properties["key"] = secret_schema();
  properties["agent"] = {{"type", "boolean"}, {"description", "provider triton: the ssh-agent signs"}};
  properties["roles"] = {{"type", "array"}, {"items", text_schema()}};
  properties["profile"]["description"] = "provider triton: a profile of the triton client, or env";
  return {{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
}

Json state_schema() {
  const Json path{{"type", "object"},
                  {"properties", {{"path", {{"type", "string"}}}}},
                  {"required", {"path"}},
                  {"additionalProperties", false}};
  return {{"oneOf", {path, {{"const", "none"}}}}};
}

Json object_schema(const Table& table);

Json number_schema(const char* type, const Key& key) {
  Json schema{{"type", type}, {"minimum", key.min}};
  if (key.max < 1e9) schema["maximum"] = key.max;
  return schema;
}

Json shape(const Key& key) {
  switch (key.type) {
    case Type::text:
      return text_schema();
    case Type::number:
      return number_schema("number", key);
    case Type::integer:
      return number_schema("integer", key);
    case Type::boolean:
      return {{"type", "boolean"}};
    case Type::duration:
      return {{"type", {"string", "integer"}}, {"pattern", R"(^(0|([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h|d))+)$)"}};
    case Type::rate:
      return {{"type", "string"}, {"pattern", R"(^[0-9]+(\.[0-9]+)?/[smh]$)"}};
    case Type::choice:
      return {{"enum", key.choices}};
    case Type::texts:
      return {{"type", "array"}, {"items", text_schema()}};
    case Type::listen:
      return {{"type", "string"}, {"pattern", R"(^([0-9.]+|\[[0-9A-Fa-f:.]+\]):[0-9]+$)"}};
    case Type::secret:
      return secret_schema();
    case Type::object:
      return object_schema(*key.table);
    case Type::list:
      return {{"type", "array"}, {"items", object_schema(*key.table)}};
    case Type::map:
      return {{"type", "object"}, {"additionalProperties", object_schema(*key.table)}};
    case Type::special:
      return key.name == "auth" ? auth_schema() : state_schema();
  }
  return {};
}

Json object_schema(const Table& table) {
  Json schema{{"type", "object"}, {"additionalProperties", false}, {"properties", Json::object()}};
  for (const auto& key : table.keys) {
    auto property = shape(key);
    if (!key.description.empty()) property["description"] = key.description;
    schema["properties"][std::string(key.name)] = std::move(property);
    if (key.required) schema["required"].push_back(key.name);
  }
  for (const auto name : table.exactly_one_of) schema["oneOf"].push_back({{"required", {name}}});
  return schema;
}

}  // namespace

Json settings_schema() {
  auto schema = object_schema(settings_table());
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  schema["title"] = "Configuration of retouch";
  return schema;
}

}  // namespace retouch::config
