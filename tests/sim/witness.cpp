#include "witness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "retouch/sandbox/faults.hpp"

namespace retouch::sim {

namespace {

using namespace std::chrono_literals;
using http::RequestClass;

constexpr double late_timers = 0.02;  // seconds: what a timer wakes too late may be made up for (core/limiter.hpp)
constexpr Duration longest_silence = 1h;
constexpr Duration login_distance = 60s;
constexpr Duration refusal_stands = 6h;
constexpr Duration done_by_then = 5s;  // what timed out may run on for so long

bool throttles(const http::Response& response) {
  const int status = response.status;
  return status == 429 || status == 420 || ((status == 503 || status == 413) && response.headers.get("Retry-After"));
}

// Own reading of it: seconds, or a date beside the answer's own.
std::optional<Duration> asked(const http::Response& response) {
  const auto header = response.headers.get("Retry-After");
  if (!header) return std::nullopt;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(header->data(), header->data() + header->size(), seconds);
  if (error == std::errc{} && end == header->data() + header->size() && seconds >= 0) return seconds * 1s;
  const auto when = parse_http_date(*header), date = parse_http_date(response.headers.get("Date").value_or(""));
  if (!when || !date) return std::nullopt;
  return std::max<Duration>(*when - *date, 0s);
}

std::string image_in(const std::string& path) {
  for (std::size_t at = path.find('/'); at != std::string::npos; at = path.find('/', at + 1)) {
    const std::string_view part = std::string_view(path).substr(at + 1, 36);
    if (part.size() == 36 && part[8] == '-' && part[13] == '-' && part[18] == '-' && part[23] == '-')
      return std::string(part);
  }
  return "";
}

}  // namespace

bool Bucket::runs_over(Mono now) {
  level_ = std::max(0.0, level_ - std::chrono::duration<double>(now - last_).count() * rate_);
  last_ = now;
  level_ += 1;
  return level_ > burst_ + rate_ * late_timers + 1e-6;
}

void Witness::process_starts() {
  accounts_.clear();
  flights_.clear();
  open_.clear();
  for (const Account& account : site_.accounts()) {
    const core::RateLimits& limits = account.limits;
    accounts_.emplace(account.name, OfAccount{.requests = {limits.requests, limits.burst},
                                              .reads = {limits.reads, limits.burst},
                                              .writes = {limits.writes, limits.burst},
                                              .auth = {limits.auth, 1}});
  }
}

const Account* Witness::account_of(const http::Origin& origin) const {
  for (const Account& account : site_.accounts()) {
    for (const std::string& url : {account.cloud->identity_url(), account.cloud->image_url()}) {
      if (http::parse_url(url)->origin == origin) return &account;
    }
  }
  return nullptr;
}

void Witness::check_pace(const Account& account, OfAccount& of, RequestClass cls, const std::string& what) {
  const Mono now = ground_.clock.now();
  if (cls == RequestClass::auth) {
    if (of.refused && now - *of.refused < refusal_stands) {
      trace_.broken("I6 the credential of " + account.name + " was refused, and is tried again: " + what);
    }
    if (of.auth.runs_over(now)) trace_.broken("I1 token requests of " + account.name + " over their limit: " + what);
  } else {
    const bool reads = cls == RequestClass::read;
    const bool over = (reads ? of.reads : of.writes).runs_over(now), sum = of.requests.runs_over(now);
    if (over) trace_.broken(fmt::format("I1 {} of {} over their limit: {}", http::to_string(cls), account.name, what));
    if (sum) trace_.broken("I1 requests of " + account.name + " over their limit: " + what);
    if (++of.in_flight > account.concurrency) {
      trace_.broken(fmt::format("I1 {} requests in flight to {}: {}", of.in_flight, account.name, what));
    }
  }
  const Mono silent = of.silent_until[cls == RequestClass::auth ? cls : RequestClass::read];
  if (now < silent) {
    trace_.broken(fmt::format("I2 {} before the Retry-After of {} was over, by {}", what, account.name,
                              format_duration(silent - now)));
  }
}

std::set<std::string> Witness::managed(const Account& account, const std::string& image) const {
  for (const Wished& each : site_.images()) {
    const auto* live = each.cloud == account.cloud ? site_.find(each) : nullptr;
    if (live != nullptr && live->id == image) return {each.fields.begin(), each.fields.end()};
  }
  return {};  // nobody manages it; or it was just made again under another id
}

void Witness::check_write(const Account& account, const http::Request& request, const std::string& image,
                          const std::string& what) {
  ++writes;
  if (image.empty()) return trace_.broken("I5 a write to no image: " + what);
  for (const auto& [name, flight] : flights_) {
    if (flight.image == image && flight.cls == RequestClass::write) trace_.broken("I5 two writes at a time: " + what);
  }
  if (accounts_.at(account.name).unknown.contains(image)) {
    trace_.broken("I5 sent again, though nobody has looked what became of the write before: " + what);
  }
  const auto mine = managed(account, image);
  for (const std::string& field : sandbox::touched_properties(request.body)) {
    if (!mine.empty() && !mine.contains(field)) trace_.broken("I4 \"" + field + "\" is not managed: " + what);
    if (open_[{image, field}] <= 0) trace_.broken("I7 \"" + field + "\" is in no journal: " + what);
  }
}

std::uint64_t Witness::departs(const http::Request& request) {
  const std::uint64_t name = ++names_;
  const std::string what = fmt::format("{} {} to {}", request.method, request.url.target(), request.url.origin.host);
  trace_.say(fmt::format("-> {} {} {}", name, what, request.cls == RequestClass::write ? request.body : ""));
  const Account* account = account_of(request.url.origin);
  if (account == nullptr) {
    trace_.broken("I8 a request to nobody we know: " + what);
    return name;
  }
  ++requests;
  OfAccount& of = accounts_.at(account->name);
  const std::string image = image_in(request.url.path);
  check_pace(*account, of, request.cls, what);
  if (request.cls == RequestClass::write) check_write(*account, request, image, what);
  flights_[name] = {account->name, image, request.cls, ground_.clock.now()};
  if (on_departure) on_departure(request);
  return name;
}

void Witness::answered(std::uint64_t flight, const http::Request& request, const http::Response& response) {
  trace_.say(fmt::format("<- {} {} {}", flight, response.status, response.headers.get("Retry-After").value_or("")));
  const auto found = flights_.find(flight);
  if (found == flights_.end()) return;
  OfAccount& of = accounts_.at(found->second.account);
  const Mono now = ground_.clock.now();
  const auto cls = request.cls == RequestClass::auth ? RequestClass::auth : RequestClass::read;
  if (throttles(response)) {
    ++throttled;
    if (const auto wait = asked(response)) {
      of.silent_until[cls] = std::max(of.silent_until[cls], now + std::min(*wait, longest_silence));
    }
  }
  if (request.cls == RequestClass::read && response.ok()) {
    const Mono left = found->second.left;
    std::erase_if(of.unknown, [&](const auto& each) {
      return (found->second.image.empty() || found->second.image == each.first) && left >= each.second;
    });
  }
  const bool login = request.cls == RequestClass::auth && request.method == "POST";
  if (login && (response.status == 401 || response.status == 403)) of.refused = now;
  if (const auto token = response.headers.get("X-Subject-Token")) tokens_.emplace(*token);
  if (request.cls != RequestClass::auth || response.status != 201) return;
  ++logins;
  const Mono left = found->second.left;
  if (of.last_login && left - *of.last_login < login_distance) {
    trace_.broken(fmt::format("I6 a token of {} only {} after the one before", found->second.account,
                              format_duration(left - *of.last_login)));
  }
  of.last_login = left;
}

void Witness::lost(std::uint64_t flight, bool timed_out) {
  trace_.say(fmt::format("<- {} lost", flight));
  const auto found = flights_.find(flight);
  if (found == flights_.end() || found->second.cls != RequestClass::write) return;
  accounts_.at(found->second.account).unknown[found->second.image] =
      ground_.clock.now() + (timed_out ? done_by_then : 0s);
}

void Witness::clock_set_back() {
  for (auto& [name, of] : accounts_) of.last_login.reset();
}

void Witness::by_hand() {
  for (auto& [name, of] : accounts_) of.refused.reset();
}

void Witness::ended(std::uint64_t flight) {
  const auto found = flights_.find(flight);
  if (found == flights_.end()) return;  // of a process that is no more
  if (found->second.cls != RequestClass::auth) --accounts_.at(found->second.account).in_flight;
  flights_.erase(found);
}

void Witness::intended(const std::string& image_id, const std::string& field) { ++open_[{image_id, field}]; }
void Witness::settled(const std::string& image_id, const std::string& field) { --open_[{image_id, field}]; }

void Witness::output(std::string_view text, const char* where) {
  const auto has = [&](const std::string& secret) { return text.find(secret) != std::string_view::npos; };
  if (std::ranges::any_of(site_.secrets(), has) || std::ranges::any_of(tokens_, has)) {
    trace_.broken(fmt::format("I8 a secret in {}: {}", where, text.substr(0, 200)));
  }
}

}  // namespace retouch::sim
