#include "retouch/base/digest.hpp"

#include <gtest/gtest.h>

namespace retouch {

TEST(Digest, MatchesTheKnownVectors) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  // RFC 4231, test case 2
  EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Digest, OfPiecesIsThatOfTheWhole) {
  Sha256Sum sum;
  for (const char* piece : {"what do ya ", "", "want ", "for nothing?"}) sum.add(piece);
  EXPECT_EQ(sum.end(), sha256("what do ya want for nothing?"));
}

TEST(Base64, RoundTripsEveryPadding) {
  for (const std::string_view text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"}) {
    const auto* data = reinterpret_cast<const std::uint8_t*>(text.data());
    const std::string encoded = base64({data, text.size()});
    EXPECT_EQ(base64_decode(encoded), std::string(text));
  }
  EXPECT_EQ(base64({}), "");
  EXPECT_FALSE(base64_decode("abc"));
  EXPECT_FALSE(base64_decode("ab*="));
}

TEST(EqualConstantTime, ComparesContentAndLength) {
  EXPECT_TRUE(equal_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_constant_time("abc", "ab"));
  EXPECT_TRUE(equal_constant_time("", ""));
}

}  // namespace retouch
