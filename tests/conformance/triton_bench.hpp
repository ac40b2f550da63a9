// The simulated Triton of the suite, and who we are there.
#pragma once

#include "bench.hpp"

namespace retouch::conformance {

// The account `alice` with that key, and `admin`, whose images are public. No limit.
sandbox::CloudSeed triton_seed(const test::TestKey& key);
auth::Account triton_account(const sandbox::Cloud& cloud, const test::TestKey& key);

// Errors of the bench itself end the test: they say nothing about a provider.
template <class T>
T need(Result<T> result, const char* what) {
  if (!result) throw std::runtime_error(std::string(what) + ": " + describe(result.error()));
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

}  // namespace retouch::conformance
