#include "bench.hpp"

#include <boost/asio/co_spawn.hpp>
#include <chrono>

#include "retouch/http/client.hpp"
#include "retouch/providers/tables.hpp"
#include "retouch/sandbox/seed.hpp"
#include "triton_bench.hpp"

namespace retouch::conformance {
namespace {

constexpr auto deadline = std::chrono::seconds(180);

sandbox::CloudSeed simulated_seed(const std::string& family) {
  Diagnostics diagnostics;
  auto seeds = sandbox::load_seed(
      "clouds:\n"
      "  - name: simulated\n"
      "    type: " +
          family +
          "\n"
          "    projects: [{name: images}, {name: other}]\n"
          "    users:\n"
          "      - {name: retouch, password: secret, projects: [images], default_project: images}\n"
          "      - {name: neighbour, password: secret, projects: [other], default_project: other}\n",
      "seed.yaml", diagnostics);
  for (const auto& diagnostic : diagnostics.items()) ADD_FAILURE() << to_string(diagnostic);
  return std::move(seeds.at(0));
}

auth::Account simulated_account(const sandbox::Cloud& cloud, std::size_t number) {
  const auto& seed = cloud.seed();
  const auto& user = seed.directory.users.at(number);
  return {.login = auth::PasswordLogin{.user_id = user.id, .password = Secret(user.password)},
          .auth_url = cloud.identity_url() + "/v3",
          .project_id = user.project_ids.at(0)};
}

}  // namespace

task<Result<http::Response>> TamperingTransport::send(http::Request request, http::BodySink* sink) {
  if (tamper) tamper(request);
  co_return co_await inner_->send(std::move(request), sink);
}

void Bench::run(const std::function<task<void>(Bench&)>& body) {
  bool finished = false;
  std::exception_ptr failure;
  asio::co_spawn(
      io_, [&] { return whole(body); },
      [&](std::exception_ptr error) {
        finished = true;
        failure = error;
        provider_.reset();
        neighbour_.reset();
        we_ = {};
        connection_.reset();
        wire_.reset();
        io_.stop();  // idle connections of the pool would keep it running
      });
  io_.run_for(deadline);
  if (failure) std::rethrow_exception(failure);
  EXPECT_TRUE(finished) << "not ended after three minutes";
}

task<void> Bench::whole(const std::function<task<void>(Bench&)>& body) {
  std::exception_ptr failure;
  try {
    co_await open();
    co_await body(*this);
  } catch (...) {
    failure = std::current_exception();
  }
  if (connection_) connection_->tamper = {};
  for (const auto& id : we_.made) co_await delete_image(id);
  if (neighbour_) {
    for (const auto& id : neighbour_->made) co_await remove(*neighbour_, id);
  }
  co_await host_.close();
  if (failure) std::rethrow_exception(failure);
}

task<void> Bench::open() {
  auto account = target_.account;
  if (!account) {
    const bool triton = target_.family == "triton";
    auto added = host_.add(io_.get_executor(), triton ? triton_seed(key_) : simulated_seed(target_.family));
    simulated_ = need(std::move(added), "starting the simulated cloud");
    account = triton ? triton_account(*simulated_, key_) : simulated_account(*simulated_, 0);
  }
  auto made = http::make_transport(io_.get_executor(), {}, clock_, {});
  wire_ = need(std::move(made), "making the transport");
  we_.authorizer = authorizer_of(*std::move(account));
  const core::RateLimits limits{.requests = 500, .reads = 500, .writes = 500, .burst = 50};
  traffic_ = std::make_shared<http::Traffic>(limits, clock_, random_);
  connection_ = std::make_shared<TamperingTransport>(wire_);
  we_.transport = std::make_shared<http::AuthorizingTransport>(connection_, we_.authorizer);
  we_.transport = std::make_shared<http::LimitingTransport>(we_.transport, traffic_, we_.authorizer);
  we_.transport = std::make_shared<http::RetryingTransport>(we_.transport, traffic_, clock_, Log{});
  auto session = co_await we_.authorizer->session();
  we_.session = need(std::move(session), "logging in");
  provider_ = providers::make_provider(target_.family, context());
}

std::shared_ptr<auth::AccountAuthorizer> Bench::authorizer_of(auth::Account account) {
  return auth::make_authorizer(
      std::move(account),
      {.transport = wire_, .store = nullptr, .clock = clock_, .random = random_, .blocking = *blocking_});
}

task<void> Bench::open_neighbour() {
  if (neighbour_) co_return;
  if (!simulated_ && !target_.neighbour) throw std::runtime_error("this cloud has no neighbour (targets.hpp)");
  Hands hands;
  hands.authorizer = authorizer_of(simulated_ ? simulated_account(*simulated_, 1) : *target_.neighbour);
  hands.transport = std::make_shared<http::AuthorizingTransport>(wire_, hands.authorizer);
  auto session = co_await hands.authorizer->session();
  hands.session = need(std::move(session), "logging in as the neighbour");
  neighbour_ = std::move(hands);
}

providers::ProviderContext Bench::context() const {
  return {.transport = we_.transport,
          .endpoint = we_.session.endpoint,
          .project_id = we_.session.project_id,
          .account = we_.session.project_name,
          .table = *providers::table_of(target_.family),
          .page_size = page_size,
          .clock = &clock_};
}

providers::ProviderPtr Bench::provider_with(const std::vector<core::AttributeCorrection>& corrections) {
  auto corrected = context();
  for (const auto& correction : corrections) corrected.table.correct(correction);
  return providers::make_provider(target_.family, std::move(corrected));
}

task<std::string> Bench::make_image(Json attributes) {
  if (!attributes.contains("name")) attributes["name"] = "conformance-" + std::to_string(++count_);
  if (target_.family == "ims") co_return save_image(std::move(attributes), we_.session.project_id);
  if (target_.family == "triton") co_return co_await make_triton_image(std::move(attributes), "");
  co_return co_await create(we_, std::move(attributes));
}

// Glance makes images without data: they are `queued`, and take updates like any other.
task<std::string> Bench::create(Hands& hands, Json attributes) {
  http::Request request{.method = "POST",
                        .url = http::append_path(hands.session.endpoint, "v2/images"),
                        .body = attributes.dump(),
                        .cls = http::RequestClass::write,
                        .repeatable = false};
  request.headers.set("Content-Type", "application/json");
  auto sent = co_await hands.transport->send(std::move(request));
  const auto answer = need(std::move(sent), "making an image");
  if (answer.status != 201) throw std::runtime_error("making an image: " + answer.body);
  hands.made.push_back(Json::parse(answer.body).at("id"));
  co_return hands.made.back();
}

std::string Bench::save_image(Json attributes, const std::string& owner) {
  const auto id = sandbox::stable_uuid("conformance " + std::to_string(++count_));
  Json image{{"id", id},
             {"owner", owner},
             {"status", "active"},
             {"visibility", "private"},
             {"min_ram", 0},
             {"min_disk", 40},
             {"protected", false},
             {"tags", Json::array()},
             {"__imagetype", "private"},
             {"__isregistered", "true"},
             {"created_at", "2026-01-01T00:00:00Z"},
             {"updated_at", "2026-01-01T00:00:00Z"}};
  image.update(attributes);
  simulated_->images().save({.id = id, .attributes = std::move(image)});
  return id;
}

task<std::string> Bench::make_foreign_image(std::string name) {
  Json attributes{{"name", std::move(name)}};
  if (target_.family == "triton") {
    attributes["public"] = true;
    co_return co_await make_triton_image(std::move(attributes), "admin");
  }
  if (target_.family == "ims") {  // nobody but the vendor publishes there
    attributes.update({{"visibility", "public"}, {"__imagetype", "gold"}, {"protected", true}});
    co_return save_image(std::move(attributes), simulated_->seed().directory.projects.at(1).id);
  }
  attributes["visibility"] = "community";
  co_await open_neighbour();
  co_return co_await create(*neighbour_, std::move(attributes));
}

task<void> Bench::delete_image(std::string id) {
  if (target_.family == "triton" && !simulated_) {
    (void)co_await ask_control("DELETE", "/images/" + id);
    co_return;
  }
  if (target_.family != "glance") {
    simulated_->images().erase(id);
    co_return;
  }
  co_await remove(we_, std::move(id));
}

task<void> Bench::remove(Hands& hands, std::string id) {
  http::Request request{.method = "DELETE",
                        .url = http::append_path(hands.session.endpoint, "v2/images/" + id),
                        .cls = http::RequestClass::write};
  (void)co_await hands.transport->send(std::move(request));
}

task<core::Image> Bench::read(std::string id) {
  auto got = co_await provider_->read(id);
  auto image = need(std::move(got), "reading an image");
  if (!image) throw std::runtime_error("image " + id + " is gone");
  co_return *std::move(image);
}

task<Result<void>> Bench::apply(const core::Image& live, const std::vector<core::FieldChange>& fields) {
  for (auto& step : provider_->prepare(live, fields)) {
    RETOUCH_CO_CHECK(co_await provider_->perform(std::move(step)));
  }
  co_return Result<void>{};
}

void expect_readable(const Error& error) {
  const auto line = describe(error);
  EXPECT_FALSE(error.message.empty());
  EXPECT_EQ(error.message.find_first_of("<>\n"), std::string::npos) << error.message;
  EXPECT_EQ(line.find('\n'), std::string::npos) << line;
  EXPECT_NE(line.find(std::to_string(error.status)), std::string::npos) << line;
  EXPECT_FALSE(error.where.empty()) << line;
}

// All tests of all files.
INSTANTIATE_TEST_SUITE_P(Clouds, Conformance, testing::ValuesIn(targets()),
                         [](const auto& info) { return info.param.name; });

}  // namespace retouch::conformance
