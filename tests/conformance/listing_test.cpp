// A list is the whole cloud, once.
#include <algorithm>
#include <map>

#include "bench.hpp"

namespace retouch::conformance {
namespace {

using core::Image;

struct Listing {
  providers::ListSummary summary;
  std::map<std::string, int> times;
  std::map<std::string, Image> images;
};

task<Listing> list(Bench& bench, providers::ListQuery query = {}) {
  Listing out;
  auto summary = co_await bench.provider().list(query, [&](const Image& image) {
    ++out.times[image.id];
    out.images[image.id] = image;
  });
  if (!summary) throw std::runtime_error("listing: " + describe(summary.error()));
  out.summary = *std::move(summary);
  co_return out;
}

task<std::vector<std::string>> make_images(Bench& bench, int count) {
  std::vector<std::string> ids;
  for (int i = 0; i < count; ++i) {
    auto id = co_await bench.make_image();
    ids.push_back(std::move(id));
  }
  co_return ids;
}

TEST_P(Conformance, ListsEveryImageOnceOverSeveralPages) {
  run([](Bench& bench) -> task<void> {
    const auto ids = co_await make_images(bench, 2 * Bench::page_size + 1);
    const auto seen = co_await list(bench);
    for (const auto& id : ids) EXPECT_EQ(seen.times.contains(id) ? seen.times.at(id) : 0, 1) << id;
    EXPECT_EQ(static_cast<std::size_t>(seen.summary.images), seen.images.size());
    EXPECT_GE(seen.summary.requests, bench.family() == "triton" ? 2 : 3) << "CloudAPI has no pages, but two lists";
    for (const auto& [id, image] : seen.images) EXPECT_TRUE(image.own) << id;
  });
}

TEST_P(Conformance, ListsAnEmptyOrUnchangedCloudTheSameTwice) {
  run([](Bench& bench) -> task<void> {
    const auto first = co_await list(bench);
    const auto second = co_await list(bench);
    EXPECT_EQ(first.images, second.images);
  });
}

TEST_P(Conformance, ListsHiddenImages) {
  if (is_ims() || is_triton()) GTEST_SKIP() << "only Glance has hidden images";
  run([](Bench& bench) -> task<void> {
    const auto hidden = co_await bench.make_image({{"os_hidden", true}});
    const auto shown = co_await bench.make_image();
    const auto seen = co_await list(bench);
    EXPECT_TRUE(seen.images.contains(hidden));
    EXPECT_TRUE(seen.images.contains(shown));
  });
}

TEST_P(Conformance, ListsImagesOfEveryOwnVisibility) {
  if (is_ims() || is_triton()) GTEST_SKIP() << "only Glance lets one choose a visibility";
  run([](Bench& bench) -> task<void> {
    for (const auto* visibility : {"private", "shared", "community"}) {
      const auto id = co_await bench.make_image({{"visibility", visibility}});
      const auto seen = co_await list(bench);
      EXPECT_TRUE(seen.images.contains(id)) << visibility;
      const auto wide = co_await list(bench, {.any_owner = true});
      EXPECT_TRUE(wide.images.contains(id)) << visibility << ", any owner";
    }
  });
}

TEST_P(Conformance, ListsTritonImagesOfEveryStateAndKind) {
  if (!is_triton()) GTEST_SKIP() << "of CloudAPI's filters";
  run([](Bench& bench) -> task<void> {
    for (const Json& what : {Json{{"state", "active"}}, Json{{"state", "unactivated"}}, Json{{"state", "disabled"}},
                             Json{{"type", "docker"}, {"os", "linux"}}}) {
      const auto id = co_await bench.make_image(what);
      const auto seen = co_await list(bench);
      EXPECT_TRUE(seen.images.contains(id)) << what;
      if (seen.images.contains(id)) EXPECT_TRUE(seen.images.at(id).own) << what;
    }
  });
}

TEST_P(Conformance, TheListShowsWhatReadShows) {
  run([](Bench& bench) -> task<void> {
    Json attributes{{bench.text_field(), "Größe <b> \"x\""}};
    if (bench.family() != "triton") attributes["min_ram"] = 512;
    const auto id = co_await bench.make_image(attributes);
    const auto seen = co_await list(bench);
    const auto read = co_await bench.read(id);
    EXPECT_EQ(seen.images.at(id), read);
    EXPECT_EQ(read.text(bench.text_field()), "Größe <b> \"x\"");
    if (attributes.contains("min_ram")) EXPECT_EQ(read.get("min_ram"), core::Value{std::int64_t{512}});
  });
}

TEST_P(Conformance, StopsListingWhenAllSelectedIdsWereSeen) {
  run([](Bench& bench) -> task<void> {
    const auto ids = co_await make_images(bench, 2);
    const auto all = co_await list(bench);
    const auto some = co_await list(bench, {.only_ids = ids});
    for (const auto& id : ids) EXPECT_TRUE(some.images.contains(id));
    EXPECT_LT(some.summary.requests, all.summary.requests);
  });
}

TEST_P(Conformance, OthersImagesAreListedOnlyWhenAskedForAndCannotBeChanged) {
  if (!has_neighbour()) GTEST_SKIP() << "needs somebody with another project: OTHER_OS_USERNAME (targets.hpp)";
  run([](Bench& bench) -> task<void> {
    const auto foreign = co_await bench.make_foreign_image("published");
    const auto own = co_await list(bench);
    EXPECT_FALSE(own.images.contains(foreign));
    auto any = co_await list(bench, {.any_owner = true});
    EXPECT_TRUE(any.images.contains(foreign));
    EXPECT_FALSE(any.images[foreign].own);
    EXPECT_TRUE(bench.provider().unchangeable(any.images[foreign]));
    const auto refused = co_await bench.apply(any.images[foreign], {want(bench.text_field(), std::string("x"))});
    EXPECT_FALSE(refused) << "the server agrees";
    const auto after = co_await bench.read(foreign);
    EXPECT_EQ(after.text(bench.text_field()), "");
  });
}

TEST_P(Conformance, AnImageThatIsNotThereReadsAsGone) {
  run([](Bench& bench) -> task<void> {
    const auto gone = co_await bench.provider().read("3f0c5b1e-0000-4000-8000-000000000000");
    EXPECT_TRUE(gone) << describe(gone.error());
    if (gone) EXPECT_FALSE(*gone);
  });
}

}  // namespace
}  // namespace retouch::conformance
