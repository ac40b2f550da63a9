// OpenStack Image API v2. Facts: read from Glance's sources, observed on Glance 25 (Zed).
#include <fmt/format.h>

#include "endpoint.hpp"
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

constexpr std::string_view patch_type = "application/openstack-images-v2.1-json-patch";
constexpr int glance_page = 1000;  // the server's api_limit_max; it takes less when that is lower

class GlanceProvider final : public Provider {
 public:
  explicit GlanceProvider(ProviderContext context)
      : context_(std::move(context)),
        root_(service_root(context_.endpoint)),
        rules_{.project_id = context_.project_id} {}

  const core::AttributeTable& table() const override { return context_.table; }
  task<Result<ListSummary>> list(ListQuery query, std::function<void(const core::Image&)> visit) override;
  task<Result<std::optional<core::Image>>> read(std::string id, bool must_finish) override;
  std::optional<std::string> unchangeable(const core::Image& image) const override;
  std::vector<Step> prepare(const core::Image& live, std::span<const core::FieldChange> fields) const override;
  task<Result<StepOutcome>> perform(Step step) override;

 private:
  Error failure(const http::Request& request, const http::Response& answer,
                std::span<const std::string> fields = {}) const {
    return glance_failure(request, answer, wall_of(context_.clock), fields);
  }
  http::Url first_page(bool any_owner, bool hidden) const;
  http::Url image_url(std::string_view id) const { return service_url(root_, "v2/images/" + percent_encode(id)); }
  task<Result<void>> follow(PageReader& pages, http::Url url, bool hidden);

  ProviderContext context_;
  http::Url root_;
  ImageRules rules_;
};

http::Url GlanceProvider::first_page(bool any_owner, bool hidden) const {
  // Sorted by what no update changes, so that a list stays whole while others write. A default list shows our own
  // images of every visibility, but of others' community images none: those need visibility=all.
  auto query =
      fmt::format("limit={}&sort_key=id&sort_dir=asc", context_.page_size > 0 ? context_.page_size : glance_page);
  query += any_owner ? "&visibility=all" : "&owner=" + percent_encode(context_.project_id);
  if (hidden) query += "&os_hidden=true";
  return service_url(root_, "v2/images", query);
}

task<Result<ListSummary>> GlanceProvider::list(ListQuery query, std::function<void(const core::Image&)> visit) {
  PageReader pages(*context_.transport, rules_, query, visit,
                   [this](const auto& request, const auto& answer) { return failure(request, answer); });
  for (const bool hidden : {false, true}) {  // a list leaves hidden images out unless asked for them alone
    RETOUCH_CO_CHECK(co_await follow(pages, first_page(query.any_owner, hidden), hidden));
    if (pages.has_all()) break;
  }
  co_return pages.summary();
}

task<Result<void>> GlanceProvider::follow(PageReader& pages, http::Url url, bool hidden) {
  pages.begin_listing();
  SeenIds asked;
  for (bool first = true;; first = false) {
    if (asked.note(url.target(), 1) != SeenIds::Seen::never) {
      co_return fail(Errc::protocol,
                     "the list's `next` leads back to a page that was read already: " + printable(url.target(), 200));
    }
    auto request = read_request(url, "list images", context_.timeout);
    RETOUCH_CO_TRY(const auto page, co_await pages.fetch(std::move(request)));
    // A server that does not know os_hidden has sent its whole list again.
    if (hidden && first && page.images > 0 && page.unseen == 0 && !page.hidden) co_return Result<void>{};
    if (page.next.empty() || pages.has_all()) co_return Result<void>{};
    if (page.fresh == 0) {
      co_return fail(Errc::protocol,
                     "a page of the list brought no new image but names a next page: " + printable(page.next, 200));
    }
    RETOUCH_CO_TRY(url, next_page(root_, page.next));
  }
}

task<Result<std::optional<core::Image>>> GlanceProvider::read(std::string id, bool must_finish) {
  auto request = read_request(image_url(id), "read image " + id, context_.timeout);
  request.must_finish = must_finish;
  RETOUCH_CO_TRY(const auto answer, co_await context_.transport->send(request));
  if (answer.status == 404) co_return std::optional<core::Image>{};
  if (!answer.ok()) co_return fail(failure(request, answer));
  RETOUCH_CO_TRY(auto image, decode_image(answer.body, rules_));
  if (image.id != id) co_return fail(Errc::protocol, "asked for image " + id + ", got " + printable(image.id, 100));
  co_return std::move(image);
}

std::optional<std::string> GlanceProvider::unchangeable(const core::Image& image) const {
  if (auto reason = foreign(image, context_.project_id)) return reason;
  // Observed on Glance 25: queued and deactivated images take a PATCH like active ones.
  const auto status = image.text("status");
  if (status == "deleted" || status == "pending_delete") return "it is being deleted (status `" + status + "`)";
  return std::nullopt;
}

std::vector<Step> GlanceProvider::prepare(const core::Image& live, std::span<const core::FieldChange> fields) const {
  auto patch = make_patch(context_.table, live, fields);
  if (!patch) return {};
  auto request = write_request("PATCH", image_url(live.id), patch_type, std::move(patch->body),
                               "update image " + live.id, context_.timeout);
  std::vector<Step> steps;
  steps.push_back({.image_id = live.id, .fields = std::move(patch->fields), .request = std::move(request)});
  return steps;
}

task<Result<StepOutcome>> GlanceProvider::perform(Step step) {
  RETOUCH_CO_TRY(const auto answer, co_await context_.transport->send(step.request));
  if (!answer.ok()) co_return fail(failure(step.request, answer, step.fields));
  co_return patched(step, answer, rules_);
}

}  // namespace

ProviderPtr make_glance(ProviderContext context) { return std::make_unique<GlanceProvider>(std::move(context)); }

}  // namespace retouch::providers
