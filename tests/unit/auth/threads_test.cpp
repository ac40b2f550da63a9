// Keys are derived, tokens kept and requests signed on the pool's threads while the loop goes on: what ThreadSanitizer
// is to see.
#include <algorithm>
#include <atomic>
#include <latch>
#include <mutex>
#include <thread>

#include "accounts.hpp"
#include "fake_agent.hpp"
#include "fake_transport.hpp"
#include "retouch/async/join.hpp"
#include "retouch/auth/http_signature.hpp"
#include "retouch/auth/signature_authorizer.hpp"
#include "retouch/auth/token_authorizer.hpp"
#include "run.hpp"
#include "temporary_directory.hpp"

namespace retouch::auth {
namespace {

using namespace std::chrono_literals;

class AuthThreads : public testing::Test {
 protected:
  AuthContext context(bool stored = true) {
    return {.transport = test::share(wire),
            .store = stored ? store : nullptr,
            .clock = clock,
            .random = random,
            .blocking = *pool,
            .options = {.lock_wait = 1h}};
  }
  void issue() {
    wire.otherwise([this](const http::Request&) -> Result<http::Response> {
      return test::token_response("t" + std::to_string(++tokens), clock.wall(), 24h);
    });
  }
  // What else goes on until everything is done: on the loop's thread, with what the pool's threads use, too.
  task<void> draw() {
    while (pending > 0) {
      (void)random.unit();
      clock.advance(100us);
      co_await async::yield();
    }
  }
  static std::function<task<void>()> log_in(TokenAuthorizer& authorizer) {
    return [&authorizer]() -> task<void> {
      const auto ready = co_await authorizer.ready();
      EXPECT_TRUE(ready) << ready.error().message;
    };
  }
  void run(std::vector<std::function<task<void>()>> work) {
    pending = work.size();
    for (auto& one : work) {
      one = [this, body = std::move(one)]() -> task<void> {
        co_await body();
        --pending;
      };
    }
    work.emplace_back([this] { return draw(); });
    test::run([&]() -> task<void> { co_await async::join_all(work); }, &clock);
  }

  test::TemporaryDirectory directory;
  test::ManualClock clock{*parse_rfc3339("2026-11-21T12:00:00Z")};
  SystemRandom random;
  std::unique_ptr<os::Files> files = os::make_system_files();
  std::unique_ptr<async::Blocking> pool = async::make_thread_pool(2);
  std::shared_ptr<const TokenStore> store = std::make_shared<TokenStore>(directory / "tokens", *files, random);
  test::FakeTransport wire;
  int tokens = 0;
  std::size_t pending = 0;  // of what run() was given
};

TEST_F(AuthThreads, TokensOfSeveralProjectsAreKeptAtOnce) {
  issue();
  auto account = test::password_account();
  TokenAuthorizer one(account, context());
  account.project_name = "other";
  TokenAuthorizer other(account, context());
  run({log_in(one), log_in(other)});
  EXPECT_EQ(tokens, 2);
  TokenAuthorizer next(account, context());
  run({log_in(next)});
  EXPECT_EQ(next.counters().from_cache, 1);
  EXPECT_EQ(tokens, 2);
}

TEST_F(AuthThreads, OfTwoProcessesOneLogsInAndTheOtherTakesItsToken) {
  issue();
  TokenAuthorizer one(test::password_account(), context()), other(test::password_account(), context());
  run({log_in(one), log_in(other)});
  EXPECT_EQ(tokens, 1);
  EXPECT_EQ(one.counters().from_cache + other.counters().from_cache, 1);
}

TEST_F(AuthThreads, ARefusalIsKeptForTheNextProcess) {
  wire.expect("POST", "/v3/auth/tokens").answer(401);
  const auto is_refused = [](TokenAuthorizer& authorizer) {
    return [&authorizer]() -> task<void> {
      const auto ready = co_await authorizer.ready();
      EXPECT_EQ(ready.error().code, Errc::credentials);
    };
  };
  TokenAuthorizer one(test::password_account(), context());
  run({is_refused(one)});
  TokenAuthorizer next(test::password_account(), context());
  run({is_refused(next)});
}

// Its first two signatures begin at the same time, on two threads.
class Together final : public Signer {
 public:
  explicit Together(std::shared_ptr<const Signer> signer) : signer_(std::move(signer)) {}
  Result<Signature> sign(const std::string& text) const override {
    if (begun_++ < 2) both_.arrive_and_wait();
    return signer_->sign(text);
  }

 private:
  std::shared_ptr<const Signer> signer_;
  mutable std::atomic<int> begun_{0};
  mutable std::latch both_{2};
};

class SigningThreads : public AuthThreads {
 protected:
  // Many requests at once, each signed by itself.
  std::size_t signatures(std::shared_ptr<const Signer> signer, const test::TestKey& key) {
    const Account account{.login = HttpSignatureLogin{.account = "alice", .key_id = "x", .key = Secret("unused")},
                          .endpoint = "https://api.example"};
    auto shared = context(false);
    shared.credential = std::make_shared<Credential>();
    shared.credential->accepted(clock.now());
    SignatureAuthorizer authorizer(account, std::move(shared), std::make_shared<Together>(std::move(signer)));
    std::vector<std::function<task<void>()>> work;
    std::size_t good = 0;
    for (int i = 0; i < 20; ++i) {
      work.emplace_back([&authorizer, &key, &good, i]() -> task<void> {
        http::Request request{.url = http::parse_url("https://api.example/alice/images/" + std::to_string(i)).value()};
        const auto done = co_await authorizer.authorize(request);
        EXPECT_TRUE(done) << done.error().message;
        if (is_signed_by(key, request)) ++good;
      });
    }
    run(std::move(work));
    return good;
  }

 private:
  static bool is_signed_by(const test::TestKey& key, const http::Request& request) {
    constexpr std::string_view parts[] = {"(request-target)", "date", "host"};
    const std::string header(request.headers.get("Authorization").value_or(""));
    constexpr std::string_view before = "signature=\"";
    const auto begin = header.find(before) + before.size();
    const auto bytes = base64_decode(header.substr(begin, header.rfind('"') - begin)).value_or("");
    return test::verifies(key, "ed25519-sha512", signing_string(request, parts), bytes);
  }
};

TEST_F(SigningThreads, OneKeySignsOnSeveral) {
  const auto key = test::ed25519_key();
  EXPECT_EQ(signatures(make_key_signer(SshKey::read(Secret(test::openssh(key)), "key").value()), key), 20u);
}

TEST_F(SigningThreads, TheKeyOfTheAgentIsLookedUpOnceForAllOfThem) {
  test::FakeAgent agent;
  agent.keys = {test::ed25519_key()};
  std::mutex one_at_a_time;  // a real agent has a connection for each question
  auto ask = [&, channel = agent.channel()](const std::string& question) {
    // Time enough for the other thread to ask the same, if nothing keeps it from that.
    for (int i = 0; question == "\x0b" && i < 1000; ++i) std::this_thread::yield();
    const std::lock_guard lock(one_at_a_time);
    return channel(question);
  };
  const auto names = fingerprints(test::halves(agent.keys[0]).blob);
  EXPECT_EQ(signatures(make_agent_signer(parse_key_id(names.md5), ask), agent.keys[0]), 20u);
  EXPECT_EQ(std::ranges::count(agent.seen, "\x0b"), 1);
}

}  // namespace
}  // namespace retouch::auth
