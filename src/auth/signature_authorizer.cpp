#include "retouch/auth/signature_authorizer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "clock_correction.hpp"
#include "refusal_memory.hpp"
#include "retouch/auth/http_signature.hpp"
#include "retouch/auth/keystone.hpp"
#include "retouch/base/json.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"
#include "retouch/http/answer.hpp"
#include "uuid.hpp"

namespace retouch::auth {
namespace {

constexpr std::array<std::string_view, 3> signed_parts{"(request-target)", "date", "host"};
constexpr std::string_view versions = "~9||~8";
constexpr Duration tolerated_skew = std::chrono::minutes(5);  // by the server

// As providers/triton_failures.cpp reads them.
constexpr std::array meanings{
    http::CodeMeaning{"InvalidHeader", Errc::credentials, Reaction::auth},
    http::CodeMeaning{"InvalidVersion", Errc::protocol, Reaction::permanent},
};

// 400 InvalidHeader "clock skew of 304.83s was greater than 300s" (protocols/triton.md 4.1); other complaints about the
// header are bugs, and no other clock mends them.
bool speaks_of_the_clock(const http::Response& answer) {
  if (answer.status != 400) return false;
  const auto complaint = http::read_complaint(answer);
  return complaint.code == "InvalidHeader" && to_lower(complaint.message).find("clock skew") != std::string::npos;
}

// Whoever answers so has verified the signature. Not 400, which comes before that, nor what proxies say.
bool proves_the_key(int status) {
  return status >= 200 && status < 500 && status != 400 && status != 401 && status != 420 && status != 429;
}

std::string seconds(Duration value) {
  return format_duration(std::chrono::floor<std::chrono::seconds>(magnitude(value)));
}

}  // namespace

SignatureAuthorizer::SignatureAuthorizer(Account account, AuthContext context, std::shared_ptr<const Signer> signer)
    : account_(std::move(account)),
      context_(std::move(context)),
      signer_(std::move(signer)),
      refusals_(std::make_unique<RefusalMemory>(account_, context_)) {
  if (!context_.credential) context_.credential = std::make_shared<Credential>();
}

SignatureAuthorizer::~SignatureAuthorizer() = default;

task<Result<void>> SignatureAuthorizer::ready() { return refusals_->ready(); }

bool SignatureAuthorizer::prepared() const { return refusals_->prepared(); }

task<Result<void>> SignatureAuthorizer::authorize(http::Request& request) {
  if (auto refusal = co_await refusals_->standing()) co_return fail(*std::move(refusal));
  struct Attempt {  // begins before the signer is waited for: in that time nobody else may begin
    explicit Attempt(Credential& c) : credential(c) { credential.began(); }
    ~Attempt() {
      if (!goes_on) credential.ended();
    }
    Credential& credential;
    bool goes_on = false;
  } attempt(*context_.credential);
  auto done = co_await sign(request);
  attempt.goes_on = done.has_value();
  co_return done;
}

task<Result<void>> SignatureAuthorizer::sign(http::Request& request) {
  RETOUCH_CO_TRY(const auto allowed, endpoint());
  if (request.url.origin != allowed.origin) {
    co_return fail(Errc::untrusted, fmt::format("a signature for {} is not sent to {}", to_string(allowed.origin),
                                                to_string(request.url.origin)));
  }
  add_roles(request.url, login().roles);
  // Servers of today read Accept-Version, those of the old documentation Api-Version (protocols/triton.md 2).
  request.headers.set("Accept-Version", std::string(versions));
  request.headers.set("Api-Version", std::string(versions));
  request.headers.set("X-Request-Id", context_.random.uuid());
  request.headers.set("Date", format_http_date(server_now()));
  request.headers.remove("Authorization");
  auto text = signing_string(request, signed_parts);
  RETOUCH_CO_TRY(const auto signature, co_await signed_text(std::move(text)));
  const auto key_id = signature_key_id(login().account, login().user, signature.fingerprint);
  request.headers.set("Authorization", signature_header(key_id, signature.algorithm, signed_parts, signature.bytes));
  co_return Result<void>{};
}

// A signature is good for the same method and target within the same second, which is what the text says.
task<Result<Signature>> SignatureAuthorizer::signed_text(std::string text) {
  const auto second = format_http_date(server_now());
  if (second != second_) made_.clear();
  second_ = second;
  if (const auto found = made_.find(text); found != made_.end()) co_return found->second;
  if (!signer_) {
    RETOUCH_CO_TRY(signer_, make_signer(login()));
  }
  auto work = [signer = signer_, text] { return signer->sign(text); };
  auto signature = co_await context_.blocking.run(std::move(work));
  if (signature && second == second_) made_.emplace(std::move(text), *signature);
  co_return signature;
}

bool SignatureAuthorizer::refuses(const http::Response& answer) const {
  return answer.status == 401 || speaks_of_the_clock(answer);
}

task<Result<bool>> SignatureAuthorizer::rejected(const http::Request& sent, const http::Response& answer) {
  if (speaks_of_the_clock(answer)) {
    auto corrected = correct_clock(sent, answer);
    if (!corrected) ++counters_.refused;
    co_return corrected;
  }
  if (answer.status != 401) co_return false;
  auto error = refused(sent, answer);
  ++counters_.refused;
  co_await refusals_->remember(error);
  co_return fail(std::move(error));
}

void SignatureAuthorizer::ended(const http::Request&, int status) {
  if (proves_the_key(status)) context_.credential->accepted(context_.clock.now());
  context_.credential->ended();
}

Result<bool> SignatureAuthorizer::correct_clock(const http::Request& sent, const http::Response& answer) {
  const auto date = parse_http_date(answer.headers.get("Date").value_or(""));
  const auto signed_at = parse_http_date(sent.headers.get("Date").value_or(""));
  const auto skew = date && signed_at ? *date - *signed_at : Duration{0};
  // Signed before another request's answer, or NTP, corrected the clock.
  if (date && magnitude(*date - server_now()) < tolerated_skew && magnitude(skew) > tolerated_skew) return true;
  const auto& origin = sent.url.origin;
  const bool believed = http::is_loopback(origin) || (origin.tls && account_.tls.verify);
  const bool lately = corrected_at_ && context_.clock.now() - *corrected_at_ < between_corrections;
  if (!lately && believed && date && magnitude(*date - context_.clock.wall()) <= correctable_skew) {
    believe(*date);
    return true;
  }
  auto error = refused(sent, answer);
  error.message +=
      date ? fmt::format("; this machine's clock and the cloud's are {} apart: set the clock (NTP)", seconds(skew))
           : std::string("; set this machine's clock (NTP)");
  if (!believed) error.message += ", for without verified TLS the cloud's is not believed";
  return fail(std::move(error));
}

// The offset was right when it was found; since then somebody may have set this machine's clock.
void SignatureAuthorizer::believe(Wall server) {
  corrected_at_ = context_.clock.now();
  const auto skew = server - context_.clock.wall();
  if (offset_ && magnitude(skew) < tolerated_skew) {
    offset_.reset();
    context_.log.info("this machine's clock has been set; signatures are no longer corrected");
    return;
  }
  offset_ = skew;
  context_.log.warning(fmt::format("this machine's clock is {} {} the cloud's; signatures are corrected, please set it",
                                   seconds(skew), skew > Duration{0} ? "behind" : "ahead of"));
}

Error SignatureAuthorizer::refused(const http::Request& sent, const http::Response& answer) const {
  const auto complaint = http::read_complaint(answer);
  Error error{.code = Errc::credentials,
              .reaction = Reaction::auth,
              .status = answer.status,
              .cloud_code = complaint.code,
              .request_id = complaint.request_id};
  if (error.request_id.empty()) error.request_id = std::string(sent.headers.get("X-Request-Id").value_or(""));
  const auto who = login().user.empty() ? fmt::format("account `{}`", login().account)
                                        : fmt::format("user `{}` of account `{}`", login().user, login().account);
  error.message = fmt::format("the signature of {} with key {} was refused", who, login().key_id);
  if (answer.status == 401) error.message += ": no such account or user, or the key is not registered for it";
  if (!complaint.message.empty()) error.message += fmt::format(" (it says: {})", printable(complaint.message, 300));
  return error;
}

task<Result<Session>> SignatureAuthorizer::session() {
  if (session_) co_return *session_;
  RETOUCH_CO_TRY(auto url, endpoint());
  Session session{.project_id = login().account_id,
                  .project_name = login().path_account(),
                  .user_name = login().user.empty() ? login().account : login().user,
                  .endpoint = url};
  if (session.project_id.empty() && is_uuid(session.project_name)) session.project_id = session.project_name;
  if (session.project_id.empty()) {
    RETOUCH_CO_TRY(session.project_id, co_await ask_account_id(url));
  }
  session_ = std::move(session);
  co_return *session_;
}

task<Result<std::string>> SignatureAuthorizer::ask_account_id(const http::Url& endpoint) {
  http::Request request{.url = http::append_path(endpoint, percent_encode(login().path_account())),
                        .cls = http::RequestClass::auth,
                        .timeout = context_.options.request_timeout,
                        .label = "look up the account"};
  request.headers.set("Accept", "application/json");
  RETOUCH_CO_TRY(const auto answer, co_await send_signed(request));
  if (const auto date = parse_http_date(answer.headers.get("Date").value_or(""))) {
    measured_ = *date - context_.clock.wall();
  }
  auto id = read_account(request, answer);
  if (!id) ++counters_.failed;
  co_return id;
}

// This transport adds no signature; once more when the clock was corrected.
task<Result<http::Response>> SignatureAuthorizer::send_signed(const http::Request& request) {
  for (bool again = false;; again = true) {
    auto sent = request;
    RETOUCH_CO_CHECK(co_await ready());
    RETOUCH_CO_CHECK(co_await authorize(sent));
    struct Ending {  // also when this is cancelled
      SignatureAuthorizer& self;
      const http::Request& sent;
      int status = 0;
      ~Ending() { self.ended(sent, status); }
    } ending{*this, sent};
    auto answer = co_await context_.transport->send(sent);
    http::keep_request_id(sent, answer);
    if (!answer) co_return answer;
    ending.status = answer->status;
    if (again || !refuses(*answer)) co_return answer;
    RETOUCH_CO_TRY(const bool renewed, co_await rejected(sent, *answer));
    if (!renewed) co_return answer;
  }
}

Result<std::string> SignatureAuthorizer::read_account(const http::Request& request,
                                                      const http::Response& answer) const {
  const auto& account = login().path_account();
  if (!answer.ok()) {
    auto error = http::to_error(request, answer, context_.clock.wall(), meanings);
    error.where.clear();  // becomes the cloud's name
    if (answer.status == 403) {
      error.message = fmt::format(
          "account `{}` may not be looked up with these credentials; write its UUID as `account_id` into `auth` "
          "(`triton "
          "account get` shows it as id). The server says: {}",
          account, error.message);
    } else if (answer.status == 404) {
      error.message = fmt::format("there is no account `{}` at {}: {}", account, account_.endpoint, error.message);
    }
    return fail(std::move(error));
  }
  const auto document = parse_json(answer.body, "the answer about the account");
  const auto id = document ? string_member(*document, "id") : std::nullopt;
  if (!id || !is_uuid(*id)) {
    return fail(Errc::protocol, fmt::format("{} answered without an id of account `{}`: is `url` a CloudAPI?",
                                            account_.endpoint, account));
  }
  return *id;
}

Result<http::Url> SignatureAuthorizer::endpoint() const {
  return trusted_url(account_.endpoint, "url", account_.insecure);
}

}  // namespace retouch::auth
