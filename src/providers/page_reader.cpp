#include "page_reader.hpp"

#include "image_decoder.hpp"

namespace retouch::providers {

// A page that is fetched again after a broken attempt starts afresh, but what the broken attempt brought stays brought:
// its images were passed on already.
struct PageReader::Sink final : http::BodySink {
  explicit Sink(PageReader& owner)
      : reader(owner), decoder(ImageDecoder::Document::list, owner.rules_, [this](const core::Image& image) {
          reader.take(image, page);
        }) {}

  void restart() override {
    page.images = 0;
    page.last_id.clear();
    decoder.restart();
  }
  Result<void> data(std::string_view chunk) override {
    reader.list_bytes_ += chunk.size();
    if (reader.list_bytes_ > max_list_bytes) {
      return fail(Errc::too_large,
                  "the list of images goes on after 1 GiB; select by id, or ask the cloud what is wrong");
    }
    return decoder.data(chunk);
  }

  PageReader& reader;
  Page page;
  ImageDecoder decoder;
};

PageReader::PageReader(http::Transport& transport, ImageRules rules, const ListQuery& query,
                       const std::function<void(const core::Image&)>& visit, Failure failure)
    : transport_(transport),
      rules_(std::move(rules)),
      any_owner_(query.any_owner),
      by_id_(!query.only_ids.empty()),
      wanted_(query.only_ids.begin(), query.only_ids.end()),
      visit_(visit),
      failure_(std::move(failure)) {}

void PageReader::take(const core::Image& image, Page& page) {
  ++page.images;
  page.last_id = image.id;
  const auto* hidden = image.find("os_hidden");
  page.hidden = page.hidden || (hidden && *hidden == core::Value{true});
  const auto seen = seen_.note(image.id, listing_);
  if (seen == SeenIds::Seen::in_this_listing) return;
  ++page.fresh;
  if (seen == SeenIds::Seen::in_an_earlier_listing) return;
  ++page.unseen;
  wanted_.erase(image.id);
  // A server that does not know the owner filter sends everything.
  if (!image.own && !any_owner_) return;
  ++summary_.images;
  visit_(image);
}

void PageReader::add(const core::Image& image) {
  Page page;
  take(image, page);
  ++summary_.requests;
}

task<Result<Page>> PageReader::fetch(http::Request request) {
  request.max_body = max_page_bytes;
  ++summary_.requests;
  Sink sink(*this);
  auto answer = co_await transport_.send(request, &sink);
  if (!answer) co_return fail(std::move(answer).error());
  if (!answer->ok()) co_return fail(failure_(request, *answer));
  if (auto finished = sink.decoder.finish(); !finished) {
    auto error = std::move(finished).error();
    error.where = request.method + " " + request.url.target();
    error.status = answer->status;
    co_return fail(std::move(error));
  }
  sink.page.next = sink.decoder.next();
  co_return std::move(sink.page);
}

}  // namespace retouch::providers
