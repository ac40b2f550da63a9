// Who moved: `drift` when somebody changed the cloud, `pending` when the manifests did, `both`, or `unknown`.
#include "planning_fixture.hpp"

namespace retouch::core {

using test::change_of;
using test::entry;
using test::field;
using test::image;
using test::Planning;
using test::remembered;

namespace {

// The cause of the one change when `then` was remembered, `now` is wished and `live` is there.
struct Case {
  std::string attribute = "b";
  Wish then{};
  Value now{};
  std::vector<std::string> absent_items{};
  Value live{};
  bool exact = false;
};

Cause cause_of(const Case& c) {
  Planning p{.entries = {entry("a", {"1"}, {field(c.attribute, c.now)})}, .images = {image("1", {})}};
  p.entries[0].fields[0].absent_items = c.absent_items;
  if (c.exact) p.entries[0].manage.tags = p.entries[0].manage.properties = Manage::exact;
  if (!is_absent(c.live)) p.images[0].attributes[c.attribute] = c.live;
  p.remember("1", c.attribute, {.wish = c.then, .entry = "a"});
  const auto change = change_of(p.plan(), c.attribute);
  EXPECT_TRUE(change) << "nothing differs";
  return change ? change->cause : Cause::unknown;
}

Cause scalar(const Value& then, const Value& now, const Value& live) {
  return cause_of({.then = {.value = then}, .now = now, .live = live});
}

}  // namespace

TEST(CauseOfAValue, IsDriftWhenTheCloudMovedPendingWhenTheManifestDid) {
  EXPECT_EQ(scalar("x", "x", "moved"), Cause::drift);
  EXPECT_EQ(scalar("x", "y", "x"), Cause::pending);
  EXPECT_EQ(scalar("x", "y", "moved"), Cause::both);
  EXPECT_EQ(scalar("x", "x", Absent{}), Cause::drift) << "somebody removed it";
  EXPECT_EQ(scalar(Absent{}, Absent{}, "theirs"), Cause::drift) << "somebody added what must not be there";
  EXPECT_EQ(scalar("x", Absent{}, "x"), Cause::pending);
}

TEST(CauseOfAValue, GoesByTheTablesComparison) {
  Planning p{.entries = {entry("a", {"1"}, {field("f", "y")})}, .images = {image("1", {{"f", "TRUE"}})}};
  p.table = AttributeTable("ims", {{.name = "f", .compare = Compare::flag}}, std::nullopt, {}, {});
  p.remember("1", "f", remembered("true"));
  EXPECT_EQ(change_of(p.plan(), "f")->cause, Cause::pending) << "TRUE is true, so the cloud has not moved";
}

TEST(CauseOfAValue, IsUnknownWithoutARecord) {
  Planning p{.entries = {entry("a", {"1"}, {field("b", "x")})}, .images = {image("1", {{"b", "y"}})}};
  EXPECT_EQ(change_of(p.plan(), "b")->cause, Cause::unknown) << "no memory";
  p.remember("2", "b", remembered("y"));
  EXPECT_EQ(change_of(p.plan(), "b")->cause, Cause::unknown) << "a new image inherits nothing";
  p.remember("1", "other", remembered("y"));
  EXPECT_EQ(change_of(p.plan(), "b")->cause, Cause::unknown);
}

TEST(CauseOfAValue, IsNobodysDoingInTheCloudWhenItKeptSomethingElse) {
  Planning p{.entries = {entry("a", {"1"}, {field("b", "new wish")})}, .images = {image("1", {{"b", "kept"}})}};
  p.remember("1", "b", remembered("wish")).kept_instead = "kept";
  EXPECT_EQ(change_of(p.plan(), "b")->cause, Cause::pending);
  p.images[0].attributes["b"] = "moved";
  EXPECT_EQ(change_of(p.plan(), "b")->cause, Cause::both);
}

TEST(CauseOfAList, GoesByItsItems) {
  const auto tags = [](const List& then, const List& now, const List& live) {
    return cause_of({.attribute = "tags", .then = {.value = then}, .now = now, .live = live});
  };
  EXPECT_EQ(tags({"a", "b"}, {"a", "b"}, {"a"}), Cause::drift) << "somebody took b away";
  EXPECT_EQ(tags({"a"}, {"a", "b"}, {"a"}), Cause::pending);
  EXPECT_EQ(tags({"a"}, {"a", "b"}, {}), Cause::both);
  EXPECT_EQ(tags({"a"}, {"a", "b"}, {"a", "theirs"}), Cause::pending) << "others' items do not count";
}

TEST(CauseOfAList, OfAnItemThatGoesIsDriftWhenItHadToGoBefore) {
  const auto absent = [](std::vector<std::string> then, std::vector<std::string> now, const List& live) {
    return cause_of({.attribute = "tags",
                     .then = {.value = List{}, .absent_items = std::move(then)},
                     .now = List{},
                     .absent_items = std::move(now),
                     .live = live});
  };
  EXPECT_EQ(absent({"old"}, {"old"}, {"old"}), Cause::drift);
  EXPECT_EQ(absent({}, {"old"}, {"old"}), Cause::pending);
  EXPECT_EQ(absent({"old"}, {"old", "older"}, {"old", "older"}), Cause::both);
}

TEST(CauseOfAList, ThatIsExactIsDriftWhenAnItemCame) {
  const auto exactly = [](const Wish& then, const List& now, const List& live) {
    return cause_of({.attribute = "tags", .then = then, .now = now, .live = live, .exact = true});
  };
  EXPECT_EQ(exactly({.value = List{"a"}, .exact = true}, {"a"}, {"a", "theirs"}), Cause::drift);
  EXPECT_EQ(exactly({.value = List{"a", "b"}, .exact = true}, {"a"}, {"a", "b"}), Cause::pending);
  EXPECT_EQ(exactly({.value = List{"a"}}, {"a"}, {"a", "theirs"}), Cause::pending) << "it was listed, is exact now";
  EXPECT_EQ(cause_of({.attribute = "tags", .then = {}, .now = Absent{}, .live = List{"theirs"}}), Cause::drift);
}

TEST(CauseOfAMap, GoesByItsKeysAndTheirValues) {
  const auto meta = [](const Map& then, const Map& now, const Map& live) {
    return cause_of({.attribute = "meta", .then = {.value = then}, .now = now, .live = live});
  };
  EXPECT_EQ(meta({{"k", "1"}}, {{"k", "1"}}, {{"k", "2"}}), Cause::drift);
  EXPECT_EQ(meta({{"k", "1"}}, {{"k", "2"}}, {{"k", "1"}}), Cause::pending);
  EXPECT_EQ(meta({{"k", "1"}}, {{"k", "2"}}, {{"k", "3"}}), Cause::both);
  EXPECT_EQ(meta({{"k", "1"}}, {{"k", "1"}}, {{"theirs", "1"}}), Cause::drift);
  EXPECT_EQ(meta({{"k", "1"}}, {{"k", "2"}}, {{"theirs", "1"}}), Cause::both) << "it went away, and its value moved";
  EXPECT_EQ(meta({}, {{"k", "1"}}, {{"theirs", "1"}}), Cause::pending);
  EXPECT_EQ(meta({}, {{"k", "1"}}, {{"k", "theirs"}}), Cause::pending) << "nothing was said about k before";
  EXPECT_EQ(meta({{"k", "1"}}, {{"k", "1"}, {"m", "1"}}, {{"k", "2"}}), Cause::both) << "k drifted, m is new";
}

TEST(CauseOfAMap, OfAKeyThatGoes) {
  const auto absent = [](const Wish& then, const Map& live) {
    return cause_of({.attribute = "meta", .then = then, .now = Map{}, .absent_items = {"k"}, .live = live});
  };
  EXPECT_EQ(absent({.value = Map{}, .absent_items = {"k"}}, {{"k", "1"}}), Cause::drift);
  EXPECT_EQ(absent({.value = Map{{"k", "1"}}}, {{"k", "1"}}), Cause::pending);
  EXPECT_EQ(absent({.value = Map{{"k", "1"}}}, {{"k", "theirs"}}), Cause::both);
  EXPECT_EQ(absent({.value = Map{}}, {{"k", "theirs"}}), Cause::pending);
  EXPECT_EQ(cause_of({.attribute = "meta",
                      .then = {.value = Map{}, .absent_items = {"k"}},
                      .now = Map{{"k", "1"}},
                      .live = Map{{"k", "theirs"}}}),
            Cause::both)
      << "it had to go and came; now it shall be there, otherwise";
}

TEST(CauseOfWhatExactRemoves, IsDriftOnceExactWasInForce) {
  Planning p{.entries = {entry("a", {"1"}, {})}, .images = {image("1", {{"stray", "x"}})}};
  p.entries[0].manage.properties = Manage::exact;
  EXPECT_EQ(change_of(p.plan(), "stray")->cause, Cause::unknown);
  p.remember("1", std::string(exact_in_force), {.entry = "a"});
  EXPECT_EQ(change_of(p.plan(), "stray")->cause, Cause::drift);
  p.remember("1", "stray", remembered("x"));
  EXPECT_EQ(change_of(p.plan(), "stray")->cause, Cause::pending) << "it has left the manifests";
  p.remember("1", "stray", remembered("y"));
  EXPECT_EQ(change_of(p.plan(), "stray")->cause, Cause::both) << "and somebody has changed it";
  p.remember("1", "stray", remembered(Absent{}));
  EXPECT_EQ(change_of(p.plan(), "stray")->cause, Cause::drift) << "we removed it, and it is back";
}

}  // namespace retouch::core
