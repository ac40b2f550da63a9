#include "retouch/sandbox/faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "retouch/base/text.hpp"

namespace retouch::sandbox {
namespace {

constexpr std::array<std::pair<FaultKind, std::string_view>, 10> kinds = {{
    {FaultKind::status, "status"},
    {FaultKind::drop, "drop"},
    {FaultKind::lost, "lost"},
    {FaultKind::hang, "hang"},
    {FaultKind::lost_hang, "lost_hang"},
    {FaultKind::close, "close"},
    {FaultKind::close_silently, "close_silently"},
    {FaultKind::slow, "slow"},
    {FaultKind::ignore_property, "ignore_property"},
    {FaultKind::garbage, "garbage"},
}};

// Sets the member that `key` names; false when there is none or the value is of another type.
bool set_member(Fault& fault, const std::string& key, const Json& value) {
  const std::array<std::pair<std::string_view, std::string*>, 9> texts = {{{"service", &fault.service},
                                                                           {"method", &fault.method},
                                                                           {"path", &fault.path},
                                                                           {"image", &fault.image},
                                                                           {"property", &fault.property},
                                                                           {"code", &fault.code},
                                                                           {"message", &fault.message},
                                                                           {"body", &fault.body},
                                                                           {"retry_after", &fault.retry_after}}};
  for (const auto& [name, member] : texts) {
    if (name != key) continue;
    if (value.is_string()) *member = value.get<std::string>();
    return value.is_string();
  }
  if (key == "kind") {
    const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const auto& item) { return value == item.second; });
    if (found != kinds.end()) fault.kind = found->first;
    return found != kinds.end();
  }
  if (key == "delay") {
    const auto delay = value.is_string() ? parse_duration(value.get<std::string>()) : std::nullopt;
    fault.delay = delay.value_or(Duration{});
    return delay.has_value();
  }
  if (key == "shown" && value.is_boolean()) return fault.shown = value.get<bool>(), true;
  if (key == "probability" && value.is_number()) return fault.probability = value.get<double>(), true;
  if (key == "status" && value.is_number_integer()) return fault.status = value.get<int>(), true;
  if (!value.is_number_unsigned()) return false;
  if (key == "skip") return fault.skip = value.get<std::uint64_t>(), true;
  if (key == "times") return fault.times = value.get<std::uint64_t>(), true;
  return false;
}

bool matches(const Fault& fault, const ServerRequest& request, std::string_view service) {
  if (!glob_match(fault.service, service) || !glob_match(fault.method, request.method) ||
      !glob_match(fault.path, request.path) || !glob_match(fault.image, image_id_of(request.path))) {
    return false;
  }
  if (fault.property.empty()) return true;
  const std::vector<std::string> touched = touched_properties(request.body);
  return std::find(touched.begin(), touched.end(), fault.property) != touched.end();
}

}  // namespace

std::string_view to_string(FaultKind kind) {
  return std::find_if(kinds.begin(), kinds.end(), [&](const auto& item) { return item.first == kind; })->second;
}

Result<Fault> fault_from_json(const Json& json) {
  Fault fault;
  if (!json.is_object() || !json.contains("kind"))
    return fail(Errc::invalid_input, "fault: expected an object with `kind`");
  for (const auto& item : json.items()) {
    if (item.key() == "id" || item.key() == "struck") continue;
    if (!set_member(fault, item.key(), item.value())) {
      return fail(Errc::invalid_input, fmt::format("fault: `{}: {}` is not known", item.key(), item.value().dump()));
    }
  }
  if (fault.kind == FaultKind::ignore_property && fault.property.empty()) {
    return fail(Errc::invalid_input, "fault: ignore_property needs `property`");
  }
  return fault;
}

Json to_json(const Fault& fault) {
  return {{"id", fault.id},
          {"kind", to_string(fault.kind)},
          {"service", fault.service},
          {"method", fault.method},
          {"path", fault.path},
          {"image", fault.image},
          {"property", fault.property},
          {"probability", fault.probability},
          {"skip", fault.skip},
          {"times", fault.times},
          {"status", fault.status},
          {"code", fault.code},
          {"message", fault.message},
          {"body", fault.body},
          {"retry_after", fault.retry_after},
          {"delay", format_duration(fault.delay)},
          {"shown", fault.shown},
          {"struck", fault.struck}};
}

std::uint64_t Faults::add(Fault fault) {
  fault.id = next_++;
  faults_.push_back(std::move(fault));
  return faults_.back().id;
}

bool Faults::remove(std::uint64_t id) {
  return faults_.remove_if([&](const Fault& fault) { return fault.id == id; }) > 0;
}

std::optional<Fault> Faults::strike(const ServerRequest& request, std::string_view service, Random& random) {
  for (Fault& fault : faults_) {
    if (fault.times > 0 && fault.struck >= fault.times) continue;
    if (!matches(fault, request, service)) continue;
    if (fault.skip > 0) {
      --fault.skip;
      continue;
    }
    if (fault.probability < 1 && random.unit() >= fault.probability) continue;
    ++fault.struck;
    return fault;
  }
  return std::nullopt;
}

std::vector<std::string> touched_properties(std::string_view body) {
  std::vector<std::string> names;
  const Result<Json> document = parse_json(body, "the request");
  if (document && document->is_object()) {  // CloudAPI: the fields themselves
    for (const auto& item : document->items()) names.push_back(item.key());
  }
  if (!document || !document->is_array()) return names;
  for (const Json& operation : *document) {
    std::optional<std::string> path = string_member(operation, "path");
    for (const std::string_view op : {"add", "replace", "remove"}) {
      if (!path) path = string_member(operation, op);
    }
    if (!path) continue;
    std::string_view rest = *path;
    while (rest.starts_with('/')) rest.remove_prefix(1);
    std::string name;
    for (std::size_t i = 0; i < rest.size(); ++i) {
      const bool escape = rest[i] == '~' && i + 1 < rest.size();
      name += escape ? (rest[++i] == '1' ? '/' : '~') : rest[i];
    }
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace retouch::sandbox
