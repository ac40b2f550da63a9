#include "retouch/sandbox/control.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "retouch/sandbox/cloud.hpp"

namespace retouch::sandbox {
namespace {

ServerResponse ok() { return json_answer(200, Json{{"ok", true}}); }

ServerResponse complain(int status, std::string_view text) {
  return json_answer(status, Json{{"error", std::string(text)}});
}

ArrivalFilter filter_of(const Query& query) {
  ArrivalFilter filter{.service = query.get("service").value_or(""),
                       .method = query.get("method").value_or(""),
                       .path = query.get("path").value_or(""),
                       .image_id = query.get("image_id").value_or("")};
  if (const auto status = query.get("status")) filter.status = std::atoi(status->c_str());
  return filter;
}

std::size_t number_of(const Query& query, std::string_view name, std::size_t otherwise) {
  const auto text = query.get(name);
  return text ? static_cast<std::size_t>(std::strtoull(text->c_str(), nullptr, 10)) : otherwise;
}

// Reads a duration member into `target`; false when it is there but no duration.
bool read_duration(const Json& body, std::string_view name, Duration& target) {
  const Json* value = find_member(body, name);
  if (value == nullptr) return true;
  const auto duration = value->is_string() ? parse_duration(value->get<std::string>()) : std::nullopt;
  if (duration) target = *duration;
  return duration.has_value();
}

Json fault_list(Cloud& cloud) {
  Json list = Json::array();
  for (const Fault& fault : cloud.faults().all()) list.push_back(to_json(fault));
  return list;
}

ServerResponse overview(Cloud& cloud) {
  return json_answer(200, Json{{"cloud", cloud.seed().name},
                               {"type", to_string(cloud.seed().type)},
                               {"identity_url", cloud.identity_url()},
                               {"image_url", cloud.image_url()},
                               {"images", cloud.images().size()},
                               {"tokens_issued", cloud.keystone().issued()},
                               {"imgapi_crashes", cloud.cloudapi().crashes()},
                               {"clock_skew_seconds", std::chrono::duration<double>(cloud.skew()).count()},
                               {"throttle", cloud.throttle() ? to_json(cloud.throttle()->settings()) : Json()},
                               {"keystone_down", cloud.outage().active},
                               {"faults", fault_list(cloud)}});
}

ServerResponse log(Cloud& cloud, const ServerRequest& request) {
  if (request.method == "DELETE") {
    cloud.log().clear();
    return ok();
  }
  const Query query(request.query);
  const std::deque<Arrival> chosen = cloud.log().select(filter_of(query));
  const std::size_t wanted = std::min(number_of(query, "limit", chosen.size()), chosen.size());
  Json list = Json::array();
  for (std::size_t i = chosen.size() - wanted; i < chosen.size(); ++i) {
    list.push_back(ArrivalLog::to_json(chosen[i], cloud.started()));
  }
  return json_answer(200, Json{{"requests", list}});
}

ServerResponse statistics(Cloud& cloud, const ServerRequest& request) {
  const Query query(request.query);
  const Duration grace = std::chrono::milliseconds(number_of(query, "grace_ms", 50));
  Json out = cloud.log().statistics(filter_of(query), grace);
  out["tokens_issued"] = cloud.keystone().issued();
  return json_answer(200, out);
}

ServerResponse faults(Cloud& cloud, const ServerRequest& request, const std::vector<std::string>& path,
                      const Json& body) {
  if (request.method == "GET") return json_answer(200, Json{{"faults", fault_list(cloud)}});
  if (request.method == "DELETE") {
    if (path.size() < 3) return cloud.faults().clear(), ok();
    return cloud.faults().remove(std::strtoull(path[2].c_str(), nullptr, 10)) ? ok() : complain(404, "no such fault");
  }
  Result<Fault> fault = fault_from_json(body);
  if (!fault) return complain(400, fault.error().message);
  return json_answer(201, Json{{"id", cloud.faults().add(*std::move(fault))}});
}

ServerResponse throttle(Cloud& cloud, const ServerRequest& request, const Json& body) {
  if (request.method == "GET") {
    return json_answer(200, Json{{"throttle", cloud.throttle() ? to_json(cloud.throttle()->settings()) : Json()}});
  }
  if (request.method == "DELETE") return cloud.set_throttle(std::nullopt), ok();
  const Result<ThrottleSettings> settings = throttle_from_json(body);
  if (!settings) return complain(400, settings.error().message);
  cloud.set_throttle(*settings);
  return ok();
}

ServerResponse latency(Cloud& cloud, const Json& body) {
  const bool good =
      read_duration(body, "fixed", cloud.latency().fixed) && read_duration(body, "jitter", cloud.latency().jitter);
  return good ? ok() : complain(400, "latency: expected {\"fixed\":\"20ms\",\"jitter\":\"5ms\"}");
}

// The cloud's clock goes wrong: its Date, and all that it compares with it.
ServerResponse clock(Cloud& cloud, const Json& body) {
  std::string text = string_member(body, "skew").value_or("");
  const bool behind = text.starts_with('-');
  const auto skew = parse_duration(std::string_view(text).substr(behind ? 1 : 0));
  if (!skew) return complain(400, "clock: expected {\"skew\":\"-400s\"}, the cloud's clock minus ours");
  cloud.skew() = behind ? -*skew : *skew;
  return ok();
}

ServerResponse keystone(Cloud& cloud, const Json& body) {
  const std::optional<bool> down = bool_member(body, "down");
  if (!down || !read_duration(body, "delay", cloud.outage().delay)) {
    return complain(400, "keystone: expected {\"down\":true,\"delay\":\"3.5s\"}");
  }
  cloud.outage().active = *down;
  return ok();
}

ServerResponse tokens(Cloud& cloud, const ServerRequest& request, const Json& body) {
  if (request.method == "DELETE") return cloud.expire_tokens(), ok();
  if (!read_duration(body, "lifetime", cloud.keystone().options().token_lifetime)) {
    return complain(400, "tokens: expected {\"lifetime\":\"20s\"}");
  }
  return ok();
}

ServerResponse one_image(Cloud& cloud, const ServerRequest& request, const std::string& id, const Json& body) {
  const Image* found = cloud.images().find(id);
  if (found == nullptr) return complain(404, fmt::format("no image {}", id));
  if (request.method == "DELETE") return cloud.images().erase(id), ok();
  if (request.method == "PUT") {
    if (!body.is_object()) return complain(400, "image: expected an object of attributes");
    Image changed = *found;
    for (const auto& item : body.items()) {
      if (item.value().is_null()) {
        changed.attributes.erase(item.key());
      } else {
        changed.attributes[item.key()] = item.value();
      }
    }
    cloud.images().save(std::move(changed));
    found = cloud.images().find(id);
  }
  return json_answer(200, found->attributes);
}

ServerResponse all_images(Cloud& cloud) {
  Json list = Json::array();
  for (const auto& [key, entry] : cloud.images().all()) {
    list.push_back({{"id", entry->image->id}, {"name", entry->image->text("name")}});
  }
  return json_answer(200, list);
}

}  // namespace

bool is_control_path(std::string_view path) { return path == "/_sandbox" || path.starts_with("/_sandbox/"); }

ServerResponse handle_control(Cloud& cloud, const ServerRequest& request) {
  const std::vector<std::string> path = path_segments(request.path);
  Json body = Json::object();
  if (!request.body.empty()) {
    Result<Json> parsed = parse_json(request.body, "the request");
    if (!parsed) return complain(400, parsed.error().message);
    body = *std::move(parsed);
  }
  if (path.size() == 1) return overview(cloud);
  const std::string& what = path[1];
  if (what == "log") return log(cloud, request);
  if (what == "stats") return statistics(cloud, request);
  if (what == "faults") return faults(cloud, request, path, body);
  if (what == "throttle") return throttle(cloud, request, body);
  if (what == "latency") return latency(cloud, body);
  if (what == "clock") return clock(cloud, body);
  if (what == "keystone") return keystone(cloud, body);
  if (what == "tokens") return tokens(cloud, request, body);
  if (what == "images") return path.size() == 3 ? one_image(cloud, request, path[2], body) : all_images(cloud);
  if (what == "reset" && request.method == "POST") return cloud.reset(), ok();
  return complain(404, fmt::format("no control endpoint {}", request.path));
}

}  // namespace retouch::sandbox
