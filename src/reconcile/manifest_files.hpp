// From configured sources to what each cloud should hold: shared by the one-shot verbs and the keeper.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "retouch/reconcile/desired_state.hpp"
#include "retouch/sources/source.hpp"

namespace retouch::reconcile {

// `accepted`: of a Git source with fast_forward_only, the commit that the next must descend from; "" = the cache knows.
// Errors: no place for a cache.
Result<std::unique_ptr<sources::Source>> make_source(const config::Source& source, World& world,
                                                     std::string accepted = {});

struct Resolved {
  std::vector<core::CloudEntries> clouds;
  Diagnostics diagnostics;
  std::map<std::string, core::Provenance> provenance;
};

// The tables of all clouds, into `state`; what is returned points into it.
std::vector<core::CloudShape> shapes_of(const config::Settings& settings, DesiredState& state);

// Pure, but long for ten thousand entries: runs off the event loop.
Resolved parse_and_resolve(const std::vector<core::ManifestFile>& files, const std::vector<core::CloudShape>& shapes,
                           const std::vector<std::string>& other_clouds, Wall now, const ManifestChoice& choice);

void take_in(DesiredState& state, Resolved resolved);

}  // namespace retouch::reconcile
