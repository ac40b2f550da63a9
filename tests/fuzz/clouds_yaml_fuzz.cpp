// clouds.yaml and secure.yaml: auth/clouds_yaml, up to an account.
#include "../support/fake_files.hpp"
#include "fuzz.hpp"
#include "retouch/auth/clouds_yaml.hpp"
#include "retouch/auth/resolve.hpp"

using namespace retouch;

namespace {

constexpr auto clouds_file = "/etc/openstack/clouds.yaml";

// What decides where a credential goes.
std::string where(const auth::CloudEntry& entry) {
  std::string all =
      entry.auth_text("auth_url") + "\n" + entry.text("endpoint") + "\n" + entry.text("image_endpoint_override");
  for (const auto* key : {"verify", "insecure", "cacert"}) {
    const Json* value = find_member(entry.values, key);
    all += "\n" + (value ? value->dump(-1, ' ', false, Json::error_handler_t::replace) : std::string("-"));
  }
  return all;
}

struct Sources {
  test::FakeFiles files;
  os::Environment environment{std::map<std::string, std::string>{{"HOME", "/h"}}};
  Result<auth::CloudEntry> find(const std::string& name, const std::string& region, bool secrets) {
    return auth::find_cloud(name, region, {environment, files, true, secrets});
  }
};

void check(Sources& sources, const std::string& name, const std::string& region) {
  const auto found = sources.find(name, region, true), closed = sources.find(name, region, false);
  if (!found) fuzz::require_showable(describe(found.error()), "an error");
  if (found) {
    fuzz::require(found->values.is_object(), "an entry is an object");
    fuzz::require(!found->from_environment, "an empty environment names no cloud");
  }
  // secure.yaml lies in the working directory here, which is trusted less than /etc.
  if (found && closed)
    fuzz::require(where(*found) == where(*closed), "it adds secrets, never an address", where(*found));
  auth::AccountRequest request{.cloud = "lab", .provider = "glance"};
  request.auth.cloud = name;
  request.region = region;
  const auto account = auth::resolve_account(request, {sources.environment, sources.files, true, true});
  if (!account) {
    fuzz::require_showable(describe(account.error()), "an error");
    return;
  }
  fuzz::require(!account->account.insecure, "no clouds.yaml makes http acceptable");
  if (!account->account.auth_url.empty()) {
    const auto url = http::parse_url(account->account.auth_url);
    fuzz::require(url.has_value(), "an account's auth_url is one", account->account.auth_url);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const bool with_region = input.byte() % 2 == 1;
  const std::string clouds(input.part()), secure(input.part());
  Sources sources;
  sources.files.add(clouds_file, clouds);
  if (!secure.empty()) sources.files.add("./secure.yaml", secure);
  check(sources, "lab", with_region ? "RegionTwo" : "");
  return 0;
}
