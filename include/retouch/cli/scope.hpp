// What --cloud, --entry, -l and --where narrow a verb to. Whatever of them meets nothing is a slip of the finger and
// Errc::usage, not "nothing to do"; the message has the nearest word that there is.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "retouch/cli/options.hpp"
#include "retouch/config/settings.hpp"
#include "retouch/reconcile/passes.hpp"

namespace retouch::cli {

// The configured clouds that match the globs. Errors: usage; invalid_input when none is configured.
Result<std::vector<const config::Cloud*>> select_clouds(const config::Settings& settings,
                                                        const std::vector<std::string>& globs);

// As predicates for a cloud with this table. --where takes portable names (`description`), `id` and `tags`, too.
reconcile::Scope make_scope(const ScopeOptions& options, const core::AttributeTable& table,
                            const std::set<std::string>& forced);

// --entry and -l against the entries of the clouds chosen; before any cloud is asked.
Result<void> check_scope(const ScopeOptions& options, const reconcile::DesiredState& desired);
// --where against the live images that the entries select; after planning. Says nothing while some cloud is unknown.
Result<void> check_where(const ScopeOptions& options, std::span<const reconcile::CloudPass> clouds);

// --where while images stream by; it remembers what it needs to say why none was wanted.
class WhereFilter {
 public:
  explicit WhereFilter(const std::vector<std::string>& conditions) {
    for (const std::string& text : conditions) conditions_.push_back({.text = text});
  }
  bool wants(const core::Image& image, const core::AttributeTable& table);
  // Errc::usage when images were seen and none was wanted. `which` images: "image that the entries select".
  Result<void> check(const std::string& which) const;

 private:
  struct Condition {
    std::string text{};
    bool met = false;                // by some image
    std::set<std::string> values{};  // that images have instead
  };
  std::vector<Condition> conditions_;
  std::set<std::string> attributes_;
  bool seen_ = false, any_ = false;
};

}  // namespace retouch::cli
