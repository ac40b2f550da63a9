// HTML's entities alone. What people are shown goes through printable.hpp.
#pragma once

#include <string>
#include <string_view>

namespace retouch {

// & < > " ' as entities.
std::string escape_html(std::string_view text);

}  // namespace retouch
