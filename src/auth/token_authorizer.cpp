#include "retouch/auth/token_authorizer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace retouch::auth {
namespace {

// Ends an attempt that was cancelled, and wakes those who wait for it in any case.
struct Attempt {
  core::TokenFreshness& freshness;
  async::Condition& changed;
  explicit Attempt(core::TokenFreshness& f, async::Condition& c) : freshness(f), changed(c) { freshness.started(); }
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;
  ~Attempt() {
    if (freshness.renewing()) freshness.abandoned();
    changed.notify_all();
  }
};

}  // namespace

task<Result<void>> TokenAuthorizer::ready() { return ensure_token(Ahead::renew); }

bool TokenAuthorizer::prepared() const {
  using Next = core::TokenFreshness::Next;
  const auto next = freshness_.next(context_.clock.now());
  return next == Next::use || next == Next::use_ahead;
}

task<Result<void>> TokenAuthorizer::authorize(http::Request& request) {
  RETOUCH_CO_CHECK(co_await ensure_token(Ahead::leave));
  if (request.url.origin != session_->endpoint.origin) {
    co_return fail(Errc::untrusted, fmt::format("the token of {} is not sent to {}",
                                                to_string(session_->endpoint.origin), to_string(request.url.origin)));
  }
  request.headers.set("X-Auth-Token", token_.reveal());
  co_return Result<void>{};
}

task<Result<bool>> TokenAuthorizer::rejected(const http::Request& sent, const http::Response& answer) {
  const auto header = sent.headers.get("X-Auth-Token");
  const bool current = header && token_.equals(Secret(std::string(*header)));
  const auto now = context_.clock.now();
  if (freshness_.rejected(now, current) == core::TokenFreshness::Rejection::resend) co_return true;
  Error error{.code = Errc::http_status, .reaction = Reaction::transient, .status = answer.status};
  error.message =
      "the image service refuses a token that is only seconds old; as a rule its identity service is down. "
      "The account pauses";
  error.retry_after = freshness_.pause_end() - now;
  context_.log.warning(error.message, {{"code", answer.status}});
  last_error_ = error;
  co_return fail(std::move(error));
}

task<Result<Session>> TokenAuthorizer::session() {
  RETOUCH_CO_CHECK(co_await ensure_token(Ahead::renew));
  co_return *session_;
}

// Ends with a token that may be sent, or says why there is none.
task<Result<void>> TokenAuthorizer::ensure_token(Ahead ahead) {
  using Next = core::TokenFreshness::Next;
  bool renewed = false;
  for (;;) {
    const auto next = freshness_.next(context_.clock.now());
    if (next == Next::use) co_return Result<void>{};
    if (next == Next::pause) co_return fail(pause_error());
    if (next == Next::wait) {
      co_await changed_.wait();
      continue;
    }
    const auto refusal = standing_refusal();
    if (next == Next::use_ahead) {  // whatever comes of it, the old token is good
      if (!refusal && ahead == Ahead::renew) co_await renew();
      co_return Result<void>{};
    }
    if (refusal) co_return fail(*refusal);
    if (renewed) {
      co_return fail(Errc::protocol, "the token endpoint issues tokens that are over before they can be used",
                     Reaction::transient);
    }
    RETOUCH_CO_CHECK(co_await renew());
    renewed = true;
  }
}

task<Result<void>> TokenAuthorizer::renew() {
  const Attempt attempt(freshness_, changed_);
  auto outcome = co_await obtain();
  Result<void> result;
  if (outcome) {
    result = adopt(*std::move(outcome));
  } else {
    result = fail(std::move(outcome).error());
  }
  if (!result) note_failure(result.error());
  co_return result;
}

task<Result<TokenAuthorizer::Obtained>> TokenAuthorizer::obtain() {
  const auto lock = co_await wait_for_lock();
  // Another process may have logged in while we waited, or hours ago.
  if (auto stored = co_await take_stored()) co_return *std::move(stored);
  if (auto refusal = co_await remembered_refusal()) co_return fail(*std::move(refusal));
  co_return co_await try_credential();
}

// Alone until the server has accepted the credential once: clouds of one user wait for the first of them.
task<Result<TokenAuthorizer::Obtained>> TokenAuthorizer::try_credential() {
  auto& credential = *context_.credential;
  bool waited = false;
  for (; credential.busy(context_.clock.now()); waited = true) co_await credential.changed();
  if (auto refusal = credential.refusal(context_.clock.now(), asked_at_)) {
    refusal->message += "; that was for another cloud with these credentials, so it is not tried again for this one";
    co_return fail(*std::move(refusal));
  }
  if (waited && credential.failure()) co_return fail(*credential.failure());
  if (waited) {  // for a cloud of the same account, as a rule: its token is ours
    if (auto stored = co_await take_stored()) co_return *std::move(stored);
  }
  const CredentialAttempt attempt(credential);
  auto outcome = co_await log_in();
  const auto reach = judge(outcome);
  co_await remember(outcome, reach);
  co_return outcome;
}

// A 401 does not say whether by the secret or by the project; a secret that was accepted is none the worse for it.
Reach TokenAuthorizer::judge(const Result<Obtained>& outcome) {
  auto& credential = *context_.credential;
  if (outcome) {
    credential.accepted(context_.clock.now());
    return Reach::credential;
  }
  const auto& error = outcome.error();
  if (error.reaction == Reaction::transient || error.reaction == Reaction::throttled) credential.failed(error);
  if (error.reaction != Reaction::auth) return Reach::credential;
  if (credential.was_accepted()) {
    credential.doubted();
    return Reach::project;
  }
  credential.refused(error, context_.clock.now());
  return Reach::credential;
}

task<Result<TokenAuthorizer::Obtained>> TokenAuthorizer::log_in() {
  RETOUCH_CO_CHECK(trusted_url(account_.auth_url, "auth_url", account_.insecure));
  RETOUCH_CO_TRY(auto request, token_request(account_));
  request.timeout = context_.options.request_timeout;
  auto answer = co_await context_.transport->send(std::move(request));
  if (!answer) {
    auto error = std::move(answer).error();
    // A lost answer leaves nothing behind but a token that nobody uses.
    if (error.reaction == Reaction::uncertain) error.reaction = Reaction::transient;
    co_return fail(std::move(error));
  }
  if (!answer->ok()) co_return fail(token_refusal(*answer, account_, context_.clock.wall()));
  RETOUCH_CO_TRY(auto token, parse_token_answer(*answer));
  if (token.has_date) clock_offset_ = token.date - context_.clock.wall();
  ++counters_.logins;
  // A token's life is counted from before the attempt that brought it: too early by the way to the server, never too
  // late, and not from before attempts that were told to wait.
  co_return Obtained{.answer = std::move(token), .issued = context_.clock.now() - answer->elapsed};
}

task<std::unique_ptr<os::Files::Lock>> TokenAuthorizer::wait_for_lock() {
  if (!context_.store) co_return nullptr;
  const auto give_up = context_.clock.now() + context_.options.lock_wait;
  const auto patient = [&] { return context_.clock.now() < give_up || context_.credential->being_tried(); };
  for (;;) {
    auto lock = co_await context_.blocking.run(
        [store = context_.store, account = account_] { return store->try_lock(account); });
    if (!lock) {  // a read-only or untrusted directory: log in without; saving will say what is wrong
      context_.log.debug("no lock for the token cache: " + lock.error().message);
      co_return nullptr;
    }
    if (*lock || !patient()) co_return *std::move(lock);
    co_await context_.clock.sleep_for(std::chrono::milliseconds(100));
  }
}

task<std::optional<TokenAuthorizer::Obtained>> TokenAuthorizer::take_stored() {
  if (!context_.store || !context_.options.use_cache) co_return std::nullopt;
  struct Found {
    std::optional<StoredToken> token;
    std::string why;
  };
  auto found =
      co_await context_.blocking.run([store = context_.store, account = account_, wall = context_.clock.wall()] {
        Found result;
        result.token = store->load(account, wall, &result.why);
        return result;
      });
  if (!found.why.empty()) context_.log.warning("the token cache is not used: " + found.why);
  if (!found.token || found.token->answer.token.equals(token_)) co_return std::nullopt;
  const auto life = found.token->answer.expires_at - found.token->answer.date;
  const auto left = life - found.token->age;
  if (left <= std::min(core::token_floor, life / 10)) co_return std::nullopt;
  // While the current token is good, only a younger one is worth taking.
  const auto ours = freshness_.left(context_.clock.now());
  if (ours && left <= *ours) co_return std::nullopt;
  ++counters_.from_cache;
  co_return Obtained{.answer = std::move(found.token->answer), .issued = context_.clock.now() - found.token->age};
}

task<std::optional<Error>> TokenAuthorizer::remembered_refusal() {
  // Whoever runs a verb by hand may have mended things on the server; one try, then refusal_ stands in this process.
  if (!context_.store || context_.options.by_hand) co_return std::nullopt;
  co_return co_await context_.blocking.run([store = context_.store, account = account_, wall = context_.clock.wall()] {
    return store->remembered_refusal(account, wall);
  });
}

task<void> TokenAuthorizer::remember(const Result<Obtained>& outcome, Reach reach) {
  if (!context_.store) co_return;
  const auto wall = context_.clock.wall();
  Result<void> stored;
  if (outcome) {
    const auto obtained = wall - (context_.clock.now() - outcome->issued);
    auto save = [store = context_.store, account = account_, answer = outcome->answer, obtained, wall] {
      store->forget_refusal(account, wall);
      return store->save(account, answer, obtained);
    };
    stored = co_await context_.blocking.run(std::move(save));
  } else if (outcome.error().reaction == Reaction::auth) {
    auto save = [store = context_.store, account = account_, error = outcome.error(), wall, reach] {
      return store->remember_refusal(account, error, wall, reach);
    };
    stored = co_await context_.blocking.run(std::move(save));
  }
  if (!stored) context_.log.warning("the next process has to log in again: " + stored.error().message);
}

Result<void> TokenAuthorizer::adopt(Obtained obtained) {
  auto& answer = obtained.answer;
  const auto life = answer.expires_at - answer.date;
  if (life <= Duration{0}) {
    return fail(Errc::protocol, "the token endpoint issued a token that had already expired", Reaction::transient);
  }
  const EndpointRules rules{.interface = account_.interface,
                            .region = account_.region,
                            .override = account_.endpoint,
                            .auth_url = account_.auth_url,
                            .insecure = account_.insecure};
  RETOUCH_TRY(auto endpoint, image_endpoint(answer.image_endpoints, rules));
  session_ = Session{.project_id = answer.project_id,
                     .project_name = answer.project_name,
                     .user_name = answer.user_name,
                     .endpoint = std::move(endpoint)};
  token_ = std::move(answer.token);
  freshness_.obtained(obtained.issued, life, context_.random.unit());
  refusal_.reset();
  last_error_.reset();
  return {};
}

void TokenAuthorizer::note_failure(const Error& error) {
  const auto now = context_.clock.now();
  if (error.reaction == Reaction::auth) {
    refusal_ = error;
    refused_at_ = now;
    ++counters_.refused;
  } else {
    ++counters_.failed;
  }
  last_error_ = error;
  freshness_.failed(now, error.retry_after);
}

std::optional<Error> TokenAuthorizer::standing_refusal() const {
  if (!refusal_ || context_.clock.now() - refused_at_ >= refusal_memory) return std::nullopt;
  return refusal_;
}

Error TokenAuthorizer::pause_error() const {
  if (auto refusal = standing_refusal()) return *refusal;
  Error error = last_error_.value_or(Error{.code = Errc::internal, .reaction = Reaction::transient});
  if (error.reaction == Reaction::transient || error.reaction == Reaction::throttled) {
    error.retry_after = freshness_.pause_end() - context_.clock.now();
  }
  return error;
}

}  // namespace retouch::auth
