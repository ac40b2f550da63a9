// A cloud in memory: one step an image, scripted failures, and a record of what arrived.
#pragma once

#include <deque>
#include <map>
#include <set>

#include "manual_clock.hpp"
#include "retouch/providers/provider.hpp"

namespace retouch::test {

class FakeProvider final : public providers::Provider {
 public:
  explicit FakeProvider(async::Clock& clock, const std::string& family = "glance") : clock_(clock) {
    set_family(family);
  }

  void set_family(std::string family) {
    core::Attribute name{.name = "name", .clear = core::Clear::impossible};
    core::Attribute status{.name = "status", .writable = false};
    core::Attribute visibility{.name = "visibility", .exposure = core::Attribute::Exposure::visibility};
    core::Attribute created{.name = "created_at", .writable = false};
    table_ = core::AttributeTable(std::move(family), {name, status, created, visibility}, core::Attribute{.name = "*"},
                                  {}, {});
  }

  core::Image& add(const std::string& id, std::map<std::string, core::Value, std::less<>> attributes = {}) {
    attributes.try_emplace("name", "Image " + id);
    return images[id] = core::Image{.id = id, .attributes = std::move(attributes)};
  }

  const core::AttributeTable& table() const override { return table_; }

  task<Result<providers::ListSummary>> list(providers::ListQuery query,
                                            std::function<void(const core::Image&)> visit) override {
    ++lists;
    listed_at = clock_.now();
    last_query = std::move(query);
    if (list_latency > Duration{}) co_await clock_.sleep_for(list_latency);
    if (!list_errors.empty()) {
      Error error = list_errors.front();
      list_errors.pop_front();
      co_return fail(std::move(error));
    }
    for (const auto& [id, image] : images) visit(image);
    co_return providers::ListSummary{.images = std::ssize(images), .requests = 1};
  }

  task<Result<std::optional<core::Image>>> read(std::string id, bool) override {
    ++reads;
    if (!read_errors.empty()) {
      Error error = read_errors.front();
      read_errors.pop_front();
      co_return fail(std::move(error));
    }
    const auto it = images.find(id);
    if (it == images.end()) co_return std::nullopt;
    co_return std::optional<core::Image>(it->second);
  }

  std::optional<std::string> unchangeable(const core::Image& image) const override {
    if (image.own) return std::nullopt;
    return "it belongs to others";
  }

  std::vector<providers::Step> prepare(const core::Image& live,
                                       std::span<const core::FieldChange> fields) const override {
    providers::Step step{.image_id = live.id};
    Json body = Json::object();
    for (const core::FieldChange& field : fields) {
      if (live.get(field.name) == field.after) continue;
      step.fields.push_back(field.name);
      body[field.name] = core::to_json(field.after);
    }
    if (step.fields.empty()) return {};
    step.request.body = body.dump();
    std::vector<providers::Step> steps(static_cast<std::size_t>(steps_per_field), step);
    for (int i = 0; i + 1 < steps_per_field; ++i) steps[static_cast<std::size_t>(i)].request.body = "{}";
    return steps;
  }

  task<Result<providers::StepOutcome>> perform(providers::Step step) override {
    ++writes;
    busy_at_once = std::max(busy_at_once, ++busy);
    EXPECT_TRUE(in_flight.insert(step.image_id).second) << "two requests in flight for image " << step.image_id;
    co_await clock_.sleep_for(latency);
    in_flight.erase(step.image_id);
    --busy;
    if (before_answer) before_answer(step);
    if (answer) {
      if (auto error = answer(step)) co_return fail(std::move(*error));
    }
    core::Image& image = images[step.image_id];
    write(image, step);
    providers::StepOutcome outcome;
    if (steps_per_field == 1) outcome.image = image;
    if (after_answer) after_answer(image);
    co_return outcome;
  }

  void write(core::Image& image, const providers::Step& step) const {
    for (const auto& [name, value] : Json::parse(step.request.body).items()) {
      if (dropped.contains(name)) continue;
      if (value.is_null()) {
        image.attributes.erase(name);
      } else {
        image.attributes[name] = value.get<std::string>();
      }
    }
  }

  std::map<std::string, core::Image> images;
  std::deque<Error> list_errors, read_errors;
  providers::ListQuery last_query{};
  Mono listed_at{};               // the last of them
  std::set<std::string> dropped;  // attributes that are accepted and not kept
  std::function<std::optional<Error>(const providers::Step&)> answer;
  std::function<void(const providers::Step&)> before_answer;
  std::function<void(core::Image&)> after_answer;  // another writer, right behind us
  int steps_per_field = 1;
  Duration latency = std::chrono::milliseconds(100);
  Duration list_latency{};
  int lists = 0, reads = 0, writes = 0, busy = 0, busy_at_once = 0;
  std::set<std::string> in_flight;

 private:
  async::Clock& clock_;
  core::AttributeTable table_;
};

}  // namespace retouch::test
