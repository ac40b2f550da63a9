// Triton's CloudAPI with the image service behind it: accounts, and images that are updated by POST
// (protocols/triton.md). It keeps nothing but a counter; state, caller and time come in, an outcome goes out.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "retouch/base/random.hpp"
#include "retouch/sandbox/answer.hpp"
#include "retouch/sandbox/cloudapi_images.hpp"
#include "retouch/sandbox/cloudapi_signature.hpp"
#include "retouch/sandbox/model.hpp"

namespace retouch::sandbox {

struct CloudApiOptions {
  CloudApiAccounts accounts{};
  std::size_t list_limit = 0;  // a list is cut there without a word; 0 = never
};

class CloudApi {
 public:
  explicit CloudApi(CloudApiOptions options) : options_(std::move(options)) {}

  // The refusal when the bucket of that name is empty. Asked once for a request that is let in and whose image is
  // there, as the real one does; wrong credentials cost nothing.
  using Limit = std::function<std::optional<ServerResponse>(const std::string& bucket)>;
  Outcome handle(const ImageStore& store, const ServerRequest& request, Wall now, Random& random, const Limit& limit);

  const CloudApiAccounts& accounts() const { return options_.accounts; }
  // How often a request came that kills the real IMGAPI process. (This one answers `500 {}` and goes on.)
  std::size_t crashes() const { return crashes_; }

 private:
  struct Call;
  using Step = std::expected<Outcome, CloudApiRefusal>;
  Step answer(Call& call);
  std::optional<CloudApiRefusal> admit(Call& call) const;
  Step account(const Call& call) const;
  Step list(const Call& call) const;
  Step image(const Call& call) const;
  Step post(const Call& call) const;
  Step update(const Call& call) const;
  Step clone(const Call& call) const;

  CloudApiOptions options_;
  std::size_t crashes_ = 0;
};

}  // namespace retouch::sandbox
