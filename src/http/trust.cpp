#include "retouch/http/trust.hpp"

#include <fmt/format.h>

namespace retouch::http {

Result<void> check_endpoint(const Url& endpoint, const Trust& trust) {
  const auto& origin = endpoint.origin;
  auto refuse = [&](std::string_view why) {
    return fail(Errc::untrusted, fmt::format("{} is not used: {}", to_string(origin), why));
  };
  if (is_link_local(origin)) return refuse("it is a link-local or metadata address");
  bool loopback = is_loopback(origin);
  if (trust.learned_from) {
    if (loopback && !is_loopback(*trust.learned_from)) {
      return refuse(fmt::format("{} sent us to this machine's loopback", to_string(*trust.learned_from)));
    }
    if (!origin.tls && trust.learned_from->tls) {
      return refuse(fmt::format("it is http although {} is https; set `endpoint` if that is meant",
                                to_string(*trust.learned_from)));
    }
  }
  if (!origin.tls && !loopback && !trust.insecure) {
    return refuse("credentials travel over https only (`insecure: true` of the cloud allows http)");
  }
  return {};
}

}  // namespace retouch::http
