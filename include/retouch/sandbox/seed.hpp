// The file that says which clouds to simulate and what is in them:
//
//   clouds:
//     - name: lab
//       type: glance                     # glance | ims | triton
//       region: RegionOne
//       identity: {port: 0, token_lifetime: 1h}            # port 0 = any free one
//       image: {port: 0, catalogue_suffix: /v2, page: 25, max_page: 1000, properties: 128, tags: 128,
//               list_limit: 1000, close_every_connection: true}       # list_limit: CloudAPI cuts its list there
//       random_seed: 1                   # tokens, ids of new images, jitter, probabilities; none = chosen by the
//       binary clock_skew: -3s                  # the cloud's clock minus ours latency: {fixed: 20ms, jitter: 5ms}
//       throttle: {rate: 30, burst: 30, form: 429-seconds}            # triton: 10, 30 and 429 unless said otherwise
//       faults: [{kind: status, status: 503, times: 3}]
//       limits: {requests: 200/s}        # copied into the retouch.yaml that --write-config makes
//       projects: [{name: images, domain: Default}]
//       users: [{name: retouch, domain: Default, password: secret, projects: [images], default_project: images,
//                admin: false}]
//       application_credentials: [{name: daemon, secret: s, user: retouch, project: images}]
//       access_keys: [{access_key: AK, secret_key: SK, project: images}]
//       accounts:                        # triton
//         - login: alice
//           uuid: a11ce000-…             # else made from the login
//           email: alice@example.com
//           keys: [{name: laptop, key: "ssh-ed25519 AAAA…"}, {key_file: alice.pub}]   # a file beside this one
//           users: [{login: bot, keys: [{key_file: bot.pub}], roles: [ops], default_roles: []}]
//           operator: false              # may use others' logins in the path
//           disabled: false
//       images:
//         - name: "Ubuntu {n}"
//           count: 300                   # {n} = 1..300 in the name and in texts of the attributes
//           project: images              # the owner; none = nobody's
//           account: alice               # the owner on triton
//           id: 3f0c5b1e-…               # else made from cloud, name and place; {n} allowed
//           attributes: {min_ram: 512, hw_firmware_type: bios, tags: [a, b]}
//           vary: [{every: 3, attributes: {min_ram: 1024}}]     # for n = 3, 6, 9, …; null removes
//
// Ids of projects, users, accounts and images depend on names alone, so that they are the same in every run.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "retouch/base/diagnostic.hpp"
#include "retouch/base/yaml.hpp"
#include "retouch/sandbox/cloud.hpp"

namespace retouch::sandbox {

// All complaints go to `diagnostics`; what is returned beside errors is not to be used.
std::vector<CloudSeed> load_seed(std::string_view text, const std::string& file, Diagnostics& diagnostics);

// The images of one cloud, from its `images:` list (or null).
std::vector<Image> load_seed_images(const yaml::Value* list, const CloudSeed& cloud, Diagnostics& diagnostics);

// A plain scalar becomes null, a boolean or a number, everything else a text.
Json json_of(const yaml::Value& value);

}  // namespace retouch::sandbox
