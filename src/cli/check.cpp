#include <fmt/format.h>

#include <cmath>
#include <ostream>

#include "retouch/base/printable.hpp"
#include "retouch/http/url.hpp"
#include "style.hpp"
#include "verbs.hpp"

namespace retouch::cli {

namespace {

constexpr Duration skew_worth_a_word = std::chrono::seconds(30);
constexpr double measurable = 2;  // seconds: an answer may take that long, and its Date is cut to whole ones
constexpr double cut_off = 0.5;   // on average, from a Date

struct Finding {
  std::string cloud, provider;
  std::optional<Error> error{};
  std::string user, project, project_id, endpoint, credentials;
  std::optional<double> skew_seconds{};
  std::int64_t images = 0;
  config::Limits limits{};
};

// Reading is proven by a listing; writing cannot be without writing, so the answer does not claim it.
task<Finding> look_at(reconcile::CloudPass& pass, reconcile::World& world) {
  Finding finding{
      .cloud = pass.cloud->name, .provider = pass.cloud->provider, .error = pass.error, .limits = pass.cloud->limits};
  if (finding.error) co_return finding;
  const auth::Session& identity = pass.session->identity();
  finding.user = identity.user_name;
  finding.project = identity.project_name.empty() ? identity.project_id : identity.project_name;
  finding.project_id = identity.project_id;
  finding.endpoint = http::to_string(identity.endpoint);
  finding.credentials = pass.session->credentials_origin();
  const reconcile::Target target = pass.session->target();
  auto listing = target.provider->list({}, [](const core::Image&) {});
  auto listed = co_await async::unless_stopped(world.stop, std::move(listing));
  // Where every request is signed, the clock may be known only now.
  if (const auto offset = pass.session->authorizer().clock_offset()) {
    finding.skew_seconds = std::chrono::duration<double>(*offset).count() + cut_off;
  }
  if (listed) {
    finding.images = listed->images;
  } else {
    finding.error = std::move(listed).error();
    if (finding.error->where.empty()) finding.error->where = finding.cloud;
  }
  co_return finding;
}

std::string as_text(const Finding& f, const Paint& paint) {
  if (f.error) {
    return fmt::format("{} ({}): {} {}\n", paint.bold(printable(f.cloud)), f.provider, paint.red("failed:"),
                       describe(*f.error));
  }
  std::string out = fmt::format("{} ({}): {}\n", paint.bold(printable(f.cloud)), f.provider, paint.green("ok"));
  out += fmt::format("  credentials  {}\n", printable(f.credentials));
  if (!f.user.empty()) out += fmt::format("  user         {}\n", printable(f.user));
  const bool named = !f.project_id.empty() && f.project_id != f.project;
  out += fmt::format("  {:<12} {}{}\n", f.provider == "triton" ? "account" : "project", printable(f.project),
                     named ? fmt::format(" ({})", printable(f.project_id)) : "");
  out += fmt::format("  endpoint     {}\n", printable(f.endpoint));
  if (f.skew_seconds && std::abs(*f.skew_seconds) >= measurable) {
    const std::string skew = fmt::format("{:+.0f} s against the cloud", -*f.skew_seconds);
    const bool far = std::abs(*f.skew_seconds) > std::chrono::duration<double>(skew_worth_a_word).count();
    out += fmt::format("  our clock    {}\n", far ? paint.yellow(skew + ": check NTP") : skew);
  }
  out += fmt::format("  reading      allowed, {} own images (writing is not tried here)\n", f.images);
  out += fmt::format("  limits       {:g}/s, reads {:g}/s, writes {:g}/s, burst {:g}, {} at a time\n",
                     f.limits.requests, f.limits.reads, f.limits.writes, f.limits.burst, f.limits.concurrency);
  return out;
}

Json as_json(const Finding& f) {
  Json document = {{"cloud", f.cloud}, {"provider", f.provider}, {"ok", !f.error}};
  if (f.error) {
    document["error"] = {
        {"code", to_string(f.error->code)}, {"message", describe(*f.error)}, {"request_id", f.error->request_id}};
    return document;
  }
  document["user"] = f.user;
  document["project"] = f.project;
  document["project_id"] = f.project_id;
  document["endpoint"] = f.endpoint;
  document["credentials"] = f.credentials;
  if (f.skew_seconds) document["clock_skew_seconds"] = *f.skew_seconds;
  document["images"] = f.images;
  document["limits"] = {{"requests", f.limits.requests},
                        {"reads", f.limits.reads},
                        {"writes", f.limits.writes},
                        {"burst", f.limits.burst},
                        {"concurrency", f.limits.concurrency}};
  return document;
}

}  // namespace

task<int> check(Context context, CheckOptions options) {
  const auto settings = co_await load_settings(context);
  if (!settings) co_return reconcile::exit_invalid;
  const auto clouds = select_clouds(*settings, options.clouds);
  if (!clouds) co_return complain(context, clouds.error());
  reconcile::DesiredState nothing;
  for (const config::Cloud* cloud : *clouds) nothing.tables.emplace(cloud->name, reconcile::table_for(*cloud));
  reconcile::Passes passes(*clouds, std::move(nothing), context.world);
  co_await passes.open({.fresh_login = true});
  const Paint paint(context.console.out_style);
  Json document = {{"format_version", core::plan_format_version}, {"clouds", Json::array()}};
  std::vector<reconcile::CloudCode> codes;
  for (reconcile::CloudPass& pass : passes.clouds()) {
    const Finding finding = co_await look_at(pass, context.world);
    codes.push_back({finding.error ? reconcile::exit_code_of(*finding.error) : reconcile::exit_ok, false});
    document["clouds"].push_back(as_json(finding));
    if (options.output == Output::text) context.console.out << as_text(finding, paint) << std::flush;
  }
  if (options.output == Output::json) context.console.out << to_stdout(document) << std::flush;
  co_return reconcile::combine(codes);
}

}  // namespace retouch::cli
