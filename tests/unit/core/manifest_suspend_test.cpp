// `suspend`, and other keys of an entry that mean nothing any more, or nothing yet.
#include "manifest_fixture.hpp"

namespace retouch::core::manifest_test {
namespace {

TEST(ManifestEntry, IsSuspendedForeverOrUntilATime) {
  const auto suspended = [](const std::string& value, Wall now) {
    const auto out = resolve_text(image("clouds: lab\nselect: {name: a}\nsuspend: " + value), now);
    EXPECT_FALSE(out.diagnostics.has_errors());
    return out.entry("lab", "x")->suspended;
  };
  EXPECT_TRUE(suspended("true", some_day));
  EXPECT_FALSE(suspended("false", some_day));
  const auto end = *parse_rfc3339("2026-12-24T17:00:00Z");
  EXPECT_TRUE(suspended("2026-12-24T18:00:00+01:00", end - std::chrono::seconds(1)));
  EXPECT_FALSE(suspended("2026-12-24T18:00:00+01:00", end));
}

TEST(EndedSuspension, IsAWarningSaidOnce) {
  const auto end = *parse_rfc3339("2026-12-24T17:00:00Z");
  const std::string set =
      "apiVersion: retouch/v1\nkind: ImageSet\nmetadata: {name: s}\nspec:\n  clouds: lab*\n"
      "  defaults: {suspend: 2026-12-24T18:00:00+01:00}\n"
      "  images: [{name: a, select: {name: a}}, {name: b, clouds: lab, select: {name: b}}]\n";
  const auto after = resolve_text(set, end);
  EXPECT_EQ(after.said(),
            "m.yaml:6:23: warning: the suspension ended at 2026-12-24T17:00:00Z, so this is in force (`suspend` can be "
            "removed)\n");
  EXPECT_FALSE(after.diagnostics.has_errors());
  EXPECT_EQ(resolve_text(set, end - std::chrono::seconds(1)).said(), "");
  EXPECT_EQ(resolve_text(image("clouds: lab\nselect: {name: a}\nsuspend: false")).said(), "");
}

TEST(ManifestEntry, MaxWithoutAllIsAWarning) {
  EXPECT_TRUE(resolve_text(image("clouds: lab\nselect: {name: a}\nmax: 7"))
                  .says("m.yaml:7:8: warning: `max` has no effect without `match: all`"));
}

}  // namespace
}  // namespace retouch::core::manifest_test
