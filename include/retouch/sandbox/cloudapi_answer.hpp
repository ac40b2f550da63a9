// Answers in the forms of Triton's CloudAPI, and the API versions that decide what an image shows.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retouch/base/random.hpp"
#include "retouch/sandbox/answer.hpp"
#include "retouch/sandbox/throttle.hpp"

namespace retouch::sandbox {

// What is wrong with a request. Without a code the body is `{}`: what CloudAPI shows when the service behind it breaks.
struct CloudApiRefusal {
  int status = 500;
  std::string code{}, message{};
  std::optional<Json> errors{};  // ValidationFailed: [{"field","code","message"?}]
  bool early = false;            // refused by the parsers in front: the headers of 1.3 are not there yet
  bool crash = false;            // the real IMGAPI process dies of this request (protocols/triton.md 1.6)
};

ServerResponse cloudapi_error(const CloudApiRefusal& refusal);
// The code that goes with a status when nobody says which.
std::string_view cloudapi_code(int status);

// "You have exceeded your request rate of 10 r/s.": 429 without Retry-After unless the form says otherwise.
ServerResponse cloudapi_throttled(const ThrottleSettings& settings, Duration until_one_fits, Wall now);

// The headers of every answer (protocols/triton.md 1.3). An x-request-id of the client's is adopted, when it is a UUID.
void add_cloudapi_headers(ServerResponse& response, const ServerRequest& request, Duration elapsed, Random& random);

using ApiVersion = std::array<int, 3>;

// What Accept-Version asks for: alternatives, each from (including) to (excluding).
class VersionRange {
 public:
  // `~9||~8`, `8`, `~7.2`, `7.0.0`, `>=8 <9`, `*`; nullopt when it is no such thing.
  static std::optional<VersionRange> parse(std::string_view text);

  bool contains(ApiVersion version) const;
  // Whether fields that came with `version` are shown: the range itself is asked, not the version that was matched, so
  // that ~7 shows those of 7.1.0 and ~7.0 does not.
  bool shows(ApiVersion version) const;

 private:
  struct Span {
    ApiVersion from{}, to{};
  };
  static std::optional<Span> parse_comparator(std::string_view text);
  std::vector<Span> spans_;
};

inline constexpr std::array<ApiVersion, 6> api_versions = {
    {{9, 0, 0}, {8, 0, 0}, {7, 3, 0}, {7, 2, 0}, {7, 1, 0}, {7, 0, 0}}};
std::string to_string(ApiVersion version);

// The image as that range shows it; images are stored as 8.0.0 shows them.
Json shown_image(const Image& image, const VersionRange& range);

bool is_lower_uuid(std::string_view text);
// The unit of CloudAPI's limits.
std::size_t utf16_length(std::string_view utf8);

}  // namespace retouch::sandbox
