#include "escape_mender.hpp"

#include <gtest/gtest.h>

namespace retouch::providers {
namespace {

std::string mended(std::string_view text, std::size_t piece) {
  EscapeMender mender;
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += piece) out += mender.mend(text.substr(at, piece));
  out += mender.rest();
  return out;
}

struct Row {
  const char* name;
  const char* text;
  const char* wanted;
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }
class Mending : public testing::TestWithParam<Row> {};

TEST_P(Mending, IsTheSameHoweverTheTextIsCut) {
  for (std::size_t piece = 1; piece <= 20; ++piece) {
    EXPECT_EQ(mended(GetParam().text, piece), GetParam().wanted) << piece;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Escapes, Mending,
    testing::Values(Row{"plain", R"(["a","b"])", R"(["a","b"])"},
                    Row{"other_escapes", R"("\"\\\n\u00e9\\u")", R"("\"\\\n\u00e9\\u")"},
                    Row{"pair", R"("\ud83d\ude00")", R"("\ud83d\ude00")"},
                    Row{"two_pairs", R"("\ud83d\ude00\uD83D\uDE00")", R"("\ud83d\ude00\uD83D\uDE00")"},
                    Row{"lone_high", R"("\ud83d")", R"("\ufffd")"}, Row{"lone_low", R"("\ude00x")", R"("\ufffdx")"},
                    Row{"high_then_text", R"("\ud83dabcdefgh")", R"("\ufffdabcdefgh")"},
                    Row{"high_then_other", R"("\ud83d\n")", R"("\ufffd\n")"},
                    Row{"high_then_letter", R"("\ud83d\u0041")", R"("\ufffd\u0041")"},
                    Row{"high_high_low", R"("\ud83d\ud83d\ude00")", R"("\ufffd\ud83d\ude00")"},
                    Row{"quoted_backslash", R"("\\ud83d")", R"("\\ud83d")"},
                    Row{"no_escape_at_all", R"("\uzzzz")", R"("\uzzzz")"}, Row{"cut_off", R"("\ud8)", R"("\ud8)"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace retouch::providers
