// The Error that a refused request of a family stands for.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "retouch/base/error.hpp"
#include "retouch/http/message.hpp"

namespace retouch::providers {

// Read by http::to_error() (throttled, transient, auth, conflict, uncertain), except that Glance's 403 of a write is
// permanent: it is about this image or field. `fields`: what the request carried; Error::field is one of them when the
// answer names it. `now`: our own clock, for answers without Date.
Error glance_failure(const http::Request& request, const http::Response& answer, Wall now,
                     std::span<const std::string> fields = {});
// The same by IMG.xxxx; a 403 is of the account there: protocols/openstack-ims.md 1.5.
Error ims_failure(const http::Request& request, const http::Response& answer, Wall now,
                  std::span<const std::string> fields = {});

// The same by CloudAPI's codes and its `errors[].field`: protocols/triton.md 1.5. Some answers have no code at all.
Error triton_failure(const http::Request& request, const http::Response& answer, Wall now,
                     std::span<const std::string> fields = {});

// Which of `fields` a server's message speaks of: "Property x does not exist.", "Attribute 'x' is read-only.",
// "On instance['x']:". "" = none, or not clearly one.
std::string named_field(std::string_view message, std::span<const std::string> fields);

}  // namespace retouch::providers
