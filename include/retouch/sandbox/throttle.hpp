// The hidden limit of a cloud: a token bucket nobody is told about, and the forms in which clouds say "slower".
#pragma once

#include <optional>
#include <string_view>

#include "retouch/base/result.hpp"
#include "retouch/base/time.hpp"
#include "retouch/sandbox/answer.hpp"

namespace retouch::sandbox {

enum class ThrottleForm {
  retry_after_seconds,  // 429 with Retry-After: <seconds>
  plain_429,            // 429, nothing more
  img_0060,             // 400 {"error":{"code":"IMG.0060"}}
  retry_after_date,     // 503 with Retry-After: <HTTP date>
  calm_420,             // 420, with Retry-After
  apigw_0308,           // 429 {"error_code":"APIGW.0308","error_msg":"… limit:30,time:1 second"}
  over_limit_413,       // 413 {"overLimit":{…}} with Retry-After
};
std::string_view to_string(ThrottleForm form);
std::optional<ThrottleForm> parse_throttle_form(std::string_view text);

struct ThrottleSettings {
  double rate = 30;  // requests a second
  double burst = 30;
  ThrottleForm form = ThrottleForm::retry_after_seconds;
  std::optional<Duration>
      retry_after{};         // what the answer asks for; nullopt = the time until one request fits, rounded up
  bool writes_only = false;  // GETs are not counted
  bool identity = false;     // the token endpoint is limited instead of the image service
};

// {"rate": 30, "burst": 30, "form": "429-seconds", "retry_after": "2s", "writes_only": false, "identity": false}
Result<ThrottleSettings> throttle_from_json(const Json& json);
Json to_json(const ThrottleSettings& settings);

class Throttle {
 public:
  explicit Throttle(ThrottleSettings settings) : settings_(settings), tokens_(settings.burst) {}

  // Takes one request's worth. nullopt = let through; else how long until one fits (nothing was taken).
  std::optional<Duration> take(Mono now);
  const ThrottleSettings& settings() const { return settings_; }

 private:
  ThrottleSettings settings_;
  double tokens_;
  std::optional<Mono> last_{};
};

// How long the answer asks the client to wait; nullopt = this form does not say. Whole seconds, at least one.
std::optional<Duration> asked_wait(const ThrottleSettings& settings, Duration until_one_fits);
// The refusal. `request` decides the form of the error body where the form leaves it open.
ServerResponse throttled_answer(const ThrottleSettings& settings, const ServerRequest& request, Duration until_one_fits,
                                Wall now);

}  // namespace retouch::sandbox
