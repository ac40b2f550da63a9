// What Keystone and IAM answer: tokens, refusals, and the catalogue that says where tokens go (auth/keystone).
#include "fuzz.hpp"
#include "retouch/auth/keystone.hpp"

using namespace retouch;

namespace {

const std::string password = "s3cret-of-the-fuzzer";

auth::Account account() {
  return {
      .login = auth::PasswordLogin{.username = "retouch", .user_domain_name = "Default", .password = Secret(password)},
      .auth_url = "https://keystone.example/v3",
      .project_name = "images"};
}

void check_endpoint(const std::vector<auth::CatalogEndpoint>& catalog, bool https) {
  const std::string auth_url = https ? "https://keystone.example/v3" : "http://127.0.0.1:5000/v3";
  const auto url = auth::image_endpoint(catalog, {.auth_url = auth_url});
  if (!url) {
    fuzz::require_showable(describe(url.error()), "an error");
    return;
  }
  const std::string written = to_string(*url);
  fuzz::require(url->origin.tls || !https, "no token that came over TLS leaves without", written);
  fuzz::require(!is_link_local(url->origin), "no token goes to a metadata service", written);
  fuzz::require(!https || !is_loopback(url->origin), "a cloud does not send tokens to this machine", written);
  fuzz::require(written.find('@') == std::string::npos || url->path.find('@') != std::string::npos,
                "nobody logs in by a URL", written);
  fuzz::require(url->query.empty() && (url->path == "/" || !url->path.ends_with('/')), "the API lies below it",
                written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  constexpr int statuses[] = {201, 300, 400, 401, 403, 404, 410, 429, 500, 503};
  http::Response answer{.status = statuses[input.byte() % std::size(statuses)]};
  const bool https = input.byte() % 2 == 0;
  for (const auto* name : {"X-Subject-Token", "Date", "Content-Type", "X-Openstack-Request-Id"}) {
    const auto value = input.part();
    if (!value.empty()) answer.headers.add(name, std::string(value));
  }
  answer.body = std::string(input.rest());
  const auto token = auth::parse_token_answer(answer);
  if (token) {
    fuzz::require(!token->token.empty() && !token->project_id.empty(), "a token is of a project");
    check_endpoint(token->image_endpoints, https);
  } else {
    fuzz::require_showable(describe(token.error()), "an error");
  }
  const Wall now = Wall{} + std::chrono::hours(480'000);
  const auto refusal = describe(auth::token_refusal(answer, account(), now));
  fuzz::require_showable(refusal, "a refusal");
  fuzz::require(refusal.find(password) == std::string::npos, "a refusal gives no password away", refusal);
  return 0;
}
