// The plan file that `apply` is given: core/plan_document.
#include "fuzz.hpp"
#include "plans.hpp"
#include "retouch/base/digest.hpp"
#include "retouch/core/plan_document.hpp"

using namespace retouch;

namespace {

std::string dump(const Json& document, int indent = -1) {
  return document.dump(indent, ' ', false, Json::error_handler_t::replace);
}

void check_error(const Result<core::PlanFile>& read) {
  if (read) return;
  fuzz::require_showable(describe(read.error()), "an error");
  fuzz::require(read.error().code == Errc::invalid_input, "a bad plan file is bad input");
}

void require_same(const core::PlanFile& a, const Result<core::PlanFile>& b, std::string_view text) {
  fuzz::require(
      b && b->fingerprint == a.fingerprint && b->clouds == a.clouds && b->changes == a.changes && b->scope == a.scope,
      "printed again it is the same plan file", text);
}

// A document that somebody could have planned, from an arbitrary one: with the fingerprint and the seal that belong to
// it.
std::optional<Json> made_valid(Json document) {
  Json covered = Json::array();
  try {
    for (const Json& cloud : document.at("clouds")) {
      Json changes = Json::array();
      for (const Json& change : cloud.at("changes")) {
        Json fields = Json::array();
        for (const Json& field : change.at("fields")) {
          const bool sends = field.at("action") == "apply" || field.at("action") == "held";
          fields.push_back({{"name", field.at("name")},
                            {"before", field.at("before")},
                            {"after", field.at("after")},
                            {"sends", sends}});
        }
        changes.push_back({{"image_id", change.at("image_id")},
                           {"owner", change.at("owner")},
                           {"status", change.at("status")},
                           {"fields", fields}});
      }
      covered.push_back({{"cloud", cloud.at("cloud")}, {"changes", changes}});
    }
    document["fingerprint"] = "sha256:" + sha256_hex(dump(covered));
    document["format_version"] = "1.0";
    return core::sealed(std::move(document));
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

void check_foreign(std::string_view text) {
  const auto read = core::read_plan_file(text, "plan.json");
  check_error(read);
  auto document = parse_json(text, "it");
  if (!document) {
    fuzz::require(!read, "what is no JSON is no plan file", text);
    return;
  }
  if (read) require_same(*read, core::read_plan_file(dump(*document, 2), "plan.json"), text);
  const auto valid = document->is_object() ? made_valid(*document) : std::nullopt;
  if (!valid) return;
  const auto whole = core::read_plan_file(dump(*valid), "plan.json");
  check_error(whole);
  if (!whole) return;
  require_same(*whole, core::read_plan_file(dump(*valid, 1), "plan.json"), text);
  for (auto& [key, value] : Json(*valid).items()) {
    if (key == "digest") continue;
    Json edited = *valid;
    edited[key] = value.is_null() ? Json(1) : Json(nullptr);
    fuzz::require(!core::read_plan_file(dump(edited), "plan.json"), "what was edited is refused", key);
  }
}

void check_own(const core::Plan& plan) {
  const Json document = core::sealed(core::to_document(plan));
  const std::string text = dump(document, 2);
  const auto read = core::read_plan_file(text, "plan.json");
  fuzz::require(read.has_value(), "a plan's file can be read", read ? "" : read.error().message);
  fuzz::require(read->fingerprint == core::fingerprint(plan), "with its fingerprint", text);
  fuzz::require(read->clouds.size() == plan.clouds.size(), "with its clouds", text);
  fuzz::require(core::what_moved(*read, plan).empty(), "nothing has moved since", core::what_moved(*read, plan));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_foreign(text);
  check_own(fuzz::plan_of(text));
  return 0;
}
