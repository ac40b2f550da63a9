#include "parsed.hpp"

namespace retouch::config {
namespace {

Limits limits_of(const std::string& provider, const std::string& limits) {
  const Parsed parsed("clouds: {a: {provider: " + provider + ", limits: " + limits + "}}\n");
  EXPECT_FALSE(parsed.diagnostics.has_errors()) << parsed.complaints();
  return parsed.settings.clouds.at(0).limits;
}

TEST(Limits, EachProviderHasItsDefaults) {
  const auto ims = limits_of("ims", "{}");
  EXPECT_EQ(ims.requests, 10);
  EXPECT_EQ(ims.reads, 10);
  EXPECT_EQ(ims.writes, 5);
  EXPECT_EQ(ims.concurrency, 8u);
  const auto glance = limits_of("glance", "{}");
  EXPECT_EQ(glance.requests, 20);
  EXPECT_EQ(glance.writes, 10);
  EXPECT_EQ(glance.concurrency, 4u);
  const auto triton = limits_of("triton", "{}");
  EXPECT_EQ(triton.requests, 8);
  EXPECT_EQ(triton.reads, 8);
  EXPECT_EQ(triton.writes, 8) << "one bucket for lists, reads and updates";
  EXPECT_EQ(triton.burst, 20);
  EXPECT_EQ(triton.concurrency, 4u);
  EXPECT_EQ(limits_of("triton", "{requests: 20/s}").writes, 20);
}

TEST(Limits, RatesArePerSecondMinuteOrHour) {
  EXPECT_EQ(limits_of("ims", "{requests: 600/m}").requests, 10);
  EXPECT_EQ(limits_of("ims", "{requests: 36/h}").requests, 0.01);
  EXPECT_EQ(limits_of("ims", "{requests: 2.5/s}").requests, 2.5);
  EXPECT_EQ(limits_of("ims", "{burst: 2.5, concurrency: 3}").burst, 2.5);
}

TEST(Limits, OtherFormsAreNoRates) {
  for (const auto* form :
       {"10", "10/d", "/s", "x/s", "0/s", "-1/s", "1e3/s", "10 /s", "inf/s", "nan/s", "1000000/s", "10/"}) {
    const Parsed parsed(std::string("clouds: {a: {provider: ims, limits: {requests: ") + form + "}}}\n");
    EXPECT_TRUE(parsed.complains("`requests` must be a rate such as 10/s or 600/m")) << form;
  }
}

TEST(Limits, AClassNeverExceedsTheSum) {
  const auto slow = limits_of("ims", "{requests: 2/s}");
  EXPECT_EQ(slow.reads, 2);
  EXPECT_EQ(slow.writes, 2);
  const Parsed parsed("clouds: {a: {provider: ims, limits: {requests: 2/s, writes: 3/s}}}\n");
  EXPECT_TRUE(parsed.complains("warning: `writes` is more than `requests`"));
  EXPECT_EQ(parsed.settings.clouds.at(0).limits.writes, 2);
}

}  // namespace
}  // namespace retouch::config
