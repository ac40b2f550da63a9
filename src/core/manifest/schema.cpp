// JSON Schema (draft 2020-12) of manifests, from the tables that also validate. Editors complete and check by it; what
// only the whole manifest shows (merging, clouds, exclusive groups) stays with `retouch validate`.
#include <algorithm>

#include "retouch/base/text.hpp"
#include "spec.hpp"

namespace retouch::core {

using namespace manifest;

namespace {

// A scalar whose source text counts: editors and kustomize may show it as a number or boolean.
Json text_schema() { return {{"type", {"string", "number", "boolean"}}}; }
Json ref(std::string_view name) { return {{"$ref", "#/$defs/" + std::string(name)}}; }
Json list_of(Json items) { return {{"type", "array"}, {"items", std::move(items)}}; }
Json one_or_more(const Json& item) {
  auto list = list_of(item);
  list["minItems"] = 1;
  return {{"anyOf", {item, std::move(list)}}};
}
Json word(std::initializer_list<const char*> words) {
  Json out = Json::array();
  for (const auto* each : words) out.push_back(each);
  return {{"enum", std::move(out)}};
}
Json object(Json properties, bool open = false) {
  return {{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", open}};
}
Json described(Json schema, std::string_view text) {
  schema["description"] = text;
  return schema;
}

Json text_values(const Attribute& attribute) {
  if (attribute.allowed.empty()) {
    auto out = text_schema();
    if (attribute.max_length > 0) out["maxLength"] = attribute.max_length;
    if (attribute.min_length > 0) out["minLength"] = attribute.min_length;
    return out;
  }
  Json words = Json::array();
  const auto add = [&](const std::string& text) {
    words.push_back(text);
    if (text == "true" || text == "false") words.push_back(text == "true");
  };
  for (const auto& text : attribute.allowed) add(text);
  if (attribute.absent_means &&
      std::ranges::find(attribute.allowed, *attribute.absent_means) == attribute.allowed.end())
    add(*attribute.absent_means);
  return {{"enum", std::move(words)}};
}

Json value_schema(const Attribute& attribute) {
  switch (attribute.type) {
    case ValueType::text:
      return text_values(attribute);
    case ValueType::integer:
      return {{"type", "integer"}, {"minimum", attribute.min}, {"maximum", attribute.max}};
    case ValueType::boolean:
      return {{"type", "boolean"}};
    case ValueType::list: {
      auto out = list_of(text_schema());
      out["uniqueItems"] = true;
      if (attribute.max_items > 0) out["maxItems"] = attribute.max_items;
      return out;
    }
    case ValueType::map: {
      Json item{{"type", {"string", "number", "boolean", "null"}}};
      return {{"type", "object"}, {"additionalProperties", std::move(item)}};
    }
  }
  return true;
}

// What any of the tables says of a name: a manifest may be for all of them.
Json attribute_schema(std::string_view name, std::span<const AttributeTable* const> tables) {
  Json alternatives = Json::array();
  std::vector<std::string> texts;
  const auto add = [&](Json schema) {
    if (std::ranges::find(alternatives, schema) == alternatives.end()) alternatives.push_back(std::move(schema));
  };
  for (const auto* table : tables) {
    const auto* attribute = table->find_known(table->canonical(name));
    if (!attribute && table->extension()) add(value_schema(*table->extension()));
    if (!attribute || !attribute->writable) continue;
    add(value_schema(*attribute));
    if (attribute->clear != Clear::impossible) add({{"type", "null"}});
    texts.push_back(table->provider() + ": " + attribute->description);
  }
  Json out = alternatives.size() == 1 ? alternatives.front() : Json{{"anyOf", std::move(alternatives)}};
  return described(std::move(out), join(texts, "\n"));
}

Json attributes_schema(std::span<const AttributeTable* const> tables) {
  Json properties = Json::object();
  bool extensible = false;
  const auto offer = [&](const std::string& name) {
    if (!properties.contains(name)) properties[name] = attribute_schema(name, tables);
  };
  for (const auto* table : tables) {
    extensible = extensible || table->extension();
    for (const auto& attribute : table->known()) {
      if (attribute.writable) offer(attribute.name);
    }
    for (const auto& alias : table->aliases()) offer(alias.portable);
  }
  auto out = object(std::move(properties));
  if (extensible) out["additionalProperties"] = {{"type", {"string", "number", "boolean", "null"}}};
  out["propertyNames"] = {{"minLength", 1}, {"maxLength", 255}};
  return described(std::move(out),
                   "The API's own attribute names; only what is listed is managed. null = must be absent");
}

Json select_schema(std::span<const AttributeTable* const> tables) {
  const Json one{{"type", {"string", "number", "boolean", "null"}}};
  const Json condition{{"anyOf", {one, list_of(one)}}};
  Json properties{
      {"id", one_or_more(text_schema())},
      {"owner", described(one_or_more(text_schema()), "self (default), any, or project ids")},
      {"tags",
       {{"anyOf",
         {text_schema(), list_of(text_schema()), Json{{"type", "object"}, {"additionalProperties", text_schema()}}}}}}};
  for (const auto* table : tables) {
    for (const auto& attribute : table->known()) {
      if (!properties.contains(attribute.name)) properties[attribute.name] = condition;
    }
  }
  auto out = object(std::move(properties));
  out["additionalProperties"] = condition;
  out["minProperties"] = 1;
  return described(std::move(out), "A text = equal, a list = any of, null = absent; all of them must hold");
}

Json manage_schema() {
  const auto mode = word({"listed", "exact"});
  return object({{"properties", mode},
                 {"tags", mode},
                 {"acl", mode},
                 {"on_removal", word({"keep", "remove"})},
                 {"ignore", {{"anyOf", {text_schema(), list_of(text_schema())}}}},
                 {"fields", {{"type", "object"}, {"additionalProperties", word({"enforce", "warn", "ignore"})}}}});
}

// The schema of every key that may stand in some spec.
Json key_schemas() {
  const Json flag{{"type", "boolean"}};
  const Json map_of_texts{{"type", "object"}, {"additionalProperties", text_schema()}};
  return {
      {"name", ref("name")},
      {"labels", map_of_texts},
      {"clouds", described(one_or_more({{"type", "string"}}), "Names or globs of configured clouds; !glob excludes")},
      {"select", ref("select")},
      {"match", word({"one", "newest", "all"})},
      {"max", described({{"type", "integer"}, {"minimum", 1}}, "match: all with exact: at most so many images")},
      {"optional", described(flag, "true: no match is no problem")},
      {"attributes", ref("attributes")},
      {"manage", ref("manage")},
      {"overrides", list_of(ref("override"))},
      {"priority", described({{"type", "integer"}}, "The higher one wins where two entries want one field")},
      {"unsupported", described(word({"error", "skip"}), "skip: leave out what a cloud's API cannot write")},
      {"absent_tags", described(one_or_more(text_schema()), "Tags, or keys of tags, that must go")},
      {"accept", list_of(word({"exposure"}))},
      {"suspend", described({{"anyOf", {flag, Json{{"type", "string"}, {"format", "date-time"}}}}}, "true, or until")},
      {"defaults", ref("defaults")},
      {"images", list_of(ref("item"))},
  };
}

Json spec_schema(Role role, std::initializer_list<const char*> required) {
  const auto all = key_schemas();
  Json properties = Json::object();
  for (const auto key : keys_of(role)) properties[std::string(key)] = all.at(std::string(key));
  auto out = object(std::move(properties));
  for (const auto* key : required) out["required"].push_back(key);
  return out;
}

Json document_schema(const char* kind, std::string_view spec) {
  Json metadata = object({{"name", ref("name")},
                          {"labels", {{"type", "object"}, {"additionalProperties", text_schema()}}},
                          {"annotations", {{"type", "object"}}}});
  metadata["required"] = {"name"};
  auto out = object({{"apiVersion", {{"const", "retouch/v1"}}},
                     {"kind", {{"const", kind}}},
                     {"metadata", std::move(metadata)},
                     {"spec", ref(spec)}});
  out["required"] = {"apiVersion", "kind", "metadata", "spec"};
  return out;
}

}  // namespace

Json manifest_schema(std::span<const AttributeTable* const> tables) {
  Json definitions{{"name", {{"type", "string"}, {"pattern", name_pattern}}},
                   {"attributes", attributes_schema(tables)},
                   {"select", select_schema(tables)},
                   {"manage", manage_schema()},
                   {"image", spec_schema(Role::image, {"clouds"})},
                   {"set", spec_schema(Role::set, {"images"})},
                   {"defaults", spec_schema(Role::defaults, {})},
                   {"item", spec_schema(Role::item, {"name"})},
                   {"override", spec_schema(Role::override_, {"clouds"})}};
  return {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
          {"title", "retouch manifest"},
          {"oneOf", {document_schema("Image", "image"), document_schema("ImageSet", "set")}},
          {"$defs", std::move(definitions)}};
}

}  // namespace retouch::core
