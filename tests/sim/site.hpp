// What the daemon looks after in the simulation: three kinds of cloud, of which two configured ones are one account,
// the images in them, and the manifests. It keeps its own books of what is wished and of what others wrote.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "fake_files.hpp"
#include "machine.hpp"
#include "retouch/base/random.hpp"
#include "retouch/core/limiter.hpp"
#include "retouch/sandbox/cloud.hpp"
#include "test_key.hpp"

namespace retouch::sim {

// One image that a manifest speaks of. It may come back under another id.
struct Wished {
  std::string name, config;
  sandbox::Cloud* cloud;
  std::vector<std::string> fields;              // that are managed, by the API's own names
  std::map<std::string, std::string> values{};  // by field
  std::string note = "as seeded";               // of a field that nobody manages, as others wrote it last
};

// What shares limits and credentials.
struct Account {
  std::string name;
  sandbox::Cloud* cloud;
  core::RateLimits limits;
  std::size_t concurrency;
  Duration token_life{};  // zero: requests are signed
};

class Site {
 public:
  static constexpr Duration interval = std::chrono::minutes(10);

  Site(Machine& ground, Random& random, const retouch::test::TestKey& key);

  std::string configuration() const { return configuration_; }
  std::map<std::string, std::string> environment() const;
  std::vector<Account>& accounts() { return accounts_; }
  std::vector<Wished>& images() { return images_; }
  const std::vector<std::string>& clouds() const { return cloud_names_; }
  const std::set<std::string>& secrets() const { return secrets_; }

  // The manifests as they are now.
  const std::map<std::string, std::string>& manifests() const { return manifests_; }
  void wish(Wished& image, const std::string& field);
  void break_manifest(Wished& image);
  void mend_manifest(Wished& image) { write(image); }

  // Somebody else: none of it is ours to undo, but for managed fields.
  void drift(Wished& image);
  void write_note(Wished& image);
  void recreate(Wished& image);
  // nullptr: it is gone
  const sandbox::Image* find(const Wished& image) const;
  static std::string live(const sandbox::Image& image, const std::string& field);
  const std::string& note_field(const Wished& image) const;

 private:
  void configure();
  void write(const Wished& image);
  void seed_images();
  std::string value_for(const std::string& field) {  // CloudAPI holds a homepage to be a link
    return (field == "homepage" ? "https://wished.example/" : "") + fresh(field);
  }
  std::string fresh(const std::string& what) { return what + "-" + std::to_string(++count_); }

  Machine& ground_;
  Random& random_;
  std::vector<std::unique_ptr<sandbox::Cloud>> owned_;
  std::vector<Account> accounts_;
  std::vector<Wished> images_;
  std::vector<std::string> cloud_names_{"lab", "more", "otc", "joy"};
  std::set<std::string> secrets_;
  std::string configuration_, key_id_, key_pem_;
  std::map<std::string, std::string> manifests_;
  std::int64_t count_ = 0;
};

}  // namespace retouch::sim
