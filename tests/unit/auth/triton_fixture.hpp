// A cloud of provider triton that is configured inline with a key in /k; tests change what they are about.
#pragma once

#include <gtest/gtest.h>

#include "fake_files.hpp"
#include "retouch/auth/resolve.hpp"
#include "retouch/auth/ssh_key.hpp"
#include "ssh_keys.hpp"

namespace retouch::auth {
using From = AuthValue::From;

inline const test::TestKey& a_key() {
  static const auto key = test::ed25519_key();
  return key;
}
inline Fingerprints names_of(const test::TestKey& key) { return fingerprints(test::halves(key).blob); }

struct ResolveTriton : testing::Test {
  test::FakeFiles files;
  std::map<std::string, std::string> variables{{"HOME", "/h"}};
  AccountRequest request{.cloud = "joyent", .provider = "triton"};

  void SetUp() override {
    files.add("/k", test::openssh(a_key()));
    literal("url", "https://cloudapi.example");
    literal("account", "alice");
    request.auth.values["key"] = {.from = From::file, .text = "/k"};
  }
  void literal(const std::string& key, const std::string& text) { request.auth.values[key] = {.text = text}; }
  void profile(const std::string& name, const std::string& text) {
    files.add("/h/.triton/profiles.d/" + name + ".json", text);
  }
  Result<ResolvedAccount> resolve() {
    const os::Environment environment(variables);
    return resolve_account(request, {environment, files});
  }
  std::string message() {
    const auto resolved = resolve();
    return resolved ? "resolved" : resolved.error().message;
  }
  bool complains(const std::string& part) { return message().find(part) != std::string::npos; }
  HttpSignatureLogin login() { return std::get<HttpSignatureLogin>(resolve().value().account.login); }
  Diagnostics check() {
    const os::Environment environment(variables);
    Diagnostics diagnostics;
    check_account(request, {environment, files}, diagnostics);
    return diagnostics;
  }
};

}  // namespace retouch::auth
