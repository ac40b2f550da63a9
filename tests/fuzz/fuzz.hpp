// What the fuzz targets share. Each target is one function that libFuzzer calls with bytes: no network, no disk, no
// clock, no memory from one call to the next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "retouch/base/diagnostic.hpp"

namespace retouch::fuzz {

// A promise that does not hold ends the program; libFuzzer keeps the input that broke it. `detail` is shown.
void require(bool holds, std::string_view promise, std::string_view detail = {});

// What people are shown: valid UTF-8 without anything that moves the cursor, turns the direction of reading or cannot
// be seen. Says so for itself, without the tables of base/printable.
void require_showable(std::string_view text, std::string_view whose);

// Each complaint names one of `files`, a place that this file has, and can be shown.
struct Text {
  std::string_view file, text;
};
void require_places(const Diagnostics& diagnostics, std::span<const Text> files);

// Takes an input apart: some bytes that choose, then texts between lines of "====", which can be read and edited.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}
  std::uint8_t byte();      // 0 at the end
  std::string_view part();  // up to the next line of "====", or all that is left
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

}  // namespace retouch::fuzz

// libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
