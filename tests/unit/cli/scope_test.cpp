#include "retouch/cli/scope.hpp"

#include <gtest/gtest.h>

namespace retouch::cli {

namespace {

using Attributes = std::map<std::string, core::Value, std::less<>>;

core::AttributeTable table() {
  return {"ims",
          {{.name = "name"}, {.name = "__description"}},
          core::Attribute{.name = "*"},
          {},
          {{"description", "__description"}}};
}

core::DesiredEntry entry(const std::string& name, std::map<std::string, std::string> labels = {}) {
  core::DesiredEntry result{.name = name, .labels = std::move(labels)};
  result.select.any_owner = true;
  result.match = core::Match::all;
  return result;
}

reconcile::DesiredState desired() {
  reconcile::DesiredState state;
  state.entries["lab"] = {entry("ubuntu", {{"team", "base"}, {"tier", "1"}}), entry("debian", {{"team", "apps"}})};
  state.entries["west"] = {entry("fedora", {{"team", "west"}})};
  return state;
}

// What is said of it; "" = nothing to complain about.
std::string said(const Result<void>& result) {
  if (result) return "";
  EXPECT_EQ(result.error().code, Errc::usage);
  return result.error().message;
}
std::string of_entries(const ScopeOptions& options) { return said(check_scope(options, desired())); }

// A planned cloud whose one entry selects these images; `matched` of them were left by --where.
reconcile::CloudPass planned(const std::vector<Attributes>& images, std::int64_t matched) {
  reconcile::CloudPass pass{.table = table()};
  pass.planned.emplace();
  pass.planned->entries = {entry("all")};
  pass.planned->selection = std::make_unique<core::Selection>(pass.planned->entries);
  for (const Attributes& attributes : images) {
    pass.planned->selection->offer(
        {.id = "i" + std::to_string(pass.planned->selection->images().size()), .attributes = attributes});
  }
  pass.planned->plan.images_matched = matched;
  pass.planned->plan.images_left_out = std::ssize(images) - matched;
  return pass;
}

std::string of_images(std::vector<std::string> where, const std::vector<Attributes>& images) {
  std::vector<reconcile::CloudPass> clouds;
  clouds.push_back(planned(images, 0));
  return said(check_where({.where = std::move(where)}, clouds));
}

const std::vector<Attributes> some = {{{"os_distro", "ubuntu"}, {"tags", core::List{"lts", "old"}}},
                                      {{"os_distro", "debian"}, {"min_ram", std::int64_t{512}}}};

}  // namespace

TEST(CheckScope, TakesWhatMatchesSomething) {
  EXPECT_EQ(of_entries({}), "");
  EXPECT_EQ(of_entries({.entries = {"ub*"}, .labels = {"team=base", "tier=1"}}), "");
  EXPECT_EQ(of_entries({.entries = {"deb*"}, .labels = {"team=apps"}}), "");
}

TEST(CheckScope, NamesTheNearestEntry) {
  EXPECT_EQ(of_entries({.entries = {"ubunt"}}), "no entry matches --entry ubunt; did you mean `ubuntu`?");
}

TEST(CheckScope, NamesTheNearestLabelAndItsValues) {
  EXPECT_EQ(of_entries({.labels = {"taem=base"}}),
            "no entry has a label `taem` (-l taem=base); did you mean `team`? There are: team, tier");
  EXPECT_EQ(of_entries({.labels = {"team=bas"}}),
            "no entry has the label team=bas (-l); did you mean `base`? There are: apps, base, west");
  EXPECT_EQ(of_entries({.labels = {"tier=9999"}}), "no entry has the label tier=9999 (-l); there is: 1");
}

TEST(CheckScope, NamesEightLabelsAtMostAndNoneWhereThereAreNone) {
  reconcile::DesiredState state;
  for (int i = 0; i < 10; ++i) state.entries["lab"].push_back(entry("e", {{"n", "v" + std::to_string(i)}}));
  EXPECT_EQ(said(check_scope({.labels = {"n=x"}}, state)),
            "no entry has the label n=x (-l); there are: v0, v1, v2, v3, v4, v5, v6, v7 and 2 more");
  state.entries["lab"] = {entry("e")};
  EXPECT_EQ(said(check_scope({.labels = {"n=x"}}, state)), "no entry has a label `n` (-l n=x)");
}

TEST(CheckScope, HasNothingToSayOfNoEntriesWhenNoneWereAskedFor) { EXPECT_EQ(said(check_scope({}, {})), ""); }

TEST(CheckScope, RefusesACombinationThatNoEntryMeets) {
  EXPECT_NE(of_entries({.entries = {"ubuntu"}, .labels = {"team=apps"}}).find("at once"), std::string::npos);
  EXPECT_NE(of_entries({.labels = {"team=apps", "tier=1"}}).find("at once"), std::string::npos);
}

TEST(CheckScope, LooksOnlyAtTheCloudsChosen) {
  EXPECT_EQ(of_entries({.clouds = {"w*"}, .entries = {"ubuntu"}}),
            "no entry on the clouds of --cloud matches --entry ubuntu");
  EXPECT_EQ(of_entries({.clouds = {"w*"}, .labels = {"team=base"}}),
            "no entry has the label team=base (-l); there is: west");
}

TEST(CheckWhere, NamesTheNearestAttribute) {
  EXPECT_EQ(of_images({"os_distor=ubuntu"}, some),
            "no image that the entries select has an attribute `os_distor` (--where os_distor=ubuntu); did you mean "
            "`os_distro`?");
}

TEST(CheckWhere, KnowsAttributesByTheirPortableNames) {
  const std::vector<Attributes> described = {{{"__description", "golden"}}};
  EXPECT_NE(of_images({"descriptoin=x"}, described).find("did you mean `description`?"), std::string::npos);
  EXPECT_EQ(of_images({"descriptoin=x"}, some).find("did you mean"), std::string::npos) << "no image has one";
  EXPECT_EQ(of_images({"description=gold"}, described),
            "no image that the entries select has description=gold (--where); there is: golden");
}

TEST(CheckWhere, NamesTheNearestValue) {
  EXPECT_EQ(of_images({"os_distro=ubunto"}, some),
            "no image that the entries select has os_distro=ubunto (--where); did you mean `ubuntu`? There are: "
            "debian, ubuntu");
  EXPECT_NE(of_images({"tags=lst"}, some).find("There are: lts, old"), std::string::npos);
  EXPECT_NE(of_images({"min_ram=1"}, some).find("there is: 512"), std::string::npos);
  EXPECT_EQ(of_images({"id=i7"}, some), "no image that the entries select has the id i7 (--where)");
}

TEST(CheckWhere, RefusesACombinationThatNoImageMeets) {
  EXPECT_NE(of_images({"os_distro=ubuntu", "min_ram=512"}, some).find("at once: os_distro=ubuntu, min_ram=512"),
            std::string::npos);
}

TEST(CheckWhere, CountsWhatWasLeftOutOfAllClouds) {
  std::vector<reconcile::CloudPass> clouds;
  clouds.push_back(planned(some, 0));
  clouds.push_back(planned({}, 0));
  EXPECT_NE(said(check_where({.where = {"os_distro=x"}}, clouds)), "") << "on the first cloud";
}

TEST(CheckWhere, IsSilentWhenItMatchedOrNobodyKnows) {
  std::vector<reconcile::CloudPass> clouds;
  clouds.push_back(planned(some, 0));
  clouds.push_back(planned(some, 1));
  EXPECT_EQ(said(check_where({.where = {"os_distro=x"}}, clouds)), "") << "some cloud has a match";
  clouds.pop_back();
  clouds.push_back({.error = Error{.code = Errc::connect}});
  EXPECT_EQ(said(check_where({.where = {"os_distro=x"}}, clouds)), "") << "the failed one might have had it";
  clouds.clear();
  clouds.push_back(planned({}, 0));
  EXPECT_EQ(said(check_where({.where = {"os_distro=x"}}, clouds)), "") << "the entries select nothing";
}

TEST(MakeScope, ComparesByPortableNameIdAndTag) {
  const auto meets = [](const std::string& where, const core::Image& image) {
    return make_scope({.where = {where}}, table(), {}).image(image);
  };
  const core::Image image{.id = "7", .attributes = {{"__description", "d"}, {"tags", core::List{"a=b"}}}, .own = false};
  EXPECT_TRUE(meets("description=d", image));
  EXPECT_TRUE(meets("__description=d", image));
  EXPECT_TRUE(meets("id=7", image));
  EXPECT_TRUE(meets("tags=a=b", image));
  EXPECT_FALSE(meets("description=e", image));
  EXPECT_FALSE(meets("id=8", image));
  EXPECT_FALSE(meets("tags=a", image));
  const core::Image pairs{.id = "8", .attributes = {{"tags", core::Map{{"owner", std::string("platform")}}}}};
  EXPECT_TRUE(meets("tags=owner", pairs));
  EXPECT_TRUE(meets("tags=owner=platform", pairs));
  EXPECT_FALSE(meets("tags=owner=other", pairs));
}

TEST(MakeScope, TakesEntriesThatMeetBothNameAndLabels) {
  const core::DesiredEntry both = entry("ubuntu", {{"team", "base"}});
  const auto takes = [](const ScopeOptions& options, const core::DesiredEntry& one) {
    const auto scope = make_scope(options, table(), {});
    return !scope.entry || scope.entry(one);
  };
  EXPECT_TRUE(takes({}, both));
  EXPECT_TRUE(takes({.entries = {"ub*"}}, both));
  EXPECT_FALSE(takes({.entries = {"deb*"}}, both));
  EXPECT_TRUE(takes({.labels = {"team=base"}}, both));
  EXPECT_FALSE(takes({.labels = {"team=apps"}}, both));
  EXPECT_FALSE(takes({.entries = {"ub*"}, .labels = {"team=apps"}}, both));
}

TEST(MakeScope, TakesImagesThatMeetAllConditions) {
  const auto scope = make_scope({.where = {"id=7", "os_distro=ubuntu"}}, table(), {});
  EXPECT_TRUE(scope.image({.id = "7", .attributes = {{"os_distro", "ubuntu"}}}));
  EXPECT_FALSE(scope.image({.id = "7", .attributes = {{"os_distro", "debian"}}}));
  EXPECT_FALSE(make_scope({}, table(), {}).image) << "all of them";
}

TEST(MakeScope, CarriesTheGuardsThatAreForced) {
  EXPECT_EQ(make_scope({}, table(), {"exposure"}).forced, std::set<std::string>{"exposure"});
}

TEST(SelectClouds, TakesGlobsAndRefusesWhatMatchesNone) {
  config::Settings settings{.file = "r.yaml"};
  settings.clouds = {{.name = "lab"}, {.name = "west"}};
  EXPECT_EQ(select_clouds(settings, {})->size(), 2u);
  EXPECT_EQ(select_clouds(settings, {"l*"})->size(), 1u);
  const auto none = select_clouds(settings, {"l*", "labb"});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message,
            "no configured cloud matches --cloud labb; did you mean `lab`?; there are: lab, west");
  EXPECT_EQ(select_clouds({.file = "r.yaml"}, {}).error().code, Errc::invalid_input);
}

}  // namespace retouch::cli
