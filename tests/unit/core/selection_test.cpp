#include "planning_fixture.hpp"

namespace retouch::core {

using test::entry;
using test::image;

namespace {

DesiredEntry by_name(std::string name, std::vector<std::string> names) {
  DesiredEntry result = entry(std::move(name), {}, {});
  result.select.criteria = {{.attribute = "name", .any_of = std::move(names)}};
  return result;
}

}  // namespace

TEST(Selection, KeepsOnlyWhatSomeEntrySelects) {
  const std::vector<DesiredEntry> entries = {by_name("a", {"wanted"}), entry("b", {"7"}, {})};
  Selection selection(entries);
  for (int i = 0; i < 1000; ++i) selection.offer(image(std::to_string(i), {}));
  selection.offer(image("x", {{"name", "wanted"}}));
  EXPECT_EQ(selection.images().size(), 2u);
  EXPECT_EQ(selection.matches_of(0).size(), 1u);
  EXPECT_EQ(selection.matches_of(1).size(), 1u);
}

TEST(Selection, KeepsAnImageOnceForAllItsEntries) {
  const std::vector<DesiredEntry> entries = {by_name("a", {"n", "n"}), entry("b", {"1"}, {}), by_name("c", {"n"})};
  Selection selection(entries);
  selection.offer(image("1", {{"name", "n"}}));
  EXPECT_EQ(selection.images().size(), 1u);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(selection.matches_of(i), std::vector<std::size_t>{0});
}

TEST(Selection, MayStopEarlyOnlyWhenEveryEntrySelectsById) {
  const std::vector<DesiredEntry> ids = {entry("a", {"1", "2"}, {}), entry("b", {"3"}, {})};
  EXPECT_EQ(Selection(ids).only_ids().size(), 3u);
  const std::vector<DesiredEntry> mixed = {entry("a", {"1"}, {}), by_name("b", {"n"})};
  EXPECT_TRUE(Selection(mixed).only_ids().empty());
  EXPECT_TRUE(Selection(std::vector<DesiredEntry>{}).only_ids().empty());
}

TEST(Selection, AsksForForeignImagesOnlyWhenAnEntryWidensOwner) {
  std::vector<DesiredEntry> entries = {by_name("a", {"n"})};
  EXPECT_FALSE(Selection(entries).wants_any_owner());
  entries[0].select.any_owner = true;
  EXPECT_TRUE(Selection(entries).wants_any_owner());
}

TEST(Selection, LooksAtEveryCriterionAndNotOnlyAtTheIndexedOne) {
  std::vector<DesiredEntry> entries = {by_name("a", {"n"}), entry("b", {"1"}, {}), entry("c", {}, {})};
  entries[0].select.criteria.push_back({.attribute = "os", .any_of = {"ubuntu"}});
  entries[1].select.criteria.push_back({.attribute = "os", .any_of = {"ubuntu"}});
  entries[2].select.criteria.push_back({.attribute = "os", .any_of = {"debian"}});
  Selection selection(entries);
  selection.offer(image("1", {{"name", "n"}, {"os", "debian"}}));
  EXPECT_TRUE(selection.matches_of(0).empty());
  EXPECT_TRUE(selection.matches_of(1).empty());
  EXPECT_EQ(selection.matches_of(2).size(), 1u) << "without name and id it is tried on every image";
}

TEST(Selection, FindsANamelessImageByANameOrNone) {
  std::vector<DesiredEntry> entries = {by_name("a", {"n"})};
  entries[0].select.criteria[0].or_absent = true;
  Selection selection(entries);
  selection.offer({.id = "1", .attributes = {}});
  EXPECT_EQ(selection.matches_of(0).size(), 1u);
}

TEST(Selection, NamedOwnersAreForeignImagesToo) {
  std::vector<DesiredEntry> entries = {by_name("a", {"n"})};
  entries[0].select.owners = {"somebody"};
  EXPECT_TRUE(Selection(entries).wants_any_owner());
}

TEST(ResolveMatch, NewestGoesByTheTimeOfPublishingFirst) {
  DesiredEntry e = by_name("a", {"n"});
  e.match = Match::newest;
  const std::vector<Image> images = {
      image("1", {{"created_at", "2026-01-01T00:00:00Z"}, {"published_at", "2026-09-01T00:00:00Z"}}),
      image("2", {{"created_at", "2026-03-01T00:00:00Z"}})};
  EXPECT_EQ(resolve_match(e, {0, 1}, images).images, std::vector<std::size_t>{0});
}

TEST(ResolveMatch, NamesAFewOfMany) {
  std::vector<Image> images;
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < 9; ++i) {
    images.push_back(image(std::to_string(i), {}));
    all.push_back(i);
  }
  EXPECT_NE(resolve_match(by_name("a", {"n"}), all, images).unresolved.find("0, 1, 2, 3, 4 and 4 more;"),
            std::string::npos);
}

TEST(ResolveMatch, OneNeedsExactlyOne) {
  const std::vector<Image> images = {image("1", {}), image("2", {})};
  const DesiredEntry e = by_name("a", {"n"});
  EXPECT_EQ(resolve_match(e, {0}, images).images.size(), 1u);
  EXPECT_NE(resolve_match(e, {}, images).unresolved, "");
  const Resolution two = resolve_match(e, {0, 1}, images);
  EXPECT_TRUE(two.images.empty());
  EXPECT_NE(two.unresolved.find("1, 2"), std::string::npos) << two.unresolved;
}

TEST(ResolveMatch, NothingIsFineWhenOptional) {
  DesiredEntry e = by_name("a", {"n"});
  e.optional = true;
  const Resolution none = resolve_match(e, {}, {});
  EXPECT_EQ(none.unresolved, "");
  EXPECT_TRUE(none.images.empty());
}

TEST(ResolveMatch, NewestTakesTheLatestAndRefusesATie) {
  DesiredEntry e = by_name("a", {"n"});
  e.match = Match::newest;
  const std::vector<Image> images = {image("1", {{"created_at", "2026-01-01T00:00:00Z"}}),
                                     image("2", {{"created_at", "2026-03-01T00:00:00Z"}}),
                                     image("3", {{"created_at", "2026-03-01T00:00:00Z"}})};
  EXPECT_EQ(resolve_match(e, {0, 1}, images).images, std::vector<std::size_t>{1});
  EXPECT_TRUE(resolve_match(e, {0, 1, 2}, images).images.empty());
  EXPECT_NE(resolve_match(e, {0, 1, 2}, images).unresolved, "");
}

TEST(ResolveMatch, AllHonoursItsMaximum) {
  DesiredEntry e = by_name("a", {"n"});
  e.match = Match::all;
  const std::vector<Image> images = {image("1", {}), image("2", {})};
  EXPECT_EQ(resolve_match(e, {0, 1}, images).images.size(), 2u);
  e.max = 2;
  EXPECT_EQ(resolve_match(e, {0, 1}, images).images.size(), 2u);
  e.max = 1;
  EXPECT_TRUE(resolve_match(e, {0, 1}, images).images.empty());
}

}  // namespace retouch::core
