#include "plan_file.hpp"

namespace retouch::cli {

namespace {

std::vector<std::string> texts(const Json& object, std::string_view key) {
  std::vector<std::string> result;
  const Json* list = find_member(object, key);
  if (list == nullptr || !list->is_array()) return result;
  for (const Json& item : *list) {
    if (item.is_string()) result.push_back(item.get<std::string>());
  }
  return result;
}

}  // namespace

Json plan_file_document(const core::Plan& plan, const ScopeOptions& scope, const std::set<std::string>& forced) {
  Json document = core::to_document(plan);
  document["scope"] = {{"clouds", scope.clouds},
                       {"entries", scope.entries},
                       {"labels", scope.labels},
                       {"where", scope.where},
                       {"force", forced}};
  return core::sealed(std::move(document));
}

ScopeOptions scope_of(const core::PlanFile& file) {
  return {.clouds = texts(file.scope, "clouds"),
          .entries = texts(file.scope, "entries"),
          .labels = texts(file.scope, "labels"),
          .where = texts(file.scope, "where")};
}

}  // namespace retouch::cli
