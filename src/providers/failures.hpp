// The Error that a refused request of a family stands for.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "retouch/base/error.hpp"
#include "retouch/http/message.hpp"

namespace retouch::providers {

// Reactions: conflict for 409 (the plan's view of the image is old); uncertain for 502 and 504 of a write (the server
// behind the gateway may have done it); permanent otherwise, unless the general reading says throttled, transient or
// auth. `fields`: what the request carried; Error::field is one of them when the answer names it.
Error glance_failure(const http::Request& request, const http::Response& answer,
                     std::span<const std::string> fields = {});
// The same, and by IMG.xxxx: protocols/openstack-ims.md 1.5.
Error ims_failure(const http::Request& request, const http::Response& answer, std::span<const std::string> fields = {});

// Which of `fields` a server's message speaks of: "Property x does not exist.", "Attribute 'x' is read-only.",
// "On instance['x']:". "" = none, or not clearly one.
std::string named_field(std::string_view message, std::span<const std::string> fields);

}  // namespace retouch::providers
