// The configuration file: config/settings, and what can be said of its accounts without a secret.
#include <cmath>

#include "../support/fake_files.hpp"
#include "fuzz.hpp"
#include "retouch/auth/resolve.hpp"
#include "retouch/config/settings.hpp"

using namespace retouch;

namespace {

constexpr auto file = "/etc/retouch/retouch.yaml";

bool is_rate(double value) { return std::isfinite(value) && value > 0; }

void check_cloud(const config::Cloud& cloud) {
  fuzz::require(std::ranges::find(config::built_in_providers, cloud.provider) != config::built_in_providers.end(),
                "a cloud has a provider that there is", cloud.provider);
  const auto& limits = cloud.limits;
  fuzz::require(is_rate(limits.requests) && is_rate(limits.reads) && is_rate(limits.writes), "limits are positive",
                cloud.name);
  fuzz::require(std::isfinite(limits.burst) && limits.burst >= 1 && limits.concurrency >= 1, "something may be sent",
                cloud.name);
  fuzz::require(cloud.connect_timeout > Duration{} && cloud.request_timeout > Duration{}, "a timeout is not nothing",
                cloud.name);
  fuzz::require(cloud.policy.interval > Duration{} && cloud.policy.deadline > Duration{}, "there is time for a pass",
                cloud.name);
  for (const auto& [key, value] : cloud.auth.values) {
    const bool secret = key == "password" || key == "secret" || key == "secret_key" || key == "token";
    fuzz::require(!secret || value.from != auth::AuthValue::From::literal, "no secret stands in the clear", key);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::vector<fuzz::Text> texts{{file, text}};
  Diagnostics diagnostics;
  const auto settings = config::parse_settings(text, file, diagnostics);
  fuzz::require_places(diagnostics, texts);
  const Diagnostics for_run = config::check_for_run(settings);
  for (const auto& each : for_run.items()) fuzz::require_showable(to_string(each), "a complaint");

  test::FakeFiles files;
  const os::Environment environment;
  const auth::AccountSources sources{environment, files, false, false};
  for (const auto& cloud : settings.clouds) {
    if (!diagnostics.has_errors()) check_cloud(cloud);
    Diagnostics of_account;
    auth::check_account(config::account_request(cloud), sources, of_account);
    for (const auto& each : of_account.items()) fuzz::require_showable(to_string(each), "a complaint of an account");
  }
  fuzz::require(files.writes.empty(), "nothing is written");
  return 0;
}
