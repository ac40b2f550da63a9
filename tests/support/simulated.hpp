// The simulated cloud of most tests: one account, images that are called image-1, image-2, … Whoever includes it links
// retouch_sandbox.
#pragma once

#include <gtest/gtest.h>

#include "retouch/sandbox/seed.hpp"

namespace retouch::test {

// `attributes`: of each image, in YAML.
inline sandbox::CloudSeed simulated(int images, const std::string& family = "glance",
                                    const std::string& attributes = "{}") {
  Diagnostics diagnostics;
  auto seeds = sandbox::load_seed("clouds:\n  - name: simulated\n    type: " + family + R"(
    projects: [{name: images}]
    users: [{name: retouch, password: secret, projects: [images], default_project: images}]
    images: [{name: "image-{n}", count: )" +
                                      std::to_string(images) + ", project: images, attributes: " + attributes + "}]\n",
                                  "seed.yaml", diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.items()) ADD_FAILURE() << to_string(diagnostic);
  return std::move(seeds.at(0));
}

}  // namespace retouch::test
