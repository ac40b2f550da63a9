// One simulated cloud: an identity service and an image service on the same state, with limits, latency, faults and the
// arrival log around them. A Triton has no identity service: both URLs are the same then. It needs no sockets: put it
// behind http::listen (host.hpp) or behind the Transport seam (in_process.hpp).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "retouch/async/clock.hpp"
#include "retouch/base/random.hpp"
#include "retouch/http/server.hpp"
#include "retouch/sandbox/arrival_log.hpp"
#include "retouch/sandbox/cloudapi.hpp"
#include "retouch/sandbox/faults.hpp"
#include "retouch/sandbox/glance.hpp"
#include "retouch/sandbox/ims.hpp"
#include "retouch/sandbox/keystone.hpp"
#include "retouch/sandbox/model.hpp"
#include "retouch/sandbox/signature.hpp"
#include "retouch/sandbox/throttle.hpp"

namespace retouch::sandbox {

enum class CloudType { glance, ims, triton };
std::string_view to_string(CloudType type);

struct Latency {
  Duration fixed{};
  Duration jitter{};  // up to this much more, evenly
};

// Keystone is gone: its connections are dropped, and Glance, which cannot validate tokens, answers 401 to every token
// that it has not validated in the last five minutes, after `delay` (observed: 3.5 s).
struct IdentityOutage {
  bool active = false;
  Duration delay = std::chrono::milliseconds(3500);
};

// Everything a cloud starts with; reset() goes back to it.
struct CloudSeed {
  std::string name;
  CloudType type = CloudType::glance;
  IdentityOptions identity{};
  Directory directory{};
  std::vector<Image> images{};
  GlanceLimits glance_limits{};
  CloudApiOptions cloudapi{};
  Latency latency{};
  Duration clock_skew{};  // the cloud's wall clock minus ours
  std::optional<ThrottleSettings> throttle{};
  std::vector<Fault> faults{};
  bool close_every_connection = false;  // after each answer, unannounced, as uwsgi does
  std::uint64_t random_seed = 1;        // tokens, request ids, ids of new images, jitter, probabilities
  std::string catalogue_suffix{};       // behind the image service's URL in the catalogue: "", "/v2", "/v2/"
  std::uint16_t identity_port = 0, image_port = 0;  // 0 = any free one
  std::string client_limits{};                      // `limits:` of the written retouch.yaml, as JSON; "" = none
};

class Cloud {
 public:
  // `clock` must outlive the cloud.
  Cloud(CloudSeed seed, async::Clock& clock);

  // Where the services can be reached, for the catalogue and links: "http://127.0.0.1:15000", no path.
  void set_urls(std::string identity_url, std::string image_url);
  const std::string& identity_url() const { return identity_url_; }
  const std::string& image_url() const { return image_url_; }

  task<ServerResponse> handle_identity(ServerRequest request);
  task<ServerResponse> handle_image(ServerRequest request);

  // The state, for tests and the control endpoints.
  const CloudSeed& seed() const { return *seed_; }
  ImageStore& images() { return images_; }
  Keystone& keystone() { return *keystone_; }
  const CloudApi& cloudapi() const { return *cloudapi_; }
  Faults& faults() { return faults_; }
  ArrivalLog& log() { return log_; }
  Latency& latency() { return latency_; }
  IdentityOutage& outage() { return outage_; }
  void set_throttle(std::optional<ThrottleSettings> settings);
  const Throttle* throttle() const { return throttle_ ? &*throttle_ : nullptr; }
  void expire_tokens() { keystone_->expire_all(now()); }
  // Back to the seed: images, tokens, faults, limits, log. URLs stay.
  void reset();

  Wall now() const { return clock_.wall() + skew_; }  // the cloud's wall clock
  Duration& skew() { return skew_; }                  // that clock minus ours
  Mono monotonic() const { return clock_.now(); }
  Mono started() const { return started_; }

 private:
  using Work = std::function<Outcome()>;
  struct Visit;
  task<ServerResponse> serve(ServerRequest request, std::string service);
  task<Outcome> work(Visit& visit);
  task<Outcome> authenticated(Visit& visit);
  task<std::optional<Caller>> token_caller(const ServerRequest& request);
  std::optional<ServerResponse> throttled(Visit& visit, const std::string& bucket = {});
  void apply_fault_before_save(Visit& visit, Outcome& outcome) const;
  ServerResponse fault_answer(const Visit& visit) const;
  ServerResponse unauthorized(const ServerRequest& request) const;
  std::string authenticate_header() const;
  ServerResponse finish(Visit& visit, ServerResponse response);
  void commit(Visit& visit, Outcome& outcome);
  task<void> pause(Duration extra);
  std::string request_id(const ServerRequest& request);

  std::shared_ptr<const CloudSeed> seed_;  // its images are shared with the store
  async::Clock& clock_;
  SeededRandom random_;
  std::string identity_url_, image_url_;
  Mono started_;

  ImageStore images_;
  std::unique_ptr<Keystone> keystone_;
  std::unique_ptr<CloudApi> cloudapi_;
  SignatureCheck signatures_;
  Faults faults_;
  std::optional<Throttle> throttle_;
  std::map<std::string, Throttle, std::less<>> buckets_;  // CloudAPI: one for each account and group of calls
  ArrivalLog log_;
  Latency latency_;
  Duration skew_{};
  IdentityOutage outage_;
  std::map<std::string, Mono, std::less<>> validated_;  // tokens that the image service has seen to be good, and when
};

}  // namespace retouch::sandbox
