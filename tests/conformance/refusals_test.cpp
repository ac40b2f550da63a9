// What a server refuses comes back as one readable error that names the field, and nothing of the request was done.
#include "bench.hpp"

namespace retouch::conformance {
namespace {

using core::Value;
using core::ValueType;

task<Error> refused(Bench& bench, const providers::Provider& loose, const core::Image& live,
                    const std::vector<core::FieldChange>& fields) {
  auto steps = loose.prepare(live, fields);
  if (steps.size() != 1) throw std::runtime_error("expected one step");
  auto outcome = co_await bench.provider().perform(std::move(steps[0]));
  EXPECT_FALSE(outcome) << "the server took it";
  co_return outcome ? Error{} : outcome.error();
}

TEST_P(Conformance, AWrongTypeIsRefusedAndNamed) {
  if (is_triton()) GTEST_SKIP() << "its one type that is checked kills the image service";
  run([](Bench& bench) -> task<void> {
    const auto id = co_await bench.make_image();
    const auto loose = bench.provider_with({{.name = "min_ram", .type = ValueType::text}});
    const auto live = co_await bench.read(id);
    const auto error = co_await refused(bench, *loose, live, {want("min_ram", std::string("plenty"))});
    EXPECT_EQ(error.reaction, Reaction::permanent);
    EXPECT_EQ(error.status, 400);
    EXPECT_EQ(error.field, "min_ram") << describe(error);
    EXPECT_FALSE(error.request_id.empty());
    expect_readable(error);
  });
}

TEST_P(Conformance, NothingButTheSevenFieldsIsEverSentToTriton) {
  if (!is_triton()) GTEST_SKIP() << "of CloudAPI";
  run([](Bench& bench) -> task<void> {
    const auto id = co_await bench.make_image();
    const auto live = co_await bench.read(id);
    for (const auto* name : {"os", "state", "public", "action", "owner", "dataset"}) {
      EXPECT_TRUE(bench.provider().prepare(live, std::vector{want(name, std::string("clone"))}).empty()) << name;
    }
  });
}

TEST_P(Conformance, AReadOnlyAttributeIsRefusedAndNamed) {
  if (is_triton()) GTEST_SKIP() << "such a field is not sent at all";
  run([](Bench& bench) -> task<void> {
    const auto id = co_await bench.make_image();
    for (const auto* name : {"status", "created_at", "checksum"}) {
      const auto loose = bench.provider_with({{.name = name, .writable = true}});
      const auto live = co_await bench.read(id);
      const auto error = co_await refused(bench, *loose, live, {want(name, std::string("x"))});
      EXPECT_EQ(error.reaction, Reaction::permanent) << name;
      EXPECT_EQ(error.field, name) << describe(error);
      expect_readable(error);
    }
  });
}

TEST_P(Conformance, TheTableRefusesWhatTheServerRefuses) {
  run([&](Bench& bench) -> task<void> {
    struct Case {
      std::string name;
      Value value;
    };
    std::vector<Case> cases;
    if (!is_triton()) cases.push_back({"min_ram", std::int64_t{-1}});
    if (is_triton()) {
      cases.insert(cases.end(), {{"name", std::string(1025, 'a')},
                                 {"name", std::string("a+b")},
                                 {"name", std::string("Größe")},
                                 {"version", std::string(513, '1')},
                                 {"version", std::string("1 0")},
                                 {"description", std::string(10241, 'a')},
                                 {"homepage", std::string("ftp://example.com")},
                                 {"homepage", "http://" + std::string(1020, 'a')},
                                 {"eula", std::string("example.com")},
                                 {"acl", core::List{"alice"}},
                                 {"acl", core::List{"B0B00000-0000-4000-8000-000000000002"}}});
    } else if (is_ims()) {
      cases.insert(cases.end(), {{"name", std::string(129, 'a')},
                                 {"name", std::string("a/b")},
                                 {"__description", std::string("<b>")},
                                 {"__description", std::string(1025, 'a')},
                                 {"hw_firmware_type", std::string("zork")},
                                 {"__support_xen", std::string("yes")},
                                 {"__support_xen_gpu_type", std::string("M60")},
                                 {"Upper", std::string("x")}});
    } else {
      cases.insert(cases.end(), {{"name", std::string(256, 'a')},
                                 {"visibility", std::string("world")},
                                 {"x", std::string("\U0001F600")},
                                 {"os_glance_x", std::string("x")},
                                 {"tags", core::List{std::string(256, 't')}}});
    }
    const auto id = co_await bench.make_image();
    for (const auto& c : cases) {
      const auto& table = bench.provider().table();
      EXPECT_TRUE(!core::violations(*table.find(c.name), c.value).empty() || !table.valid_extension_name(c.name))
          << c.name;
      const auto live = co_await bench.read(id);
      const auto error = co_await refused(bench, bench.provider(), live, {want(c.name, c.value)});
      EXPECT_EQ(error.reaction, Reaction::permanent) << c.name << ": " << describe(error);
      expect_readable(error);
    }
  });
}

TEST_P(Conformance, ARefusedRequestChangesNothing) {
  run([](Bench& bench) -> task<void> {
    const bool triton = bench.family() == "triton";
    const std::string wrong = triton ? "homepage" : "min_ram", go = triton ? "eula" : "go";
    const auto id = co_await bench.make_image({{bench.text_field(), "debian"}, {go, "http://x"}});
    const auto loose =
        triton ? bench.provider_with({}) : bench.provider_with({{.name = wrong, .type = ValueType::text}});
    const auto live = co_await bench.read(id);
    const auto error = co_await refused(
        bench, *loose, live,
        {want(go, core::Absent{}), want(bench.text_field(), std::string("ubuntu")), want(wrong, std::string("plenty")),
         want(triton ? "version" : "os_version", std::string("12"))});
    EXPECT_EQ(error.field, wrong) << describe(error);
    const auto after = co_await bench.read(id);
    EXPECT_EQ(after, live);
  });
}

TEST_P(Conformance, AFieldThatThePolicyForbidsIsNamed) {
  if (is_ims() || is_triton()) GTEST_SKIP() << "only Glance has such a field";
  run([](Bench& bench) -> task<void> {
    const auto id = co_await bench.make_image();
    const auto live = co_await bench.read(id);
    const auto error =
        co_await refused(bench, bench.provider(), live,
                         {want("visibility", std::string("public")), want("os_distro", std::string("x"))});
    EXPECT_EQ(error.code, Errc::permission);
    EXPECT_EQ(error.reaction, Reaction::permanent);
    EXPECT_EQ(error.field, "visibility") << describe(error);
    expect_readable(error);
  });
}

TEST_P(Conformance, AnImageThatWentMeanwhileIsGone) {
  run([](Bench& bench) -> task<void> {
    const auto id = co_await bench.make_image();
    const auto live = co_await bench.read(id);
    co_await bench.delete_image(id);
    const auto error = co_await refused(bench, bench.provider(), live, {want(bench.text_field(), std::string("x"))});
    EXPECT_EQ(error.code, Errc::not_found) << describe(error);
    EXPECT_EQ(error.reaction, Reaction::permanent);
    expect_readable(error);
    const auto gone = co_await bench.provider().read(id);
    EXPECT_TRUE(gone && !*gone);
  });
}

TEST_P(Conformance, AnImageThatIsNotActiveCannotBeChangedOnIms) {
  if (!is_ims()) GTEST_SKIP() << "the others change such images";
  run([](Bench& bench) -> task<void> {
    const auto id = co_await bench.make_image({{"status", "queued"}});
    const auto live = co_await bench.read(id);
    EXPECT_TRUE(bench.provider().unchangeable(live));
    const auto error = co_await refused(bench, bench.provider(), live, {want(bench.text_field(), std::string("x"))});
    EXPECT_EQ(error.reaction, Reaction::permanent) << describe(error);
  });
}

TEST_P(Conformance, ARefusedTokenEndsListAndUpdateWithoutHarm) {
  run([](Bench& bench) -> task<void> {
    const auto id = co_await bench.make_image();
    const auto live = co_await bench.read(id);
    EXPECT_FALSE(bench.provider().unchangeable(live));
    auto* cloud = bench.simulated();
    const bool triton = bench.family() == "triton";
    if (triton) {
      bench.connection().tamper = [](http::Request& request) { request.headers.set("X-Auth-Token", "{}"); };
    } else if (cloud) {
      cloud->expire_tokens();
    } else {
      bench.connection().tamper = [](http::Request& request) { request.headers.set("X-Auth-Token", "garbage"); };
    }
    int visited = 0;
    const auto listed = co_await bench.provider().list({}, [&](const core::Image&) { ++visited; });
    EXPECT_FALSE(listed);
    EXPECT_EQ(visited, 0);
    // A token that is seconds old: the cloud is ill, and nobody's password is wrong. A signature is simply refused.
    EXPECT_EQ(listed ? Reaction::permanent : listed.error().reaction, triton ? Reaction::auth : Reaction::transient);
    const auto updated = co_await bench.apply(live, {want(bench.text_field(), std::string("x"))});
    EXPECT_FALSE(updated);
  });
}

}  // namespace
}  // namespace retouch::conformance
