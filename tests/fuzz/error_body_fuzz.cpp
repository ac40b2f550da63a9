// Refusals of all three families, in whatever shape: http/answer and providers/failures.
#include "fuzz.hpp"
#include "providers/failures.hpp"
#include "retouch/http/answer.hpp"

using namespace retouch;

namespace {

using Failure = Error (*)(const http::Request&, const http::Response&, Wall, std::span<const std::string>);

const std::vector<std::string> fields{"name", "min_ram", "tags", "visibility", "__description", "hw_firmware_type"};

void check(const Error& error, const http::Request& request, const http::Response& answer) {
  fuzz::require(!error.message.empty(), "an error says something");
  fuzz::require_showable(describe(error), "an error");
  fuzz::require(error.status == answer.status, "an error keeps its status");
  fuzz::require(error.field.empty() || std::ranges::find(fields, error.field) != fields.end(),
                "it blames a field that was sent", error.field);
  if (error.retry_after)
    fuzz::require(*error.retry_after >= Duration{} && *error.retry_after <= std::chrono::hours(24),
                  "it waits a day at most");
  // A write whose answer leaves open what happened must be looked at before it is repeated. Not begun: 503, throttled.
  const bool begun = answer.status >= 500 && answer.status != 503;
  if (!request.repeatable && begun && error.cloud_code.empty()) {
    fuzz::require(error.reaction == Reaction::uncertain, "a write is not repeated blindly", error.message);
  }
  if (answer.status == 429 || answer.status == 420)
    fuzz::require(error.reaction == Reaction::throttled, "429 throttles", error.message);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  constexpr Failure failures[] = {providers::glance_failure, providers::ims_failure, providers::triton_failure};
  constexpr int statuses[] = {300, 400, 401, 403, 404, 409, 413, 420, 422, 429, 500, 502, 503, 504};
  const auto failure = failures[input.byte() % std::size(failures)];
  http::Response answer{.status = statuses[input.byte() % std::size(statuses)]};
  static const auto url = http::parse_url("https://ims.example/v2/images/1").value();
  const bool write = input.byte() % 2 == 1;
  http::Request request{.method = write ? "PATCH" : "GET", .url = url, .repeatable = !write};
  if (write) request.cls = http::RequestClass::write;
  for (const auto* name : {"Content-Type", "Retry-After", "X-Openstack-Request-Id", "Location"}) {
    const auto value = input.part();
    if (!value.empty()) answer.headers.add(name, std::string(value));
  }
  answer.body = std::string(input.rest());
  check(failure(request, answer, Wall{} + std::chrono::hours(480'000), fields), request, answer);
  http::read_complaint(answer);
  return 0;
}
