// A provider on a scripted transport.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fake_transport.hpp"
#include "retouch/providers/factory.hpp"
#include "retouch/providers/tables.hpp"
#include "run.hpp"

namespace retouch::providers {

struct ProviderFixture {
  explicit ProviderFixture(const std::string& family, const std::string& endpoint = "https://image.example")
      : provider(make_provider(family, {.transport = test::share(wire),
                                        .endpoint = http::parse_url(endpoint).value(),
                                        .project_id = "p1",
                                        .account = "alice",
                                        .table = *table_of(family),
                                        .timeout = std::chrono::seconds(7)})) {}

  test::FakeTransport wire;
  ProviderPtr provider;
  std::vector<core::Image> seen;

  Result<ListSummary> list(ListQuery query = {}) {
    return test::run_for<Result<ListSummary>>([&]() -> task<Result<ListSummary>> {
      co_return co_await provider->list(query, [&](const core::Image& image) { seen.push_back(image); });
    });
  }
  Result<std::optional<core::Image>> read(std::string id, bool must_finish = false) {
    using R = Result<std::optional<core::Image>>;
    return test::run_for<R>([&]() -> task<R> { co_return co_await provider->read(id, must_finish); });
  }
  Result<StepOutcome> perform(Step step) {
    return test::run_for<Result<StepOutcome>>(
        [&]() -> task<Result<StepOutcome>> { co_return co_await provider->perform(step); });
  }
  std::vector<std::string> ids() const {
    std::vector<std::string> out;
    for (const auto& image : seen) out.push_back(image.id);
    return out;
  }
};

inline std::string image_json(const std::string& id, const std::string& more = "") {
  return R"({"id":")" + id + R"(","owner":"p1","status":"active")" + (more.empty() ? "" : "," + more) + "}";
}

inline std::string list_json(const std::vector<std::string>& images, const std::string& next = "") {
  std::string all;
  for (const auto& image : images) all += (all.empty() ? "" : ",") + image;
  return R"({"images":[)" + all + "]" + (next.empty() ? "" : R"(,"next":")" + next + R"(")") + "}";
}

}  // namespace retouch::providers
