// `on_removal: remove` while it cannot be known who else wants an item: nothing goes, and nothing is forgotten.
#include "planning_fixture.hpp"

namespace retouch::core {

using test::change_of;
using test::entry;
using test::field;
using test::image;
using test::Planning;
using test::remembered;

TEST(OnRemoval, KeepsItemsInMindThatCannotBeRemovedNow) {
  Planning p{.entries = {entry("a", {"1"}, {})}, .images = {image("1", {})}};
  p.entries[0].manage.remove_on_removal = true;
  p.remember("1", "tags", remembered(List{"x", "y"}));
  p.remember("1", "meta", remembered(Map{{"x", "1"}, {"y", "1"}}));
  p.images[0].attributes["tags"] = List{"x", "y"};
  p.images[0].attributes["meta"] = Map{{"x", "1"}, {"y", "1"}};
  p.entries[0].fields.push_back(field("tags", List{"x"}));
  p.entries[0].fields.push_back(field("meta", Map{{"x", "1"}}));
  p.entries_missing = true;
  EXPECT_TRUE(p.plan().changes.empty());
  EXPECT_TRUE(p.plan().notes.in_force.empty()) << "a file that is left out may list them";
  p.entries_missing = false;
  EXPECT_EQ(change_of(p.plan(), "tags")->after, Value(List{"x"})) << "they go when all is read again";
  EXPECT_EQ(change_of(p.plan(), "meta")->after, Value(Map{{"x", "1"}}));
  p.images.push_back(image("2", {}));
  p.entries.push_back(entry("z", {"1", "2"}, {field("tags", List{"y"}), field("meta", Map{{"y", "1"}})}));
  EXPECT_FALSE(p.plan().unresolved.empty());
  EXPECT_TRUE(p.plan().changes.empty());
  EXPECT_TRUE(p.plan().notes.in_force.empty()) << "z does not know whether it means this image";
  p.entries_missing = true;
  p.entries[0].fields[0].value = List{"x", "y"};
  p.entries[0].fields[1].value = Map{{"x", "1"}, {"y", "1"}};
  p.memory->images["1"].fields["tags"].place.line = p.memory->images["1"].fields["meta"].place.line = 77;
  EXPECT_EQ(p.plan().notes.in_force.size(), 2u) << "nothing has left";
}

}  // namespace retouch::core
