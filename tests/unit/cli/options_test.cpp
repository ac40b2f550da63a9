#include "retouch/cli/options.hpp"

#include <gtest/gtest.h>

#include "retouch/cli/app.hpp"

namespace retouch::cli {

namespace {

Options parsed(std::vector<std::string> arguments) {
  auto outcome = parse_arguments(arguments);
  EXPECT_TRUE(outcome.options) << outcome.text;
  return outcome.options ? std::move(*outcome.options) : Options{};
}

std::string refused(std::vector<std::string> arguments) {
  const auto outcome = parse_arguments(arguments);
  EXPECT_FALSE(outcome.options);
  EXPECT_EQ(outcome.exit_code, 1);
  return outcome.text;
}

}  // namespace

TEST(ParseArguments, TakesGlobalOptionsBeforeAndBehindTheVerb) {
  EXPECT_EQ(parsed({"--config", "a.yaml", "plan"}).global.config, "a.yaml");
  EXPECT_EQ(parsed({"plan", "--config", "a.yaml"}).global.config, "a.yaml");
}

TEST(ParseArguments, ReadsHowToLog) {
  EXPECT_EQ(parsed({"plan"}).global.log_level, std::nullopt);
  EXPECT_EQ(parsed({"plan"}).global.log_format, std::nullopt);
  EXPECT_EQ(parsed({"plan", "--log-level", "debug"}).global.log_level, LogLevel::debug);
  EXPECT_EQ(parsed({"plan", "--log-format", "journald"}).global.log_format, LogFormat::journald);
  refused({"plan", "--log-format", "xml"});
}

TEST(ParseArguments, ReadsWhatNarrowsAPlan) {
  const Options o = parsed({"plan", "--cloud", "otc-*", "--cloud", "lab", "--entry", "u*", "-l", "team=a", "--where",
                            "os=x", "--output", "markdown", "--detailed-exitcode"});
  EXPECT_EQ(o.verb, Verb::plan);
  EXPECT_EQ(o.plan.scope.clouds, (std::vector<std::string>{"otc-*", "lab"}));
  EXPECT_EQ(o.plan.scope.labels, std::vector<std::string>{"team=a"});
  EXPECT_EQ(o.plan.scope.where, std::vector<std::string>{"os=x"});
  EXPECT_EQ(o.plan.output, Output::markdown);
  EXPECT_TRUE(o.plan.detailed_exitcode);
}

TEST(ParseArguments, ReadsAnApply) {
  const Options o = parsed({"apply", "plan.json", "--yes", "--limit", "5", "--force", "exposure", "--force", "failures",
                            "--wait-lock", "5m", "--skip-stale"});
  EXPECT_EQ(o.verb, Verb::apply);
  EXPECT_EQ(o.apply.plan_file, "plan.json");
  EXPECT_EQ(o.apply.limit, 5);
  EXPECT_EQ(o.apply.force, (std::vector<std::string>{"exposure", "failures"}));
  EXPECT_EQ(o.apply.wait_lock, std::chrono::minutes(5));
}

TEST(ParseArguments, RefusesWithTheWordsThatHelp) {
  EXPECT_NE(refused({"aply"}).find("did you mean `apply`?"), std::string::npos);
  EXPECT_NE(refused({"apply", "--force", "exposur"}).find("did you mean `exposure`?"), std::string::npos);
  EXPECT_NE(refused({"apply", "--wait-lock", "soon"}).find("expected a duration"), std::string::npos);
  EXPECT_NE(refused({"plan", "-l", "team"}).find("expected NAME=VALUE"), std::string::npos);
  refused({"apply", "--limit", "0"});
  refused({"plan", "--output", "xml"});
  refused({"plan", "--since", "x", "--out", "y"});
  refused({});
}

TEST(ParseArguments, ReadsAnExport) {
  const Options o = parsed({"export", "--cloud", "lab", "--where", "os=x", "--attributes", "hw_*", "--attributes",
                            "os_*", "--exclude", "name", "--select-by", "name", "--directory", "out"});
  EXPECT_EQ(o.verb, Verb::export_);
  EXPECT_EQ(o.export_.clouds, std::vector<std::string>{"lab"});
  EXPECT_EQ(o.export_.where, std::vector<std::string>{"os=x"});
  EXPECT_EQ(o.export_.attributes, (std::vector<std::string>{"hw_*", "os_*"}));
  EXPECT_EQ(o.export_.exclude, std::vector<std::string>{"name"});
  EXPECT_TRUE(o.export_.by_name);
  EXPECT_EQ(o.export_.directory, "out");
  EXPECT_FALSE(parsed({"export"}).export_.by_name);
}

TEST(ParseArguments, ReadsAConversionWithItsPathAnywhere) {
  using Words = std::vector<std::string>;
  for (const Words& words :
       {Words{"export", "--from", "openstack-image-manager", "defs", "--clouds", "lab", "east"},
        Words{"export", "--from", "openstack-image-manager", "--clouds", "lab", "east", "defs"},
        Words{"export", "--clouds", "lab,east", "--from", "openstack-image-manager", "defs"},
        Words{"export", "defs", "--clouds", "lab", "--clouds", "east", "--from", "openstack-image-manager"}}) {
    const Options o = parsed(words);
    EXPECT_EQ(o.export_.from, "openstack-image-manager");
    EXPECT_EQ(o.export_.definitions, "defs");
    EXPECT_EQ(o.export_.for_clouds, (Words{"lab", "east"}));
    EXPECT_EQ(o.export_.tag, "managed_by_osism");
  }
}

TEST(ParseArguments, RefusesExportsThatMeanNothing) {
  EXPECT_NE(refused({"export", "--from", "openstack-image-manager"}).find("the directory of the definitions"),
            std::string::npos);
  refused({"export", "--from", "openstack-image-manager", "--clouds", "lab"});
  refused({"export", "--from", "terraform", "defs"});
  refused({"export", "defs"});
  refused({"export", "--clouds", "lab"});
  refused({"export", "--disabled"});
  refused({"export", "--from", "openstack-image-manager", "defs", "--where", "a=b"});
  refused({"export", "--from", "openstack-image-manager", "defs", "--select-by", "name"});
  refused({"export", "--from", "openstack-image-manager", "defs", "--cloud", "l*", "--clouds", "lab"});
  refused({"export", "--select-by", "owner"});
  refused({"export", "--where", "os"});
}

TEST(ParseArguments, ReadsTheVerbsAboutWhatIsRemembered) {
  const Options history = parsed({"history", "--since", "7d", "--cause", "drift", "--entry", "e", "--all"});
  EXPECT_EQ(history.verb, Verb::history);
  EXPECT_EQ(history.history.since, Moment{Duration(std::chrono::days(7))});
  EXPECT_TRUE(history.history.all);
  const Options suspend = parsed({"suspend", "--entry", "e", "--until", "2026-11-22T18:00:00+01:00"});
  EXPECT_EQ(suspend.suspend.until, Moment{parse_rfc3339("2026-11-22T17:00:00Z").value()});
  const Options explain = parsed({"explain", "e", "min_ram", "--cloud", "l*", "--output", "json"});
  EXPECT_EQ(explain.explain.field, "min_ram");
  EXPECT_EQ(explain.explain.clouds, std::vector<std::string>{"l*"});
  EXPECT_EQ(parsed({"resume", "--image", "1", "--field", "f", "--cloud", "lab"}).resume.field, "f");
  EXPECT_EQ(parsed({"drift", "--output", "markdown", "--entry", "e"}).drift.output, Output::markdown);
}

TEST(ParseArguments, RefusesWhatTheVerbsAboutWhatIsRememberedCannotDo) {
  EXPECT_NE(refused({"history", "--since", "yesterday"}).find("expected a duration such as 2h"), std::string::npos);
  EXPECT_NE(refused({"suspend", "--cloud", "c", "--until", "2026-11-22T18:00:00"}).find("has no offset"),
            std::string::npos);
  refused({"history", "--cause", "me"});
  refused({"history", "RUN", "--all"});
  refused({"history", "RUN", "--since", "7d"});
  refused({"suspend", "--cloud", "c", "--entry", "e"});
  refused({"resume", "--entry", "e", "--image", "1"});
  refused({"resume", "--field", "f"});
  refused({"drift", "--since", "x"});
  refused({"explain"});
}

TEST(ParseArguments, KnowsWhichVerbsLogInThemselves) {
  for (const Verb verb :
       {Verb::plan, Verb::apply, Verb::rollback, Verb::run, Verb::check, Verb::drift, Verb::explain, Verb::export_}) {
    EXPECT_TRUE(reaches_clouds(verb)) << static_cast<int>(verb);
  }
  for (const Verb verb : {Verb::version, Verb::status, Verb::history, Verb::validate, Verb::suspend, Verb::resume,
                          Verb::reconcile, Verb::reload, Verb::schema, Verb::completion, Verb::manual}) {
    EXPECT_FALSE(reaches_clouds(verb)) << static_cast<int>(verb);
  }
}

TEST(EarlyWork, IsForOneShotVerbsThatLogIn) {
  EXPECT_TRUE(early_work(parsed({"apply"})));
  EXPECT_FALSE(early_work(parsed({"run"})));
  EXPECT_FALSE(early_work(parsed({"completion", "bash"})));
}

TEST(ParseArguments, TellsItsVersionInBothUsualWays) {
  EXPECT_EQ(parsed({"version"}).verb, Verb::version);
  EXPECT_EQ(parsed({"--version"}).verb, Verb::version);
}

TEST(ParseArguments, ShowsHelpOfTheProgramAndOfAVerb) {
  const auto all = parse_arguments({"--help"});
  EXPECT_EQ(all.exit_code, 0);
  EXPECT_NE(all.text.find("validate"), std::string::npos);
  EXPECT_NE(parse_arguments({"apply", "--help"}).text.find("--wait-lock"), std::string::npos);
}

}  // namespace retouch::cli
