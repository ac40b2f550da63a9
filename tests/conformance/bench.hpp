// One cloud under test with everything a provider needs: real connections, a real login, and hands to make and delete
// images behind the provider's back.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "retouch/async/blocking.hpp"
#include "retouch/async/clock.hpp"
#include "retouch/auth/authorizer.hpp"
#include "retouch/base/json.hpp"
#include "retouch/base/random.hpp"
#include "retouch/http/decorators.hpp"
#include "retouch/providers/factory.hpp"
#include "retouch/sandbox/host.hpp"
#include "targets.hpp"
#include "test_key.hpp"

namespace retouch::conformance {

// Right above the connection: spoils requests after they were authorized.
class TamperingTransport final : public http::Transport {
 public:
  explicit TamperingTransport(http::TransportPtr inner) : inner_(std::move(inner)) {}
  task<Result<http::Response>> send(http::Request request, http::BodySink* sink = nullptr) override;
  std::function<void(http::Request&)> tamper;

 private:
  http::TransportPtr inner_;
};

class Bench {
 public:
  static constexpr int page_size = 3;

  explicit Bench(const Target& target) : target_(target) {}

  // Logs in, runs `body`, deletes the images that were made, and stops the simulated cloud. Three minutes at most.
  void run(const std::function<task<void>(Bench&)>& body);

  const std::string& family() const { return target_.family; }
  // A free text that every image of the family may have or lack.
  std::string text_field() const { return family() == "triton" ? "description" : "os_distro"; }
  sandbox::Cloud* simulated() const { return simulated_; }  // nullptr = a real one
  const std::string& project_id() const { return we_.session.project_id; }
  providers::Provider& provider() { return *provider_; }
  // The same account with a table that knows less: what the plan would have refused reaches the server.
  providers::ProviderPtr provider_with(const std::vector<core::AttributeCorrection>& corrections);
  TamperingTransport& connection() { return *connection_; }

  // An image of ours with these attributes beside its name; its id. An active one, where the family has such without
  // data.
  task<std::string> make_image(Json attributes = Json::object());
  // An image of another project that everybody can see. On a real cloud: only if it has a neighbour.
  task<std::string> make_foreign_image(std::string name);
  task<void> delete_image(std::string id);

  // What is live now; fails the test when there is no such image.
  task<core::Image> read(std::string id);
  // Prepares against `live` and performs every step; the first error ends it.
  task<Result<void>> apply(const core::Image& live, const std::vector<core::FieldChange>& fields);

 private:
  // One account's way to the cloud.
  struct Hands {
    std::shared_ptr<auth::AccountAuthorizer> authorizer;
    http::TransportPtr transport;
    auth::Session session;
    std::vector<std::string> made;  // images, to be deleted at the end
  };

  task<void> open();
  std::shared_ptr<auth::AccountAuthorizer> authorizer_of(auth::Account account);
  task<void> open_neighbour();
  task<std::string> create(Hands& hands, Json attributes);
  task<void> remove(Hands& hands, std::string id);
  task<void> whole(const std::function<task<void>(Bench&)>& body);
  providers::ProviderContext context() const;
  std::string save_image(Json attributes, const std::string& owner);
  task<std::string> make_triton_image(Json attributes, std::string owner);

  // CloudAPI makes no images without a machine: they come through the back door of whatever is simulated.
  task<Json> ask_control(std::string method, std::string path, std::string body = {});

  const Target& target_;
  test::TestKey key_{"ed25519"};  // of the simulated Triton's account
  asio::io_context io_{1};
  async::SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<async::Blocking> blocking_ = async::make_inline_blocking();
  sandbox::Host host_{clock_};
  sandbox::Cloud* simulated_ = nullptr;
  http::TransportPtr wire_;
  std::shared_ptr<http::Traffic> traffic_;
  std::shared_ptr<TamperingTransport> connection_;
  Hands we_;                        // its transport as in production: retry -> limit -> authorize -> connection
  std::optional<Hands> neighbour_;  // logs in when it is needed
  providers::ProviderPtr provider_;
  int count_ = 0;
};

// {.name = …, .after = …}
inline core::FieldChange want(std::string name, core::Value value) {
  return {.name = std::move(name), .after = std::move(value)};
}

// An error that a person can read: one line, no HTML, with the status.
void expect_readable(const Error& error);

class Conformance : public testing::TestWithParam<Target> {
 protected:
  void run(const std::function<task<void>(Bench&)>& body) { Bench(GetParam()).run(body); }
  bool is_ims() const { return GetParam().family == "ims"; }
  bool is_glance() const { return GetParam().family == "glance"; }
  bool is_triton() const { return GetParam().family == "triton"; }
  bool has_neighbour() const { return !GetParam().account || GetParam().neighbour || !GetParam().control.empty(); }
};

}  // namespace retouch::conformance
