// Fetches the pages of a list and passes each image on once; how pages follow each other is the family's.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include "image_builder.hpp"
#include "retouch/http/transport.hpp"
#include "retouch/providers/provider.hpp"
#include "seen_ids.hpp"

namespace retouch::providers {

struct Page {
  std::int64_t images = 0;  // that the answer held
  std::int64_t fresh = 0;   // that this listing had not brought yet
  std::int64_t unseen = 0;  // that no listing had brought yet
  bool hidden = false;      // an os_hidden image was among them
  std::string last_id{};
  std::string next{};  // as the answer says it; "" = none
};

class PageReader {
 public:
  static constexpr std::size_t max_page_bytes = std::size_t{1} << 30;
  static constexpr std::size_t max_list_bytes = std::size_t{1} << 30;  // of all pages: a list must come to an end

  // `transport` and `visit` must outlive it. `failure` makes the family's Error of an answer that is no list.
  using Failure = std::function<Error(const http::Request&, const http::Response&)>;
  PageReader(http::Transport& transport, ImageRules rules, const ListQuery& query,
             const std::function<void(const core::Image&)>& visit, Failure failure);

  // Another filter begins: images that an earlier listing brought may come again and are not passed on again.
  void begin_listing() { ++listing_; }
  task<Result<Page>> fetch(http::Request request);
  // Every selector is an id and all of them were seen: the rest of the list does not matter.
  bool has_all() const { return by_id_ && wanted_.empty(); }
  // Of the selected ids, those that have not come yet.
  std::vector<std::string> missing() const { return {wanted_.begin(), wanted_.end()}; }
  // An image that was read by itself.
  void add(const core::Image& image);
  const ListSummary& summary() const { return summary_; }

 private:
  std::size_t list_bytes_ = 0;
  struct Sink;
  void take(const core::Image& image, Page& page);

  http::Transport& transport_;
  ImageRules rules_;
  bool any_owner_, by_id_;
  std::set<std::string, std::less<>> wanted_;
  const std::function<void(const core::Image&)>& visit_;
  Failure failure_;
  SeenIds seen_;
  std::uint8_t listing_ = 0;
  ListSummary summary_;
};

}  // namespace retouch::providers
