#include "retouch/auth/aksk_authorizer.hpp"

#include <fmt/format.h>

#include "clock_correction.hpp"
#include "refusal_memory.hpp"
#include "retouch/auth/keystone.hpp"
#include "retouch/auth/signature_authorizer.hpp"
#include "retouch/auth/token_authorizer.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/http/answer.hpp"

namespace retouch::auth {
namespace {

constexpr Duration noticeable_skew = std::chrono::minutes(1);  // gateways accept up to 15 minutes

// When `sent` was signed: 20060102T150405Z.
std::optional<Wall> signing_time(const http::Request& sent) {
  const auto text = sent.headers.get("X-Sdk-Date").value_or("");
  if (text.size() != 16) return std::nullopt;
  return parse_rfc3339(fmt::format("{}-{}-{}T{}:{}:{}Z", text.substr(0, 4), text.substr(4, 2), text.substr(6, 2),
                                   text.substr(9, 2), text.substr(11, 2), text.substr(13, 2)));
}

// Whoever answers so has looked at the signature: gateways throttle and break down before they do.
bool proves_the_secret_key(int status) {
  return status >= 200 && status < 500 && status != 401 && status != 403 && status != 420 && status != 429;
}

Error refused(const http::Response& answer, const AkskLogin& login) {
  const auto problem = http::read_complaint(answer);
  Error error{
      .code = Errc::credentials, .reaction = Reaction::auth, .status = answer.status, .cloud_code = problem.code};
  error.request_id = problem.request_id;
  const bool locked = problem.message.find("reach the limit") != std::string::npos;
  error.message = fmt::format("the signature with access key `{}` was refused: {}", login.access_key,
                              locked ? "the key is locked for some minutes after too many refusals"
                                     : "wrong secret key, disabled key, or a project that it may not use");
  if (!problem.message.empty()) error.message += fmt::format(" (it says: {})", printable(problem.message, 300));
  return error;
}

}  // namespace

AkskAuthorizer::AkskAuthorizer(Account account, AuthContext context)
    : account_(std::move(account)),
      context_(std::move(context)),
      refusals_(std::make_unique<RefusalMemory>(account_, context_)) {
  if (!context_.credential) context_.credential = std::make_shared<Credential>();
}

AkskAuthorizer::~AkskAuthorizer() = default;

task<Result<void>> AkskAuthorizer::ready() { return refusals_->ready(); }

bool AkskAuthorizer::prepared() const { return refusals_->prepared(); }

task<Result<void>> AkskAuthorizer::authorize(http::Request& request) {
  if (auto refusal = co_await refusals_->standing()) co_return fail(*std::move(refusal));
  RETOUCH_CO_TRY(const auto allowed, endpoint());
  if (request.url.origin != allowed.origin) {
    co_return fail(Errc::untrusted, fmt::format("a signature for {} is not sent to {}", to_string(allowed.origin),
                                                to_string(request.url.origin)));
  }
  const auto& login = std::get<AkskLogin>(account_.login);
  sign(request, login, login.project_id.empty() ? account_.project_id : login.project_id, server_now());
  context_.credential->began();
  co_return Result<void>{};
}

task<Result<bool>> AkskAuthorizer::rejected(const http::Request& sent, const http::Response& answer) {
  const auto date = parse_http_date(answer.headers.get("Date").value_or(""));
  const auto signed_at = signing_time(sent);
  const auto skew = date && signed_at ? *date - *signed_at : Duration{0};
  auto error = refused(answer, std::get<AkskLogin>(account_.login));
  if (magnitude(skew) > noticeable_skew) {
    // Signed before another request's answer corrected the clock.
    if (offset_ && magnitude(*date - server_now()) <= noticeable_skew) co_return true;
    const auto& origin = sent.url.origin;
    const bool believed = http::is_loopback(origin) || (origin.tls && account_.tls.verify);
    // Not only once: the machine's clock may be set later, and the offset is wrong from then on.
    const bool lately = corrected_at_ && context_.clock.now() - *corrected_at_ < between_corrections;
    if (!lately && believed && magnitude(skew) <= correctable_skew) {
      corrected_at_ = context_.clock.now();
      offset_ = *date - context_.clock.wall();
      context_.log.warning(
          fmt::format("this machine's clock is {} {} the cloud's; signatures are corrected, please set it",
                      format_duration(std::chrono::floor<std::chrono::seconds>(magnitude(skew))),
                      skew > Duration{0} ? "behind" : "ahead of"));
      co_return true;
    }
    error.message =
        fmt::format("{}; this machine's clock and the cloud's are {} apart: set the clock (NTP)", error.message,
                    format_duration(std::chrono::floor<std::chrono::seconds>(magnitude(skew))));
  }
  ++counters_.refused;
  co_await refusals_->remember(error);
  co_return fail(std::move(error));
}

void AkskAuthorizer::ended(const http::Request&, int status) {
  if (proves_the_secret_key(status)) context_.credential->accepted(context_.clock.now());
  context_.credential->ended();
}

task<Result<Session>> AkskAuthorizer::session() {
  RETOUCH_CO_TRY(auto url, endpoint());
  const auto& login = std::get<AkskLogin>(account_.login);
  co_return Session{.project_id = login.project_id.empty() ? account_.project_id : login.project_id,
                    .project_name = account_.project_name,
                    .user_name = login.access_key,
                    .endpoint = std::move(url)};
}

Result<http::Url> AkskAuthorizer::endpoint() const {
  return image_endpoint({}, {.interface = account_.interface,
                             .region = account_.region,
                             .override = account_.endpoint,
                             .insecure = account_.insecure});
}

std::unique_ptr<AccountAuthorizer> make_authorizer(Account account, AuthContext context) {
  if (std::holds_alternative<AkskLogin>(account.login)) {
    return std::make_unique<AkskAuthorizer>(std::move(account), std::move(context));
  }
  if (std::holds_alternative<HttpSignatureLogin>(account.login)) {
    return std::make_unique<SignatureAuthorizer>(std::move(account), std::move(context));
  }
  return std::make_unique<TokenAuthorizer>(std::move(account), std::move(context));
}

}  // namespace retouch::auth
