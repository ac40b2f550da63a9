// The configuration file as values (design.md section 4), defaults filled in. Secrets are not opened here.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retouch/auth/resolve.hpp"
#include "retouch/base/diagnostic.hpp"
#include "retouch/base/json.hpp"
#include "retouch/base/time.hpp"
#include "retouch/core/attributes.hpp"
#include "retouch/core/guards.hpp"
#include "retouch/os/environment.hpp"
#include "retouch/os/files.hpp"

namespace retouch::config {

struct Limits {
  double requests = 10;  // per second, sum of all classes but auth
  double reads = 10;
  double writes = 5;
  double burst = 10;
  std::size_t concurrency = 8;
};

using Guards = core::GuardLimits;

enum class Mode { unset, enforce, report };
enum class Verify { listing, response };

struct Policy {
  Mode mode = Mode::unset;  // required for `run`
  Duration interval = std::chrono::minutes(30);
  Duration deadline = std::chrono::minutes(30);
  Verify verify = Verify::listing;
  Guards guards{};
  core::ContentionRules contention{};
};

struct Cloud {
  std::string name;
  std::string provider;  // ims | glance | triton
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
  std::string path;  // joined to the directory of the configuration file
};
// The url is as written: what of it git may be given is the business of sources/git.hpp.
struct GitSource {
  enum class RefKind { head, branch, tag, commit };  // head: what the remote calls its default branch
  std::string url;
  RefKind ref_kind = RefKind::head;
  std::string ref{};   // name or commit; empty with RefKind::head
  std::string path{};  // directory inside the repository; empty = its root
  Duration interval = std::chrono::minutes(1);
  Duration timeout = std::chrono::minutes(1);  // of one fetch
  std::string allowed_signers{};               // file; empty = signatures are not looked at
  bool fast_forward_only = false;
  Place place{};
};
struct Source {
  std::string name;
  DirectorySource directory{};
  std::optional<GitSource> git{};  // instead of `directory`
  Place place{};
};

struct ListenAddress {
  std::string address;  // an IP address in its shortest form
  std::uint16_t port = 0;
  bool operator==(const ListenAddress&) const = default;
};

// Pushes to a Git source are announced here (protocol of the forge).
struct Webhook {
  enum class Type { github, gitea, gitlab, generic };  // generic: signed as GitHub does
  ListenAddress listen;
  std::string source;
  Type type = Type::github;
  auth::AuthValue secret;
  Place place{};
};

struct Service {
  ListenAddress listen{"127.0.0.1", 9469};  // metrics and status page
  std::string socket{};                     // control socket; empty = retouch.sock in the runtime directory
  std::vector<std::string> readers{};       // users, and groups as "%group", that may look
  std::vector<std::string> operators{};     // … that may act; root and the service's own user always may
  std::optional<Webhook> webhook{};
};

// Told about runs that changed something, failed or were refused.
struct Notification {
  std::string url;
  std::optional<auth::AuthValue> secret{};  // signs the body
  Place place{};
};

struct Settings {
  std::string file{};           // "" = none was found
  std::vector<Cloud> clouds{};  // by name
  std::vector<Source> sources{};
  Policy policy{};
  std::vector<std::string> other_clouds{};
  std::optional<std::string> state_path{};  // nullopt = default path; "none" = none
  Service service{};
  std::vector<Notification> notifications{};
};

// The providers that this version is built with.
inline constexpr std::array<std::string_view, 3> built_in_providers{"ims", "glance", "triton"};
// What a cloud of this provider is limited to where its configuration does not say.
Limits default_limits(std::string_view provider);

// Reads the text; relative paths are joined to `file`'s directory. All complaints, with suggestions, in one go; what is
// valid is in the result all the same.
Settings parse_settings(std::string_view text, const std::string& file, Diagnostics& diagnostics);

// What `run` needs beyond the other verbs: a mode for each cloud (there is no default), at least one cloud and source.
Diagnostics check_for_run(const Settings& settings);

// The parts of a cloud that resolve_account takes.
auth::AccountRequest account_request(const Cloud& cloud);

struct SettingsSearch {
  std::optional<std::string> option{};  // --config
  const os::Environment& environment;
  os::Files& files;
  bool working_directory = true;  // false for `run`
};
struct FoundSettings {
  std::string path;                    // "" = there is none
  std::vector<std::string> notices{};  // for stderr
};
// --config, $RETOUCH_CONFIG, ./retouch.yaml, $XDG_CONFIG_HOME/retouch/retouch.yaml, /etc/retouch/retouch.yaml. A file
// that was named and does not exist is Errc::not_found; that of the working directory is used only when owned by the
// user and writable by nobody else, and named in a notice.
Result<FoundSettings> find_settings(const SettingsSearch& search);

// JSON Schema (2020-12) of the file, from the tables that parse_settings checks with.
Json settings_schema();

}  // namespace retouch::config
