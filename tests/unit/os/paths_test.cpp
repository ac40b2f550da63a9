#include "retouch/os/paths.hpp"

#include <gtest/gtest.h>

namespace retouch::os {
namespace {

using Variables = std::map<std::string, std::string>;

struct Case {
  Variables variables;
  bool root;
  std::optional<std::string> state, cache, runtime;
};

TEST(Paths, SystemdFirstThenXdgThenTheRootPathThenHome) {
  const Case cases[] = {
      {{{"STATE_DIRECTORY", "/var/lib/retouch"},
        {"CACHE_DIRECTORY", "/var/cache/retouch"},
        {"RUNTIME_DIRECTORY", "/run/retouch"},
        {"XDG_STATE_HOME", "/x"},
        {"XDG_CACHE_HOME", "/x"},
        {"XDG_RUNTIME_DIR", "/x"},
        {"HOME", "/h"}},
       false,
       "/var/lib/retouch",
       "/var/cache/retouch",
       "/run/retouch"},
      {{{"STATE_DIRECTORY", "/s/one:/s/two"}, {"HOME", "/h"}}, false, "/s/one", "/h/.cache/retouch", std::nullopt},
      {{{"XDG_STATE_HOME", "/x/state"},
        {"XDG_CACHE_HOME", "/x/cache"},
        {"XDG_RUNTIME_DIR", "/run/user/7"},
        {"HOME", "/h"}},
       true,
       "/x/state/retouch",
       "/x/cache/retouch",
       "/run/user/7/retouch"},
      {{{"HOME", "/root"}}, true, "/var/lib/retouch", "/var/cache/retouch", "/run/retouch"},
      {{{"HOME", "/h"}}, false, "/h/.local/state/retouch", "/h/.cache/retouch", std::nullopt},
      {{}, false, std::nullopt, std::nullopt, std::nullopt},
      {{{"HOME", "relative"}, {"XDG_CACHE_HOME", "relative"}}, false, std::nullopt, std::nullopt, std::nullopt},
  };
  for (const auto& c : cases) {
    const Environment environment(c.variables);
    EXPECT_EQ(state_directory(environment, c.root), c.state);
    EXPECT_EQ(cache_directory(environment, c.root), c.cache);
    EXPECT_EQ(runtime_directory(environment, c.root), c.runtime);
  }
}

TEST(Paths, UserConfigurationIsXdgOrDotConfig) {
  EXPECT_EQ(user_config_directory(Environment(Variables{{"XDG_CONFIG_HOME", "/c"}, {"HOME", "/h"}})), "/c");
  EXPECT_EQ(user_config_directory(Environment(Variables{{"HOME", "/h"}})), "/h/.config");
  EXPECT_EQ(user_config_directory(Environment()), std::nullopt);
}

TEST(Paths, JoinParentAndHome) {
  EXPECT_EQ(join_path("a/b", "c"), "a/b/c");
  EXPECT_EQ(join_path("a/", "c"), "a/c");
  EXPECT_EQ(join_path("a", "/c"), "/c");
  EXPECT_EQ(parent_path("a/b/c"), "a/b");
  EXPECT_EQ(parent_path("c"), ".");
  EXPECT_EQ(parent_path("/c"), "/");
  const Environment environment(Variables{{"HOME", "/h"}});
  EXPECT_EQ(expand_home("~/x", environment), "/h/x");
  EXPECT_EQ(expand_home("~", environment), "/h");
  EXPECT_EQ(expand_home("~bob/x", environment), "~bob/x");
  EXPECT_EQ(expand_home("~/x", Environment()), "~/x");
}

}  // namespace
}  // namespace retouch::os
