#include "sandbox_support.hpp"

namespace retouch::sandbox {
namespace {

Image image(const std::string& id, const std::string& created_at) {
  return {.id = id, .attributes = {{"id", id}, {"created_at", created_at}}};
}

TEST(ImageStore, ListsTheNewestFirstAndTheHigherIdFirstAmongEqual) {
  ImageStore store;
  store.save(image("a", "2026-01-01T00:00:00Z"));
  store.save(image("c", "2026-01-02T00:00:00Z"));
  store.save(image("b", "2026-01-02T00:00:00Z"));
  std::string order;
  for (const auto& [key, entry] : store.all()) order += entry->image->id;
  EXPECT_EQ(order, "cba");
}

TEST(ImageStore, SavingReplacesTheWholeImageAndItsSerialisedForm) {
  ImageStore store;
  store.save(image("a", "2026-01-01T00:00:00Z"));
  EXPECT_NE(ImageStore::serialised(*store.position("a")->second).find("\"a\""), std::string::npos);
  Image changed = image("a", "2026-01-01T00:00:00Z");
  changed.attributes["os_version"] = "24.04";
  store.save(changed);
  EXPECT_EQ(store.size(), 1u);
  EXPECT_NE(ImageStore::serialised(*store.position("a")->second).find("24.04"), std::string::npos);
}

TEST(ImageStore, FollowsAnImageWhoseCreationTimeIsChanged) {
  ImageStore store;
  store.save(image("a", "2026-01-01T00:00:00Z"));
  store.save(image("a", "2026-02-01T00:00:00Z"));
  EXPECT_EQ(store.size(), 1u);
  EXPECT_EQ(store.find("a")->text("created_at"), "2026-02-01T00:00:00Z");
  EXPECT_TRUE(store.erase("a"));
  EXPECT_FALSE(store.erase("a"));
  EXPECT_EQ(store.find("a"), nullptr);
}

TEST(StableIds, DependOnTheTextAlone) {
  EXPECT_EQ(stable_id("x"), stable_id("x"));
  EXPECT_NE(stable_uuid("x"), stable_uuid("y"));
  EXPECT_EQ(stable_uuid("x").size(), 36u);
  EXPECT_EQ(stable_uuid("x")[14], '4');
}

}  // namespace
}  // namespace retouch::sandbox
