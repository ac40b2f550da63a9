#include "site.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "retouch/sandbox/cloudapi_key.hpp"
#include "retouch/sandbox/seed.hpp"

namespace retouch::sim {

namespace {

constexpr std::string_view password = "correct-horse-battery-staple";

constexpr std::string_view seeds = R"(
clouds:
  - name: lab
    type: glance
    identity: {{token_lifetime: 2h}}
    projects: [{{name: images}}]
    users: [{{name: retouch, password: {0}, projects: [images], default_project: images}}]
    images:
      - {{name: "lab-{{n}}", count: 5, project: images, attributes: {{owner_note: as seeded}}}}
      - {{name: "more-{{n}}", count: 3, project: images, attributes: {{owner_note: as seeded}}}}
      - {{name: "bystander-{{n}}", count: 4, project: images, attributes: {{owner_note: as seeded}}}}
  - name: otc
    type: ims
    region: eu-de
    identity: {{token_lifetime: 24h}}
    projects: [{{name: eu-de_images, domain: OTC1}}]
    users: [{{name: retouch, domain: OTC1, password: {0}, projects: [eu-de_images], default_project: eu-de_images}}]
    images: [{{name: "otc-{{n}}", count: 5, project: eu-de_images, attributes: {{owner_note: as seeded}}}}]
  - name: joy
    type: triton
    throttle: {{rate: 1000, burst: 1000}}
    accounts:
      - {{login: alice, keys: [{{name: mine, key: "{1}"}}]}}
      - {{login: admin}}
    images: [{{name: "joy-{{n}}", count: 4, account: alice, attributes: {{version: "1.0.{{n}}", homepage: "https://seeded.example", tags: {{note: as seeded}}}}}}]
)";

std::string limits_of(const core::RateLimits& limits, std::size_t concurrency) {
  return fmt::format("    limits: {{requests: {}/s, reads: {}/s, writes: {}/s, burst: {}, concurrency: {}}}\n",
                     limits.requests, limits.reads, limits.writes, limits.burst, concurrency);
}

}  // namespace

Site::Site(Machine& ground, Random& random, const retouch::test::TestKey& key)
    : ground_(ground), random_(random), key_pem_(key.private_pem()) {
  const auto public_key = sandbox::PublicKey::parse(key.public_line());
  key_id_ = public_key.value().fingerprint();
  Diagnostics diagnostics;
  const std::string text = fmt::format(fmt::runtime(seeds), password, key.public_line());
  for (sandbox::CloudSeed& seed : sandbox::load_seed(text, "seed.yaml", diagnostics)) {
    const std::string name = seed.name;
    seed.random_seed = random.next();
    auto cloud = std::make_unique<sandbox::Cloud>(std::move(seed), ground.clock);
    const std::string identity = "http://identity." + name + ":5000";
    cloud->set_urls(name == "joy" ? "http://images.joy:9292" : identity, "http://images." + name + ":9292");
    owned_.push_back(std::move(cloud));
  }
  for (const Diagnostic& diagnostic : diagnostics.items()) throw std::runtime_error(to_string(diagnostic));
  secrets_ = {std::string(password), key_pem_.substr(30, 20)};
  configure();
  seed_images();
}

void Site::configure() {
  using namespace std::chrono_literals;
  sandbox::Cloud *lab = owned_[0].get(), *otc = owned_[1].get(), *joy = owned_[2].get();
  accounts_ = {{"lab", lab, {.requests = 6, .reads = 5, .writes = 3, .burst = 3}, 3, 2h},
               {"otc", otc, {.requests = 5, .reads = 5, .writes = 2, .burst = 2}, 2, 24h},
               {"joy", joy, {.requests = 4, .reads = 4, .writes = 4, .burst = 4}, 2, 0s}};
  const auto password_login = [](const std::string& url, const std::string& domain, const std::string& project) {
    return fmt::format(
        "    insecure: true\n    auth: {{type: password, auth_url: \"{}/v3\", username: retouch, user_domain_name: {}, "
        "project_name: {}, project_domain_name: {}, password: {{env: PASSWORD}}}}\n",
        url, domain, project, domain);
  };
  const std::string glance = password_login(lab->identity_url(), "Default", "images");
  configuration_ = "clouds:\n  lab:\n    provider: glance\n" + glance + limits_of(accounts_[0].limits, 3) +
                   "  more:\n    provider: glance\n" + glance + limits_of(accounts_[0].limits, 3) +
                   "  otc:\n    provider: ims\n    region: eu-de\n" +
                   password_login(otc->identity_url(), "OTC1", "eu-de_images") + limits_of(accounts_[1].limits, 2) +
                   "  joy:\n    provider: triton\n    insecure: true\n    auth: {url: \"" + joy->image_url() +
                   "\", account: alice, key_id: \"" + key_id_ + "\", key: {env: KEY}}\n" +
                   limits_of(accounts_[2].limits, 2) +
                   "sources: [{name: site, directory: {path: /m}}]\n"
                   "policy: {mode: enforce, interval: 10m, guards: {changed_percent: 100}}\n";
}

std::map<std::string, std::string> Site::environment() const {
  return {{"PASSWORD", std::string(password)}, {"KEY", key_pem_}, {"XDG_CACHE_HOME", "/cache"}};
}

void Site::seed_images() {
  const auto add = [&](const std::string& config, int count, sandbox::Cloud* cloud, std::vector<std::string> fields) {
    for (int n = 1; n <= count; ++n) {
      Wished image{fmt::format("{}-{}", config, n), config, cloud, fields};
      for (const std::string& field : fields) image.values[field] = value_for(field);
      images_.push_back(image);
      write(images_.back());
    }
  };
  add("lab", 5, owned_[0].get(), {"os_distro", "app_build", "app_release"});
  add("more", 3, owned_[0].get(), {"os_distro", "app_build"});
  add("otc", 5, owned_[1].get(), {"__description", "app_build"});
  add("joy", 4, owned_[2].get(), {"description", "homepage"});
}

void Site::write(const Wished& image) {
  std::string attributes;
  for (const auto& [field, value] : image.values) attributes += fmt::format("    {}: {}\n", field, value);
  manifests_["/m/" + image.name + ".yaml"] = fmt::format(
      "apiVersion: retouch/v1\nkind: Image\nmetadata: {{name: {0}}}\nspec:\n  clouds: [{1}]\n"
      "  select: {{name: {0}}}\n  attributes:\n{2}",
      image.name, image.config, attributes);
}

void Site::wish(Wished& image, const std::string& field) {
  image.values[field] = value_for(field);
  write(image);
}

void Site::break_manifest(Wished& image) {
  manifests_["/m/" + image.name + ".yaml"] = "apiVersion: retouch/v1\nkind: Imago\n";
}

const sandbox::Image* Site::find(const Wished& image) const {
  for (const auto& [key, entry] : image.cloud->images().all()) {
    if (entry->image->text("name") == image.name) return entry->image.get();
  }
  return nullptr;
}

const std::string& Site::note_field(const Wished& image) const {
  static const std::string note = "owner_note", tags = "tags";
  return image.config == "joy" ? tags : note;
}

std::string Site::live(const sandbox::Image& image, const std::string& field) {
  if (field != "tags") return image.text(field);
  return image.attributes.at("tags").at("note").get<std::string>();
}

void Site::drift(Wished& image) {
  const auto* found = find(image);
  if (found == nullptr) return;
  sandbox::Image copy = *found;
  const auto& field = image.fields[static_cast<std::size_t>(random_.unit() * static_cast<double>(image.fields.size()))];
  copy.attributes[field] = fresh("drifted");
  image.cloud->images().save(std::move(copy));
}

void Site::write_note(Wished& image) {
  const auto* found = find(image);
  if (found == nullptr) return;
  sandbox::Image copy = *found;
  image.note = fresh("note");
  const std::string& field = note_field(image);
  if (field == "tags") {
    copy.attributes["tags"]["note"] = image.note;
  } else {
    copy.attributes[field] = image.note;
  }
  image.cloud->images().save(std::move(copy));
}

// As a pipeline does it that builds the image again: same name, new id, what the seed had.
void Site::recreate(Wished& image) {
  const auto* found = find(image);
  if (found == nullptr) return;
  sandbox::Image copy = *found;
  image.cloud->images().erase(copy.id);
  copy.id = sandbox::stable_uuid(fresh("image"));
  copy.attributes["id"] = copy.id;
  for (const std::string& field : image.fields) copy.attributes.erase(field);
  image.cloud->images().save(std::move(copy));
}

}  // namespace retouch::sim
