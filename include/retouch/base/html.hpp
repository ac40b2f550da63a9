// HTML's entities alone. What people are shown goes through printable.hpp.
#pragma once

#include <string>
#include <string_view>

namespace retouch {

// & < > " ' as entities.
std::string escape_html(std::string_view text);

// Besides, every character beyond ASCII as &#N;. What Glance's HTML is escaped with (webob's html_escape).
std::string escape_html_to_ascii(std::string_view text);

// The reverse: the five above and &nbsp;, and &#N; and &#xN; of any character. What is no such entity stays as it is.
std::string unescape_html(std::string_view text);

}  // namespace retouch
