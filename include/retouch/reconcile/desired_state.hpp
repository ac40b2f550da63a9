// What the manifests want of each configured cloud: read, parsed, merged, checked. No cloud is asked.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "retouch/config/settings.hpp"
#include "retouch/core/manifest.hpp"
#include "retouch/core/plan.hpp"
#include "retouch/core/provenance.hpp"
#include "retouch/reconcile/world.hpp"

namespace retouch::reconcile {

struct DesiredState {
  std::vector<core::SourceRevision> sources{};
  std::map<std::string, core::AttributeTable> tables{};              // by cloud, corrected
  std::map<std::string, std::vector<core::DesiredEntry>> entries{};  // by cloud
  std::int64_t files = 0;
  Diagnostics diagnostics{};
  std::map<std::string, core::Provenance> provenance{};  // by cloud, of the entry that ManifestChoice::explain names
  // --manifests stands in place of configured sources: what is not in it has not left the manifests.
  bool sources_replaced = false;
};

struct ManifestChoice {
  std::vector<std::string> paths{};  // --manifests; empty = the configured sources
  bool keep_going = false;           // files with errors are left out instead of stopping everything
  std::string explain{};             // the entry whose lines are wanted, too
  // The Git source of this name as it was at this commit; "" = all as they are.
  std::string revision_of{}, revision{};
};

// Complaints about manifests are in `diagnostics`; an Error means that a source could not be read at all.
task<Result<DesiredState>> load_desired(const config::Settings& settings, const ManifestChoice& choice, World& world);

// Names of all entries of all clouds.
using EntryNames = std::shared_ptr<const std::set<std::string, std::less<>>>;
EntryNames entry_names(const DesiredState& desired);

// "NAME=COMMIT", or a commit of the one Git source; first the source's name. Errc::usage names those there are.
Result<std::pair<std::string, std::string>> git_revision(const config::Settings& settings, const std::string& text);

// The table of a cloud's provider with the cloud's corrections.
core::AttributeTable table_for(const config::Cloud& cloud);

// Entries of `now` whose resolved wish is another than in `then` (places do not count), by cloud: `plan --since`.
std::map<std::string, std::set<std::string>> changed_entries(const DesiredState& now, const DesiredState& then);

}  // namespace retouch::reconcile
