#include "retouch/service/notification.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <ranges>

#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"

namespace retouch::service {

namespace {

constexpr std::size_t text_cap = 500;   // bytes of one foreign text
constexpr std::size_t value_cap = 500;  // bytes of one value as JSON

// An error without what differs each time (request ids, times, counts), but with its HTTP status.
std::string gist(const std::string& error) {
  std::string result;
  std::string before;
  for (const std::string& word : split(error, ' ')) {
    const bool numbered = std::ranges::any_of(word, [](unsigned char c) { return std::isdigit(c) != 0; });
    result += numbered && before != "HTTP" && before != "[HTTP" ? "#" : word;
    result += ' ';
    before = word;
  }
  return result;
}

std::string reason_of(const CloudNotice& cloud) {
  std::vector<std::string> guards;
  for (const auto& refusal : cloud.refusals) guards.push_back(refusal.verdict.guard + " " + refusal.fingerprint);
  std::ranges::sort(guards);
  return fmt::format("{}\n{}\n{} {} {} {}\n{}", cloud.result, gist(cloud.error), cloud.partial, cloud.failed,
                     cloud.unresolved, cloud.refused, join(guards, "\n"));
}

// The further to the right, the worse.
constexpr std::array<std::string_view, 6> by_weight{"success", "throttled", "partial", "refused", "auth", "error"};

std::string worst(const std::vector<CloudNotice>& clouds) {
  std::size_t weight = 0;
  for (const auto& cloud : clouds) {
    const auto at = std::ranges::find(by_weight, cloud.result);
    weight =
        std::max(weight, std::min<std::size_t>(static_cast<std::size_t>(at - by_weight.begin()), by_weight.size() - 1));
  }
  return std::string(by_weight[weight]);
}

std::string shown(const std::string& text) { return printable(text, text_cap); }
Json shown_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(shown(text)); }

Json shown(const core::Value& value) {
  const Json json = core::to_json(value);
  if (json.is_string()) return shown(json.get<std::string>());
  const std::string text = compact_json(json);
  // A list or map with something unprintable in it, or a long one, is told as a text.
  if (text.size() > value_cap || printable(text, value_cap) != text) return printable(text, value_cap);
  return json;
}

Json document_of_change(const core::ChangeRecord& record) {
  return {{"entry", shown(record.entry)},
          {"image_id", shown(record.image_id)},
          {"image_name", shown(record.image_name)},
          {"field", shown(record.change.name)},
          {"op", core::to_string(record.change.op)},
          {"before", shown(record.change.before)},
          {"after", shown(record.change.after)},
          {"cause", core::to_string(record.change.cause)},
          {"status", core::to_string(record.status)},
          {"error", shown_or_null(record.error)}};
}

Json document_of(const CloudNotice& cloud) {
  Json guards = Json::array(), changes = Json::array();
  for (const auto& refusal : cloud.refusals) {
    guards.push_back({{"guard", refusal.verdict.guard},
                      {"limit", refusal.verdict.limit},
                      {"value", refusal.verdict.value},
                      {"detail", shown(refusal.verdict.detail)},
                      {"fingerprint", refusal.fingerprint}});
  }
  for (const auto& change : cloud.changes | std::views::take(notified_changes))
    changes.push_back(document_of_change(change));
  return {{"cloud", shown(cloud.cloud)},
          {"result", cloud.result},
          {"news", cloud.news},
          {"error", shown_or_null(cloud.error)},
          {"counts",
           {{"changed", cloud.changed},
            {"partial", cloud.partial},
            {"failed", cloud.failed},
            {"skipped", cloud.skipped},
            {"unresolved", cloud.unresolved},
            {"refused", cloud.refused}}},
          {"guards", std::move(guards)},
          {"changes_left_out", cloud.changes.size() - changes.size()},
          {"changes", std::move(changes)}};
}

}  // namespace

std::optional<RunNotice> NewsFilter::filter(RunNotice notice) {
  for (auto& cloud : notice.clouds) {
    cloud.news.clear();
    if (cloud.changed > 0 || cloud.partial > 0) cloud.news.emplace_back("changed");
    if (cloud.result == "throttled") continue;
    const auto known = troubles_.find(cloud.cloud);
    if (cloud.result == "success") {
      if (known == troubles_.end()) continue;
      troubles_.erase(known);
      cloud.news.emplace_back("recovered");
      continue;
    }
    auto reason = reason_of(cloud);
    if (known != troubles_.end() && known->second == reason) continue;
    troubles_[cloud.cloud] = std::move(reason);
    cloud.news.emplace_back(cloud.result == "refused" ? "refused" : "failed");
  }
  std::erase_if(notice.clouds, [](const CloudNotice& cloud) { return cloud.news.empty(); });
  if (notice.clouds.empty()) return std::nullopt;
  return notice;
}

Json to_document(const RunNotice& notice) {
  Json sources = Json::array(), clouds = Json::array();
  for (const auto& source : notice.sources)
    sources.push_back({{"name", shown(source.name)}, {"revision", shown(source.revision)}});
  for (const auto& cloud : notice.clouds) clouds.push_back(document_of(cloud));
  return {{"format_version", "1.0"},
          {"kind", "run"},
          {"run", notice.run},
          {"verb", notice.verb},
          {"by", shown(notice.by)},
          {"began_at", format_rfc3339(notice.began)},
          {"ended_at", format_rfc3339(notice.ended)},
          {"result", worst(notice.clouds)},
          {"sources", std::move(sources)},
          {"clouds", std::move(clouds)}};
}

}  // namespace retouch::service
