// By what changed_percent measures a plan, whatever the command line was narrowed to.
#include "planning_fixture.hpp"

namespace retouch::core {

using test::entry;
using test::field;
using test::image;
using test::Planning;
using test::remembered;

namespace {

using Ids = std::set<std::string>;

// Ten images, each with an entry that has something to send.
Planning ten_entries() {
  Planning p{.memory = Memory{}};
  for (int i = 0; i < 10; ++i) {
    const std::string id = std::to_string(i);
    p.entries.push_back(entry("e" + id, {id}, {field("b", "x")}));
    p.images.push_back(image(id, {}));
  }
  return p;
}

GuardVerdict changed_percent(const Planning& p, const GuardLimits& limits = {}) {
  return judge(p.plan(), limits, {}, &*p.memory).at(0);
}

}  // namespace

TEST(MeasuredBy, AllManagedImagesWhateverIsAskedFor) {
  Planning p = ten_entries();
  p.memory->changed_lately = {"1", "2", "3", "elsewhere"};
  p.wanted_entry = [](const DesiredEntry& each) { return each.name == "e0"; };
  EXPECT_EQ(p.plan().images_matched, 1);
  EXPECT_EQ(p.plan().notes.managed, 10);
  EXPECT_EQ(p.plan().notes.changed_lately, (Ids{"1", "2", "3"}));
  EXPECT_EQ(changed_percent(p).value, 40);
  EXPECT_TRUE(changed_percent(p).refused) << "the fourth of ten, entry by entry";
  p.wanted_entry = nullptr;
  p.wanted_image = [](const Image& each) { return each.id == "0"; };
  EXPECT_EQ(p.plan().notes.managed, 10);
  EXPECT_TRUE(changed_percent(p).refused) << "image by image";
  p.memory->changed_lately = {"1", "2"};
  EXPECT_FALSE(changed_percent(p).refused) << "30 % is allowed";
}

TEST(MeasuredBy, AnImageOnceHoweverManyEntriesManageIt) {
  Planning p = ten_entries();
  p.entries.push_back(entry("too", {"0"}, {field("c", "x")}));
  EXPECT_EQ(p.plan().notes.managed, 10);
  p.entries[1].suspended = true;
  EXPECT_EQ(p.plan().notes.managed, 9) << "a suspended entry does not widen what guards measure by";
  p.entries[0].suspended = true;
  EXPECT_EQ(p.plan().notes.managed, 9) << "another entry manages it";
}

TEST(MeasuredBy, AllThatIsRememberedWhenARunIsTakenBack) {
  Planning p = ten_entries();
  for (int i = 0; i < 40; ++i) p.remember(std::to_string(i), "b", remembered("x"));
  for (int i = 0; i < 10; ++i) p.memory->changed_lately.insert(std::to_string(i));
  EXPECT_TRUE(changed_percent(p).refused) << "its own images are all that it knows";
  p.undoing = true;
  EXPECT_EQ(p.plan().notes.managed, 40);
  EXPECT_FALSE(changed_percent(p).refused) << "25 % of what is remembered";
  p.memory->changed_lately.insert("39");
  EXPECT_EQ(p.plan().notes.changed_lately.size(), 11u) << "also of images that the run did not touch";
  EXPECT_TRUE(changed_percent(p, {.changed_percent = 24}).refused);
  p.memory->images.clear();
  EXPECT_EQ(p.plan().notes.managed, 10) << "its own images at least";
}

}  // namespace retouch::core
