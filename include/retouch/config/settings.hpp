// The configuration file as values (design.md section 4), defaults filled in. Secrets are not opened here.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "retouch/auth/account.hpp"
#include "retouch/base/diagnostic.hpp"
#include "retouch/base/time.hpp"
#include "retouch/core/attributes.hpp"
#include "retouch/core/guards.hpp"

namespace retouch::config {

struct Limits {
  double requests = 10;  // per second, sum of all classes but auth
  double reads = 10;
  double writes = 5;
  double burst = 10;
  std::size_t concurrency = 8;
};

using Guards = core::GuardLimits;

struct Contention {
  std::int64_t corrections = 3;
  Duration within = std::chrono::hours(6);
  Duration hold = std::chrono::hours(24);
};

enum class Mode { unset, enforce, report };
enum class Verify { listing, response };

struct Policy {
  Mode mode = Mode::unset;  // required for `run`
  Duration interval = std::chrono::minutes(30);
  Duration deadline = std::chrono::minutes(30);
  Verify verify = Verify::listing;
  Guards guards{};
  Contention contention{};
};

struct Cloud {
  std::string name;
  std::string provider;  // ims | glance
  std::string region{};
  std::string interface{};
  std::string endpoint{};
  bool insecure = false;  // allows http beyond loopback and unverified TLS; logged at every start
  auth::AuthSettings auth{};
  auth::TlsSettings tls{};
  Limits limits{};
  Duration connect_timeout = std::chrono::seconds(5);
  Duration request_timeout = std::chrono::seconds(30);
  Policy policy{};  // the general one with this cloud's overrides
  std::vector<core::AttributeCorrection> attributes{};
  Place place{};
};

struct DirectorySource {
  std::string path;  // absolute
};
struct Source {
  std::string name;
  DirectorySource directory{};
  Place place{};
};

struct Settings {
  std::string file{};           // "" = none was found
  std::vector<Cloud> clouds{};  // by name
  std::vector<Source> sources{};
  Policy policy{};
  std::vector<std::string> other_clouds{};
  std::optional<std::string> state_path{};  // nullopt = default path; "none" = none
};

// Reads the text; relative paths become relative to `file`'s directory. All complaints, with suggestions. Keys that a
// later version of the daemon serves (git sources, service, notifications) are checked as far as this version knows
// them.
Settings parse_settings(std::string_view text, const std::string& file, Diagnostics& diagnostics);

}  // namespace retouch::config
