#include "triton_bench.hpp"

#include "retouch/sandbox/cloudapi_key.hpp"
#include "retouch/sandbox/seed.hpp"

namespace retouch::conformance {

sandbox::CloudSeed triton_seed(const test::TestKey& key) {
  Diagnostics diagnostics;
  auto seeds = sandbox::load_seed(
      "clouds:\n"
      "  - name: simulated\n"
      "    type: triton\n"
      "    throttle: {rate: 100000, burst: 100000}\n"
      "    accounts:\n"
      "      - {login: alice, keys: [{name: mine, key: \"" +
          key.public_line() +
          "\"}]}\n"
          "      - {login: admin}\n",
      "seed.yaml", diagnostics);
  for (const auto& diagnostic : diagnostics.items()) ADD_FAILURE() << to_string(diagnostic);
  return std::move(seeds.at(0));
}

auth::Account triton_account(const sandbox::Cloud& cloud, const test::TestKey& key) {
  const auto public_key = sandbox::PublicKey::parse(key.public_line());
  return {.login =
              auth::HttpSignatureLogin{
                  .account = "alice", .key_id = public_key.value().fingerprint(), .key = Secret(key.private_pem())},
          .endpoint = cloud.image_url()};
}

// `owner`: a login; "" = ours.
task<std::string> Bench::make_triton_image(Json attributes, std::string owner) {
  if (!attributes.contains("version")) attributes["version"] = "1.0.0";
  if (!simulated_) {
    attributes["owner"] = owner.empty() ? we_.session.project_name : owner;
    const auto made = co_await ask_control("POST", "/images", attributes.dump());
    we_.made.push_back(made.at(0).at("id"));
    co_return we_.made.back();
  }
  const auto* account = sandbox::find_account(simulated_->cloudapi().accounts(), owner.empty() ? "alice" : owner);
  const auto id = sandbox::stable_uuid("conformance " + std::to_string(++count_));
  Json image{{"id", id},
             {"owner", account->uuid},
             {"os", "smartos"},
             {"type", "zone-dataset"},
             {"state", "active"},
             {"public", false},
             {"published_at", "2026-01-01T00:00:00.000Z"},
             {"requirements", Json::object()}};
  image.update(attributes);
  if (image["state"] == "unactivated") image.erase("published_at");
  simulated_->images().save({.id = id, .attributes = std::move(image)});
  co_return id;
}

task<Json> Bench::ask_control(std::string method, std::string path, std::string body) {
  auto url = http::parse_url(target_.control);
  if (!url) throw std::runtime_error("no control address: " + target_.control);
  http::Request request{.method = method, .url = http::append_path(*url, path.substr(1)), .body = std::move(body)};
  request.headers.set("Content-Type", "application/json");
  auto sent = co_await wire_->send(std::move(request));
  const auto answer = need(std::move(sent), "asking the server's back door");
  if (!answer.ok()) throw std::runtime_error(method + " " + path + ": " + answer.body);
  co_return Json::parse(answer.body);
}

}  // namespace retouch::conformance
