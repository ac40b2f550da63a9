// A plan with one of everything that a rendering shows.
#pragma once

#include "retouch/core/plan.hpp"

namespace retouch::cli::test {

inline core::ImageChange sample_change(std::string id, std::string name) {
  return {.entry = "ubuntu-24.04",
          .image_id = std::move(id),
          .image_name = std::move(name),
          .place = {"images/ubuntu.yaml", 14, 5},
          .fields = {
              {.name = "hw_firmware_type", .before = "bios", .after = "uefi", .place = {"images/ubuntu.yaml", 20, 7}}}};
}

inline core::Plan sample_plan() {
  core::CloudPlan cloud{.cloud = "lab",
                        .provider = "glance",
                        .outcome = core::Outcome::changes,
                        .images_seen = 1000,
                        .images_matched = 12,
                        .entries = 12};
  cloud.changes.push_back(sample_change("3f0c", "Ubuntu 24.04"));
  auto& fields = cloud.changes[0].fields;
  fields.push_back(
      {.name = "os_distro", .op = core::Op::add, .after = "ubuntu", .place = {"images/ubuntu.yaml", 21, 7}});
  fields.push_back({.name = "old",
                    .op = core::Op::remove,
                    .before = "x",
                    .after = core::Absent{},
                    .place = {"images/base.yaml", 3, 7}});
  fields.push_back({.name = "visibility",
                    .before = "private",
                    .after = "public",
                    .action = core::Action::held,
                    .place = {"images/ubuntu.yaml", 22, 7},
                    .reason = "opens the image"});
  cloud.unresolved.push_back({"x", "no image has name \"X\"", {"images/x.yaml", 1, 1}});
  cloud.held.push_back("ubuntu-24.04: visibility");
  cloud.reads = 2;
  cloud.writes = 1;
  cloud.estimated_seconds = 0.2;
  return core::Plan{.clouds = {cloud}};
}

}  // namespace retouch::cli::test
