// Checking AK/SK signatures (SDK-HMAC-SHA256) as the API gateway does, both variants. An own implementation: it shares
// nothing with the code that signs.
#pragma once

#include <expected>
#include <map>
#include <string>

#include "retouch/base/time.hpp"
#include "retouch/sandbox/answer.hpp"
#include "retouch/sandbox/model.hpp"

namespace retouch::sandbox {

struct GatewayFailure {
  int status;
  std::string code, message;
};

class SignatureCheck {
 public:
  // The key that signed the request. Variant A: `Access=AK`, key = the secret itself. Variant B:
  // `Credential=AK/date/region/ service/sdk_request`, key derived. X-Sdk-Date may be off by 15 minutes. More than five
  // failures in a row lock the key for five minutes (protocols/openstack-ims.md 5.3).
  std::expected<const AccessKey*, GatewayFailure> check(const ServerRequest& request, const Directory& directory,
                                                        Wall now);

 private:
  struct Failures {
    int in_a_row = 0;
    Wall last{};
  };
  std::map<std::string, Failures> failures_;
};

}  // namespace retouch::sandbox
