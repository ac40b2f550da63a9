#include "story.hpp"

#include <fmt/format.h>

namespace retouch::sim {

using namespace std::chrono_literals;

void Story::fault(Account& account, const std::string& json) {
  say(account.name + ": " + json);
  account.cloud->faults().add(sandbox::fault_from_json(Json::parse(json)).value());
}

// 429, 420, 503 and the others, with a Retry-After as seconds, as a date, as nonsense, or without.
void Story::throttling(Account& account) {
  const std::string waits[] = {"",
                               "1",
                               std::to_string(1 + below(90)),
                               std::to_string(130 + below(2000)),
                               "0",
                               "soon",
                               format_http_date(account.cloud->now() + between(1s, 60s))};
  const int statuses[] = {429, 429, 420, 503, 503};
  if (below(3) == 0) {
    sandbox::ThrottleSettings hidden{.rate = 0.5 + random_.unit() * 3, .burst = 2};
    hidden.form = static_cast<sandbox::ThrottleForm>(below(7));
    say(fmt::format("{} has a hidden limit of {:.2f}/s ({})", account.name, hidden.rate, to_string(hidden.form)));
    account.cloud->set_throttle(hidden);
    return;
  }
  fault(account,
        fmt::format(R"({{"kind": "status", "status": {}, "retry_after": "{}", "times": {}, "probability": {}}})",
                    statuses[below(5)], waits[below(std::size(waits))], 1 + below(12), below(2) == 0 ? 1 : 0.4));
}

void Story::server_fault(Account& account) {
  const std::string kinds[] = {
      R"("kind": "status", "status": 500)",
      R"("kind": "status", "status": 502)",
      R"("kind": "status", "status": 503)",
      R"("kind": "status", "status": 504)",
      R"("kind": "status", "status": 409, "method": "P*")",
      R"("kind": "drop")",
      R"("kind": "lost", "method": "P*")",
      R"("kind": "hang")",
      R"("kind": "lost_hang", "method": "P*")",
      R"("kind": "garbage", "method": "GET")",
      R"("kind": "close_silently")",
      R"("kind": "slow", "delay": "8s", "method": "GET")",
      R"("kind": "ignore_property", "property": "app_build")",
      R"("kind": "ignore_property", "property": "app_build", "shown": true)",
  };
  fault(account, fmt::format(R"({{{}, "times": {}, "probability": {}}})", kinds[below(std::size(kinds))], 1 + below(15),
                             below(2) == 0 ? 1 : 0.5));
}

void Story::identity_trouble(Account& account) {
  if (account.token_life == Duration{}) return server_fault(account);
  switch (below(6)) {
    case 4:
      return fault(account, fmt::format(R"({{"kind": "status", "status": 401, "service": "identity", "times": {}}})",
                                        1 + below(3)));
    case 0:
      say(account.name + ": every token has expired");
      return account.cloud->expire_tokens();
    case 1:
      say(account.name + ": Keystone is gone");
      account.cloud->outage().active = true;
      return;
    case 2:
      return fault(account, fmt::format(R"({{"kind": "status", "status": 503, "service": "identity", "times": {}}})",
                                        1 + below(6)));
    case 3:
      return fault(account,
                   fmt::format(R"({{"kind": "status", "status": 429, "service": "identity", "retry_after": "{}",
                                        "times": {}}})",
                               1 + below(100), 1 + below(3)));
    default:
      return fault(account, fmt::format(R"({{"kind": "status", "status": 401, "service": "image", "times": {}}})",
                                        1 + below(4)));
  }
}

void Story::bad_weather(Account& account) {
  for (const std::string& url : {account.cloud->identity_url(), account.cloud->image_url()}) {
    Weather& weather = network_.weather(http::parse_url(url)->origin);
    for (double* each : {&weather.refused, &weather.lost, &weather.answer_lost, &weather.cut}) {
      *each = below(2) == 0 ? 0 : random_.unit() * 0.25;
    }
    weather.silent = random_.unit();
    weather.most = between(50ms, below(4) == 0 ? Duration(20s) : Duration(2s));
  }
  say(account.name + ": bad weather");
}

void Story::people() {
  Wished& image = any();
  switch (below(6)) {
    case 0:
      say("a reload");
      return hands.reload();
    case 1:
      say("reconcile " + image.config);
      return hands.reconcile(image.config);
    case 2:
      say("the manifest of " + image.name + " is broken");
      site_.break_manifest(image);
      broken_.insert(image.name);
      break;
    case 3:
      hands.jump_clock(between(-40s, 40s));
      return;
    default:
      for (std::size_t i = 0; i <= below(6); ++i) {
        Wished& other = any();
        if (broken_.contains(other.name)) continue;
        site_.wish(other, other.fields[below(other.fields.size())]);
        say("wished: " + Json(other.values).dump() + " of " + other.name);
      }
  }
  hands.manifests_changed();
  if (below(3) != 0) hands.look();
}

void Story::something() {
  Account& account = any_account();
  Wished& image = any();
  switch (below(12)) {
    case 0:
      return throttling(account);
    case 1:
    case 2:
      return server_fault(account);
    case 3:
      return identity_trouble(account);
    case 4:
      return bad_weather(account);
    case 5:
      say("somebody changes " + image.name);
      return site_.drift(image);
    case 6:
      say("somebody writes a note on " + image.name);
      return site_.write_note(image);
    case 7:
      say(image.name + " is made again");
      return site_.recreate(image);
    case 8:
      rivalry_ = random_.unit() * 0.3;
      return;
    case 9:
      return mend();
    default:
      return people();
  }
}

void Story::rival(const http::Request& request) {
  if (random_.unit() >= rivalry_) return;
  Wished& image = any();
  if (image.cloud->image_url().find(request.url.origin.host) == std::string::npos) return;
  say("a rival writes to " + image.name);
  if (below(4) == 0) return site_.drift(image);
  site_.write_note(image);
}

void Story::mend() {
  say("all is mended");
  for (Account& account : site_.accounts()) {
    account.cloud->faults().clear();
    account.cloud->outage().active = false;
    account.cloud->set_throttle(std::nullopt);
  }
  for (Wished& image : site_.images()) {
    if (broken_.contains(image.name)) site_.mend_manifest(image);
  }
  broken_.clear();
  network_.calm();
  rivalry_ = 0;
  hands.manifests_changed();
}

task<void> Story::tell(Duration length) {
  const Mono end = ground_.clock.now() + length;
  while (ground_.clock.now() < end) {
    // Now and then at once, so that things meet; as a rule there is time for a pass.
    co_await ground_.clock.sleep_for(below(3) == 0 ? between(0s, 3s) : between(0s, 7min));
    something();
  }
  mend();
  calm_ = true;
  say("from now on it is calm");
}

}  // namespace retouch::sim
