// Small clouds and requests for the tests of the sandbox.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "retouch/base/diagnostic.hpp"
#include "retouch/sandbox/cloud.hpp"
#include "retouch/sandbox/seed.hpp"

namespace retouch::sandbox {

inline const std::string v21 = "application/openstack-images-v2.1-json-patch";

inline constexpr Wall noon = Wall{} + std::chrono::seconds(1795262400);  // 2026-11-21T12:00:00Z

inline ServerRequest request(std::string method, std::string target, std::string body = {}) {
  const std::size_t question = target.find('?');
  ServerRequest out{.method = std::move(method), .target = target, .body = std::move(body)};
  out.path = target.substr(0, question);
  if (question != std::string::npos) out.query = target.substr(question + 1);
  out.headers.set("Accept", "application/json");
  return out;
}

inline ServerRequest patch(const std::string& target, std::string body, const std::string& type = v21) {
  ServerRequest out = request("PATCH", target, std::move(body));
  if (!type.empty()) out.headers.set("Content-Type", type);
  return out;
}

inline Json json(const ServerResponse& response) { return Json::parse(response.body); }

inline CloudSeed seed_of(const std::string& yaml) {
  Diagnostics diagnostics;
  std::vector<CloudSeed> clouds = load_seed(yaml, "seed.yaml", diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.items()) ADD_FAILURE() << to_string(diagnostic);
  if (clouds.empty()) return {};
  clouds.front().random_seed = 7;
  return std::move(clouds.front());
}

// One project of ours and one of somebody else's; images `count` times "image-{n}" in ours.
inline CloudSeed lab_seed(const std::string& image_lines = {}) {
  return seed_of(R"(clouds:
  - name: lab
    type: glance
    projects: [{name: images}, {name: other}]
    users:
      - {name: retouch, password: secret, projects: [images], default_project: images}
      - {name: stranger, password: secret, projects: [other], default_project: other}
      - {name: root, password: secret, projects: [images], default_project: images, admin: true}
    application_credentials: [{name: daemon, secret: s3, user: retouch, project: images}]
    images:
)" + (image_lines.empty() ? std::string("      - {name: \"image-{n}\", count: 3, project: images}\n") : image_lines));
}

inline CloudSeed otc_seed(const std::string& image_lines = {}) {
  return seed_of(R"(clouds:
  - name: otc
    type: ims
    projects: [{name: eu-de_images, domain: OTC01}]
    users: [{name: imgbot, domain: OTC01, password: secret, projects: [eu-de_images]}]
    access_keys: [{access_key: AK, secret_key: SK, project: eu-de_images}]
    images:
)" + (image_lines.empty() ? std::string("      - {name: \"image-{n}\", count: 3, project: eu-de_images}\n")
                          : image_lines));
}

inline Caller caller_of(const CloudSeed& seed, std::size_t user = 0) {
  const User& who = seed.directory.users.at(user);
  return {.user_id = who.id, .project_id = who.project_ids.front(), .admin = who.admin};
}

inline ImageStore store_of(const CloudSeed& seed) {
  ImageStore store;
  for (const Image& image : seed.images) store.save(image);
  return store;
}

}  // namespace retouch::sandbox
