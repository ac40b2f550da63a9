#include "retouch/sandbox/throttle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace retouch::sandbox {
namespace {

constexpr std::array<std::pair<ThrottleForm, std::string_view>, 7> forms = {{
    {ThrottleForm::retry_after_seconds, "429-seconds"},
    {ThrottleForm::plain_429, "429"},
    {ThrottleForm::img_0060, "img-0060"},
    {ThrottleForm::retry_after_date, "503-date"},
    {ThrottleForm::calm_420, "420"},
    {ThrottleForm::apigw_0308, "apigw-0308"},
    {ThrottleForm::over_limit_413, "413"},
}};

Wall next_whole_second(Wall time) { return std::chrono::ceil<std::chrono::seconds>(time); }

}  // namespace

std::string_view to_string(ThrottleForm form) {
  return std::find_if(forms.begin(), forms.end(), [&](const auto& item) { return item.first == form; })->second;
}

std::optional<ThrottleForm> parse_throttle_form(std::string_view text) {
  for (const auto& [form, name] : forms) {
    if (name == text) return form;
  }
  return std::nullopt;
}

Result<ThrottleSettings> throttle_from_json(const Json& json) {
  ThrottleSettings settings;
  if (!json.is_object()) return fail(Errc::invalid_input, "throttle: expected an object");
  for (const auto& item : json.items()) {
    const std::string& key = item.key();
    const Json& value = item.value();
    if ((key == "rate" || key == "burst") && value.is_number() && value.get<double>() > 0) {
      (key == "rate" ? settings.rate : settings.burst) = value.get<double>();
    } else if (key == "form" && value.is_string() && parse_throttle_form(value.get<std::string>())) {
      settings.form = *parse_throttle_form(value.get<std::string>());
    } else if (key == "retry_after" && value.is_string() && parse_duration(value.get<std::string>())) {
      settings.retry_after = parse_duration(value.get<std::string>());
    } else if ((key == "writes_only" || key == "identity") && value.is_boolean()) {
      (key == "writes_only" ? settings.writes_only : settings.identity) = value.get<bool>();
    } else {
      return fail(
          Errc::invalid_input,
          fmt::format("throttle: `{}: {}` is not known; expected rate and burst (numbers above 0), retry_after (a "
                      "duration), writes_only and identity (booleans), form (429-seconds, 429, img-0060, 503-date, "
                      "420, apigw-0308, 413)",
                      key, value.dump()));
    }
  }
  settings.burst = std::max(settings.burst, 1.0);
  return settings;
}

Json to_json(const ThrottleSettings& settings) {
  Json out = {{"rate", settings.rate},
              {"burst", settings.burst},
              {"form", to_string(settings.form)},
              {"writes_only", settings.writes_only},
              {"identity", settings.identity}};
  if (settings.retry_after) out["retry_after"] = format_duration(*settings.retry_after);
  return out;
}

std::optional<Duration> Throttle::take(Mono now) {
  if (last_) {
    const double seconds = std::chrono::duration<double>(now - *last_).count();
    tokens_ = std::min(settings_.burst, tokens_ + seconds * settings_.rate);
  }
  last_ = now;
  if (tokens_ >= 1.0 - 1e-9) {
    tokens_ -= 1.0;
    return std::nullopt;
  }
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>((1.0 - tokens_) / settings_.rate));
}

std::optional<Duration> asked_wait(const ThrottleSettings& settings, Duration until_one_fits) {
  switch (settings.form) {
    case ThrottleForm::plain_429:
    case ThrottleForm::img_0060:
    case ThrottleForm::apigw_0308:
      return std::nullopt;
    default:
      break;
  }
  const Duration wanted = settings.retry_after.value_or(until_one_fits);
  return std::max<Duration>(std::chrono::seconds(1), std::chrono::ceil<std::chrono::seconds>(wanted));
}

ServerResponse throttled_answer(const ThrottleSettings& settings, const ServerRequest& request, Duration until_one_fits,
                                Wall now) {
  const std::optional<Duration> wait = asked_wait(settings, until_one_fits);
  ServerResponse response;
  switch (settings.form) {
    case ThrottleForm::img_0060:
      return ims_error(400, "IMG.0060", "There are too many tasks. Try again later.");
    case ThrottleForm::apigw_0308:
      return gateway_error(
          429, "APIGW.0308",
          fmt::format("The throttling threshold has been reached: policy user over ratelimit,limit:{},time:1 "
                      "second",
                      static_cast<long long>(std::floor(settings.rate))));
    case ThrottleForm::plain_429:
      return glance_error(request, 429, "Too many requests.");
    case ThrottleForm::retry_after_date: {
      response = glance_error(request, 503, "The server is busy. Try again later.");
      response.headers.set("Retry-After", format_http_date(next_whole_second(now + *wait)));
      return response;
    }
    case ThrottleForm::over_limit_413:
      response = json_answer(413, Json{{"overLimit", {{"code", 413}, {"message", "This request was rate-limited."}}}});
      break;
    case ThrottleForm::calm_420:
      response = glance_error(request, 420, "Enhance your calm.");
      break;
    case ThrottleForm::retry_after_seconds:
      response = glance_error(request, 429, "Too many requests.");
      break;
  }
  response.headers.set("Retry-After", std::to_string(std::chrono::duration_cast<std::chrono::seconds>(*wait).count()));
  return response;
}

}  // namespace retouch::sandbox
