// Keys that are made at test time, and signed requests for the simulated CloudAPI.
#pragma once

#include "retouch/base/text.hpp"
#include "retouch/sandbox/cloudapi.hpp"
#include "sandbox_support.hpp"
#include "test_key.hpp"

namespace retouch::sandbox {

using test::TestKey;

inline PublicKey parsed(const TestKey& key) { return *PublicKey::parse(key.public_line()); }

// The keys of all tests: making an RSA key takes a while.
inline const TestKey& rsa() {
  static const TestKey key("rsa");
  return key;
}
inline const TestKey& ed25519() {
  static const TestKey key("ed25519");
  return key;
}

// How a request is signed.
struct Signing {
  const TestKey* key = &rsa();
  std::string key_id{};  // "" = /alice/keys/<MD5 fingerprint>
  std::string algorithm = "rsa-sha256";
  std::string headers = "(request-target) date";  // "" = no such parameter
  std::string date = "Sat, 21 Nov 2026 12:00:00 GMT";
};

inline ServerRequest sign(ServerRequest what, const Signing& how = {}) {
  if (!how.date.empty()) what.headers.set("Date", how.date);
  std::vector<std::string> lines;
  for (const std::string& name : split(how.headers.empty() ? "date" : how.headers, ' ')) {
    lines.push_back(name == "(request-target)" ? name + ": " + to_lower(what.method) + " " + what.target
                                               : name + ": " + std::string(what.headers.get(name).value_or("")));
  }
  const std::string id = how.key_id.empty() ? "/alice/keys/" + parsed(*how.key).fingerprint() : how.key_id;
  const std::string hash = to_lower(how.algorithm.substr(how.algorithm.find('-') + 1));
  what.headers.set("Authorization", "Signature keyId=\"" + id + "\",algorithm=\"" + how.algorithm + "\"," +
                                        (how.headers.empty() ? "" : "headers=\"" + how.headers + "\",") +
                                        "signature=\"" + how.key->sign(join(lines, "\n"), hash) + "\"");
  return what;
}

inline const std::string alice = "a11ce000-0000-4000-8000-000000000001";
inline const std::string bob = "b0b00000-0000-4000-8000-000000000002";

// alice with an RSA and an ed25519 key and the sub-user bot, bob with none; three images of alice's.
inline CloudSeed triton_seed(const std::string& image_lines = {}) {
  const std::string own = rsa().public_line(), other = ed25519().public_line();
  return seed_of(
      R"(clouds:
  - name: triton
    type: triton
    accounts:
      - login: alice
        uuid: )" +
      alice + "\n        keys: [{name: laptop, key: \"" + own + "\"}, {key: \"" + other +
      "\"}]\n"
      "        users: [{login: bot, roles: [ops, dev], keys: [{key: \"" +
      other +
      "\"}]}]\n"
      "      - {login: bob, uuid: " +
      bob +
      "}\n"
      "      - {login: gone, disabled: true, keys: [{key: \"" +
      own +
      "\"}]}\n"
      "      - {login: root, operator: true, keys: [{key: \"" +
      own +
      "\"}]}\n"
      "    images:\n" +
      (image_lines.empty() ? std::string("      - {name: \"image-{n}\", count: 3, account: alice}\n") : image_lines));
}

// CloudAPI without a cloud around it: no limit, the clock stands at noon.
struct CloudApiBench {
  CloudSeed seed;
  CloudApi api{seed.cloudapi};
  ImageStore store = store_of(seed);
  SeededRandom random{7};
  Wall now = noon;

  explicit CloudApiBench(CloudSeed with) : seed(std::move(with)) {}

  Outcome outcome(const ServerRequest& what) {
    return api.handle(store, what, now, random, [](const std::string&) { return std::optional<ServerResponse>{}; });
  }
  ServerResponse send(const ServerRequest& what) { return outcome(what).response; }
  ServerResponse get(const std::string& target) { return send(sign(request("GET", target))); }
  // An update that is kept.
  ServerResponse update(const std::string& id, const std::string& body) {
    ServerRequest what = request("POST", "/alice/images/" + id + "?action=update", body);
    what.headers.set("Content-Type", "application/json");
    Outcome done = outcome(sign(std::move(what)));
    if (done.save) store.save(*std::move(done.save));
    return std::move(done.response);
  }
  const std::string& first() const { return seed.images.front().id; }
};

}  // namespace retouch::sandbox
