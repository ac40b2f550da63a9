#include "retouch/reconcile/session.hpp"

#include "account_share.hpp"
#include "retouch/auth/resolve.hpp"
#include "retouch/http/decorators.hpp"
#include "retouch/os/paths.hpp"
#include "retouch/providers/factory.hpp"

namespace retouch::reconcile {

namespace {

http::TransportPtr surround(http::TransportPtr inner, const std::shared_ptr<http::Traffic>& traffic, World& world,
                            const Log& log, std::shared_ptr<http::Authorizer> authorizer = nullptr) {
  auto limited = std::make_shared<http::LimitingTransport>(std::move(inner), traffic, std::move(authorizer));
  auto following = std::make_shared<http::FollowingTransport>(std::move(limited));
  auto retried = std::make_shared<http::RetryingTransport>(std::move(following), traffic, world.clock, log);
  return std::make_shared<http::LoggingTransport>(std::move(retried), world.clock, log);
}

Result<http::ClientOptions> client_options(const config::Cloud& cloud, const auth::Account& account,
                                           const World& world) {
  const auto variable = [&](const char* upper, const char* lower) {
    return world.environment.get(upper).value_or(world.environment.get(lower).value_or(""));
  };
  http::ClientOptions options{.connect_timeout = cloud.connect_timeout, .user_agent = world.user_agent};
  options.tls = {.ca_file = account.tls.ca_file,
                 .system_ca_file = variable("SSL_CERT_FILE", "SSL_CERT_FILE"),
                 .client_certificate = account.tls.client_certificate,
                 .client_key = account.tls.client_key,
                 .verify = account.tls.verify};
  options.max_connections = std::max<std::size_t>(2, cloud.limits.concurrency);
  RETOUCH_TRY(options.proxy,
              http::parse_proxy_settings(variable("HTTPS_PROXY", "https_proxy"), variable("NO_PROXY", "no_proxy")));
  return options;
}

class OpenSession final : public Session {
 public:
  OpenSession(const config::Cloud& cloud, std::string origin, std::shared_ptr<auth::AccountAuthorizer> authorizer)
      : cloud_(cloud), origin_(std::move(origin)), authorizer_(std::move(authorizer)) {}

  Target target() override {
    return {.cloud = cloud_.name, .provider = provider_.get(), .limits = share_->limits, .policy = cloud_.policy};
  }
  const std::string& account_key() const override { return key_; }
  const std::shared_ptr<AccountShare>& share() const override { return share_; }
  CurrentRates rates(Mono now) const override {
    const http::Traffic& traffic = *share_->traffic;
    return {.reads = traffic.limiter->rate(core::RateClass::read, now),
            .writes = traffic.limiter->rate(core::RateClass::write, now),
            .waiting_reads = traffic.waiting(http::RequestClass::read),
            .waiting_writes = traffic.waiting(http::RequestClass::write)};
  }
  const auth::Session& identity() const override { return identity_; }
  const auth::AccountAuthorizer& authorizer() const override { return *authorizer_; }
  const std::string& credentials_origin() const override { return origin_; }

  // Logs in; from then on it is known which account this is, and whose limits count.
  task<Result<void>> connect(http::TransportPtr connection, core::AttributeTable table, Accounts& accounts,
                             World& world, bool read_only) {
    RETOUCH_CO_TRY(identity_, co_await authorizer_->session());
    key_ = http::to_string(identity_.endpoint.origin) + "/" + identity_.project_id;
    share_ = accounts.of(key_, cloud_, world);
    auto refused = [authorizer = authorizer_](const http::Response& answer) { return authorizer->refuses(answer); };
    auto authorized =
        std::make_shared<http::AuthorizingTransport>(std::move(connection), authorizer_, std::move(refused));
    const Log log = world.log.with({{"cloud", cloud_.name}});
    auto transport = surround(std::move(authorized), share_->traffic, world, log, authorizer_);
    if (read_only) transport = std::make_shared<http::ReadingTransport>(std::move(transport));
    providers::ProviderContext context{.transport = std::move(transport),
                                       .endpoint = identity_.endpoint,
                                       .project_id = identity_.project_id,
                                       .account = identity_.project_name,
                                       .table = std::move(table),
                                       .timeout = cloud_.request_timeout,
                                       .clock = &world.clock};
    provider_ = providers::make_provider(cloud_.provider, std::move(context));
    if (!provider_) co_return fail(Errc::invalid_input, "there is no provider \"" + cloud_.provider + "\"");
    co_return Result<void>{};
  }

 private:
  const config::Cloud& cloud_;
  std::string origin_;
  std::shared_ptr<auth::AccountAuthorizer> authorizer_;
  auth::Session identity_;
  std::string key_;
  std::shared_ptr<AccountShare> share_;
  providers::ProviderPtr provider_;
};

task<Result<auth::ResolvedAccount>> resolve(const config::Cloud& cloud, World& world) {
  auto work = [request = config::account_request(cloud), &world] {
    return auth::resolve_account(request, {.environment = world.environment,
                                           .files = world.files,
                                           .working_directory = !world.working_directory.empty()});
  };
  co_return co_await world.blocking.run(work);
}

std::shared_ptr<const auth::TokenStore> token_store(World& world) {
  const auto cache = os::cache_directory(world.environment, world.root);
  if (!cache) return nullptr;
  return std::make_shared<const auth::TokenStore>(os::join_path(*cache, "tokens"), world.files, world.random);
}

}  // namespace

task<Result<std::unique_ptr<Session>>> open_session(const config::Cloud& cloud, core::AttributeTable table,
                                                    Accounts& accounts, World& world, SessionOptions options) {
  RETOUCH_CO_TRY(auth::ResolvedAccount resolved, co_await resolve(cloud, world));
  for (const std::string& notice : resolved.notices) {
    if (world.notice) world.notice(cloud.name + ": " + notice);
  }
  RETOUCH_CO_TRY(http::ClientOptions connection_options, client_options(cloud, resolved.account, world));
  RETOUCH_CO_TRY(http::TransportPtr connection, world.make_transport(std::move(connection_options)));
  const Log log = world.log.with({{"cloud", cloud.name}});
  const std::string origin = resolved.account.origin;
  std::shared_ptr<auth::Credential> credential = accounts.credential_of(resolved.account);
  auto auth_traffic = std::make_shared<http::Traffic>(accounts.logins_of(*credential), world.clock, world.random,
                                                      world.observer ? world.observer(cloud.name) : nullptr);
  auth::AuthContext context{.transport = surround(connection, auth_traffic, world, log),
                            .store = token_store(world),
                            .clock = world.clock,
                            .random = world.random,
                            .blocking = world.blocking,
                            .log = log,
                            .options = {.use_cache = !options.fresh_login,
                                        .by_hand = options.by_hand,
                                        .request_timeout = cloud.request_timeout},
                            .credential = std::move(credential)};
  std::shared_ptr<auth::AccountAuthorizer> authorizer =
      auth::make_authorizer(std::move(resolved.account), std::move(context));
  auto session = std::make_unique<OpenSession>(cloud, origin, std::move(authorizer));
  RETOUCH_CO_CHECK(
      co_await session->connect(std::move(connection), std::move(table), accounts, world, options.read_only));
  co_return session;
}

}  // namespace retouch::reconcile
