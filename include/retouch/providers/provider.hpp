// What every API family can do; the conformance suite (tests/conformance) says what that means in detail.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "retouch/async/task.hpp"
#include "retouch/base/result.hpp"
#include "retouch/core/attributes.hpp"
#include "retouch/core/image.hpp"
#include "retouch/core/plan.hpp"
#include "retouch/http/message.hpp"

namespace retouch::providers {

struct ListQuery {
  bool any_owner = false;               // also images of others (public, shared, community)
  std::vector<std::string> only_ids{};  // every selector is an id: the listing may stop when all were seen
};

struct ListSummary {
  std::int64_t images = 0;  // distinct ids seen
  std::int64_t requests = 0;
  std::vector<std::string> warnings{};  // "exactly 1,000 images: the server may have cut the list"
};

// One request of an image's change. All of an image in one PATCH; IMS tags follow as steps of their own.
struct Step {
  std::string image_id;
  std::vector<std::string> fields;  // attributes that it carries
  http::Request request;
};

struct StepOutcome {
  std::optional<core::Image> image{};  // the image as the answer shows it; not every step's answer does
  std::string request_id{};
};

class Provider {
 public:
  virtual ~Provider() = default;

  virtual const core::AttributeTable& table() const = 0;

  // Complete or an error: never a part. `visit` sees every image once, normalized, own and hidden ones included.
  virtual task<Result<ListSummary>> list(ListQuery query, std::function<void(const core::Image&)> visit) = 0;
  // The image as it is now; nullopt = it is gone. `must_finish`: for a change that has begun (http::Request).
  virtual task<Result<std::optional<core::Image>>> read(std::string id, bool must_finish = false) = 0;

  // Why nothing of this image can be changed: not the account's own, not active. nullopt = it can.
  virtual std::optional<std::string> unchangeable(const core::Image& image) const = 0;
  // Pure: the steps that make `fields` (Action::apply only) true on `live`, in order. Ops are chosen from `live`, so a
  // second call after a re-read is right again. Empty = nothing to send.
  virtual std::vector<Step> prepare(const core::Image& live, std::span<const core::FieldChange> fields) const = 0;
  // Sends one step. Error reactions: conflict (409, IMG.0035) and uncertain want a re-read; permanent names `field`
  // where the server did.
  virtual task<Result<StepOutcome>> perform(Step step) = 0;
};
using ProviderPtr = std::unique_ptr<Provider>;

}  // namespace retouch::providers
