// Image Management Service, extension API: protocols/openstack-ims.md 1, 2.6 and 3.1.
#include <fmt/format.h>

#include "endpoint.hpp"
#include "failures.hpp"
#include "image_decoder.hpp"
#include "page_reader.hpp"
#include "patch.hpp"
#include "requests.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"
#include "retouch/http/answer.hpp"
#include "retouch/providers/factory.hpp"

namespace retouch::providers {
namespace {

constexpr int ims_page = 500;  // the documented default; a larger limit is not documented
constexpr std::string_view json_type = "application/json";

class ImsProvider final : public Provider {
 public:
  explicit ImsProvider(ProviderContext context)
      : context_(std::move(context)),
        root_(service_root(context_.endpoint)),
        rules_{.project_id = context_.project_id, .pair_tags = true} {}

  const core::AttributeTable& table() const override { return context_.table; }
  task<Result<ListSummary>> list(ListQuery query, std::function<void(const core::Image&)> visit) override;
  task<Result<std::optional<core::Image>>> read(std::string id, bool must_finish) override;
  std::optional<std::string> unchangeable(const core::Image& image) const override;
  std::vector<Step> prepare(const core::Image& live, std::span<const core::FieldChange> fields) const override;
  task<Result<StepOutcome>> perform(Step step) override;

 private:
  Error failure(const http::Request& request, const http::Response& answer,
                std::span<const std::string> fields = {}) const {
    return ims_failure(request, answer, wall_of(context_.clock), fields);
  }
  std::vector<std::string> filters(bool any_owner) const;
  task<Result<void>> follow(PageReader& pages, std::string filter);
  void add_tag_step(std::vector<Step>& steps, const std::string& id, std::string_view action,
                    const core::Map& tags) const;

  ProviderContext context_;
  http::Url root_;
  ImageRules rules_;
};

// visibility=private leaves out images that we share, so our own are listed by owner. Others' images are the public
// ones
// ("gold") and those shared with us that we accepted.
std::vector<std::string> ImsProvider::filters(bool any_owner) const {
  std::vector<std::string> out{"owner=" + percent_encode(context_.project_id)};
  if (any_owner) {
    out.push_back("__imagetype=gold&visibility=public&protected=true");
    out.push_back("__imagetype=shared&visibility=shared&member_status=accepted");
  }
  return out;
}

task<Result<ListSummary>> ImsProvider::list(ListQuery query, std::function<void(const core::Image&)> visit) {
  PageReader pages(*context_.transport, rules_, query, visit,
                   [this](const auto& request, const auto& answer) { return failure(request, answer); });
  const auto all = filters(query.any_owner);
  for (const auto& filter : all) {
    RETOUCH_CO_CHECK(co_await follow(pages, filter));
    if (pages.has_all()) break;
  }
  co_return pages.summary();
}

// The answer names no next page: the last id is the marker of the next, and only an empty page is the end.
task<Result<void>> ImsProvider::follow(PageReader& pages, std::string filter) {
  pages.begin_listing();
  std::string marker;
  for (;;) {
    auto query = fmt::format("{}&limit={}&sort_key=id&sort_dir=asc", filter,
                             context_.page_size > 0 ? context_.page_size : ims_page);
    if (!marker.empty()) query += "&marker=" + percent_encode(marker);
    auto request = read_request(service_url(root_, "v2/cloudimages", query), "list images", context_.timeout);
    RETOUCH_CO_TRY(const auto page, co_await pages.fetch(std::move(request)));
    if (page.images == 0 || pages.has_all()) co_return Result<void>{};
    if (page.fresh == 0) {
      co_return fail(Errc::protocol,
                     "a page of the list brought no new image: the server seems to ignore marker=" + printable(marker));
    }
    marker = page.last_id;
  }
}

// There is no GET of one image in the extension API; a filter by id stands for it.
task<Result<std::optional<core::Image>>> ImsProvider::read(std::string id, bool must_finish) {
  auto request = read_request(service_url(root_, "v2/cloudimages", "id=" + percent_encode(id)), "read image " + id,
                              context_.timeout);
  request.must_finish = must_finish;
  RETOUCH_CO_TRY(const auto answer, co_await context_.transport->send(request));
  if (!answer.ok()) {
    auto error = failure(request, answer);
    if (error.code == Errc::not_found) co_return std::optional<core::Image>{};
    co_return fail(std::move(error));
  }
  std::optional<core::Image> found;
  ImageDecoder decoder(ImageDecoder::Document::list, rules_, [&](const core::Image& image) {
    if (image.id == id) found = image;
  });
  RETOUCH_CO_CHECK(decoder.data(answer.body));
  RETOUCH_CO_CHECK(decoder.finish());
  co_return std::move(found);
}

std::optional<std::string> ImsProvider::unchangeable(const core::Image& image) const {
  if (auto reason = foreign(image, context_.project_id)) return reason;
  const auto status = image.text("status");
  if (status == "active") return std::nullopt;
  return "its status is `" + printable(status, 100) + "`, and IMS changes active images only";
}

void ImsProvider::add_tag_step(std::vector<Step>& steps, const std::string& id, std::string_view action,
                               const core::Map& tags) const {
  if (tags.empty()) return;
  auto url = service_url(
      root_, fmt::format("v2/{}/images/{}/tags/action", percent_encode(context_.project_id), percent_encode(id)));
  steps.push_back({.image_id = id,
                   .fields = {"tags"},
                   .request = write_request("POST", std::move(url), json_type, tag_action(action, tags),
                                            fmt::format("{} tags of image {}", action, id), context_.timeout)});
}

std::vector<Step> ImsProvider::prepare(const core::Image& live, std::span<const core::FieldChange> fields) const {
  std::vector<Step> steps;
  if (auto patch = make_patch(context_.table, live, fields, "tags")) {
    auto url = service_url(root_, "v2/cloudimages/" + percent_encode(live.id));
    steps.push_back({.image_id = live.id,
                     .fields = std::move(patch->fields),
                     .request = write_request("PATCH", std::move(url), json_type, std::move(patch->body),
                                              "update image " + live.id, context_.timeout)});
  }
  // Delete before create: an image holds ten tags at most, also in between.
  const auto tags = tag_changes(live, fields);
  add_tag_step(steps, live.id, "delete", tags.remove);
  add_tag_step(steps, live.id, "create", tags.create);
  return steps;
}

task<Result<StepOutcome>> ImsProvider::perform(Step step) {
  RETOUCH_CO_TRY(const auto answer, co_await context_.transport->send(step.request));
  if (!answer.ok()) co_return fail(failure(step.request, answer, step.fields));
  if (step.request.method == "PATCH") co_return patched(step, answer, rules_);
  co_return StepOutcome{.request_id = http::request_id_of(answer)};
}

}  // namespace

ProviderPtr make_ims(ProviderContext context) { return std::make_unique<ImsProvider>(std::move(context)); }

}  // namespace retouch::providers
