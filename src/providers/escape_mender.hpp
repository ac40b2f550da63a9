// Half of a surrogate pair in a JSON escape ("\ud83d" alone): JavaScript servers write it when a text was cut inside an
// emoji, and a strict parser refuses the whole list for it. It becomes U+FFFD.
#pragma once

#include <string>
#include <string_view>

namespace retouch::providers {

class EscapeMender {
 public:
  // The text so far, mended, as far as it is clear; valid until the next call. An escape at the chunk's end waits.
  std::string_view mend(std::string_view chunk);
  // What was left waiting at the end of the text.
  std::string_view rest() const { return waiting_; }
  void restart() { waiting_.clear(); }

 private:
  std::string text_, waiting_;
};

}  // namespace retouch::providers
