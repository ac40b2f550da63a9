// Triton CloudAPI: protocols/triton.md 1 and 2.
#include <fmt/format.h>

#include <array>

#include "failures.hpp"
#include "image_decoder.hpp"
#include "page_reader.hpp"
#include "patch.hpp"
#include "requests.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"
#include "retouch/providers/factory.hpp"

namespace retouch::providers {
namespace {

// Whatever else stands in a body is dropped, or worse: `action` there turns the update into something else.
constexpr std::array<std::string_view, 7> updatable{"name", "version", "description", "homepage",
                                                    "eula", "acl",     "tags"};
// What the server's store answers at most to one query; there is no second page.
constexpr std::int64_t longest_list = 1000;

class TritonProvider final : public Provider {
 public:
  explicit TritonProvider(ProviderContext context)
      : context_(std::move(context)),
        images_(http::append_path(context_.endpoint, percent_encode(context_.account) + "/images")),
        rules_{.project_id = context_.project_id, .maps = true, .bare_list = true} {}

  const core::AttributeTable& table() const override { return context_.table; }
  task<Result<ListSummary>> list(ListQuery query, std::function<void(const core::Image&)> visit) override;
  task<Result<std::optional<core::Image>>> read(std::string id, bool must_finish) override;
  std::optional<std::string> unchangeable(const core::Image& image) const override {
    // Observed: unactivated and disabled images take updates like active ones.
    return foreign(image, context_.project_id, "account");
  }
  std::vector<Step> prepare(const core::Image& live, std::span<const core::FieldChange> fields) const override;
  task<Result<StepOutcome>> perform(Step step) override;

 private:
  Error failure(const http::Request& request, const http::Response& answer,
                std::span<const std::string> fields = {}) const {
    return triton_failure(request, answer, wall_of(context_.clock), fields);
  }
  http::Url list_url(bool any_owner, bool docker) const;
  http::Url image_url(std::string_view id, std::string_view query = {}) const {
    auto url = http::append_path(images_, percent_encode(id));
    url.query = std::string(query);
    return url;
  }

  ProviderContext context_;
  http::Url images_;
  ImageRules rules_;
};

// Without `state` only active images are listed; docker images only when asked for.
http::Url TritonProvider::list_url(bool any_owner, bool docker) const {
  auto url = images_;
  url.query = "state=all";
  if (!any_owner) url.query += "&owner=" + percent_encode(context_.project_id);
  if (docker) url.query += "&type=docker";
  return url;
}

task<Result<ListSummary>> TritonProvider::list(ListQuery query, std::function<void(const core::Image&)> visit) {
  PageReader pages(*context_.transport, rules_, query, visit,
                   [this](const auto& request, const auto& answer) { return failure(request, answer); });
  bool cut = false;
  for (const bool docker : {false, true}) {
    pages.begin_listing();
    auto request = read_request(list_url(query.any_owner, docker), docker ? "list docker images" : "list images",
                                context_.timeout);
    RETOUCH_CO_TRY(const auto page, co_await pages.fetch(std::move(request)));
    if (pages.has_all()) break;
    cut = cut || page.images == longest_list;
  }
  // What is selected by id can be had all the same.
  const auto missing = cut ? pages.missing() : std::vector<std::string>{};
  for (const auto& id : missing) {
    RETOUCH_CO_TRY(const auto image, co_await read(id, false));
    if (image) pages.add(*image);
  }
  auto summary = pages.summary();
  if (cut && missing.empty() && !pages.has_all()) {
    summary.warnings.push_back(
        fmt::format("a list has exactly {} images: the server may have cut it, and there is no next page; what is "
                    "selected by id is found all the same, when every entry of this cloud selects by id",
                    longest_list));
  }
  co_return summary;
}

task<Result<std::optional<core::Image>>> TritonProvider::read(std::string id, bool must_finish) {
  auto request = read_request(image_url(id), "read image " + id, context_.timeout);
  request.must_finish = must_finish;
  RETOUCH_CO_TRY(const auto answer, co_await context_.transport->send(request));
  if (answer.status == 404) co_return std::optional<core::Image>{};
  if (!answer.ok()) co_return fail(failure(request, answer));
  RETOUCH_CO_TRY(auto image, decode_image(answer.body, rules_));
  if (image.id != id) co_return fail(Errc::protocol, "asked for image " + id + ", got " + printable(image.id, 100));
  co_return std::move(image);
}

std::vector<Step> TritonProvider::prepare(const core::Image& live, std::span<const core::FieldChange> fields) const {
  auto update = make_update(context_.table, live, fields, updatable);
  if (!update) return {};  // an empty update is an error there
  std::vector<Step> steps;
  steps.push_back({.image_id = live.id,
                   .fields = std::move(update->fields),
                   .request = write_request("POST", image_url(live.id, "action=update"), "application/json",
                                            std::move(update->body), "update image " + live.id, context_.timeout)});
  return steps;
}

task<Result<StepOutcome>> TritonProvider::perform(Step step) {
  RETOUCH_CO_TRY(const auto answer, co_await context_.transport->send(step.request));
  if (!answer.ok()) co_return fail(failure(step.request, answer, step.fields));
  co_return patched(step, answer, rules_);
}

}  // namespace

ProviderPtr make_triton(ProviderContext context) { return std::make_unique<TritonProvider>(std::move(context)); }

}  // namespace retouch::providers
