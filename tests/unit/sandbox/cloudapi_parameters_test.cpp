// Where the parameters of an update come from, and who may send it.
#include "cloudapi_support.hpp"

namespace retouch::sandbox {
namespace {

const std::string json_type = "application/json";
const std::string form_type = "application/x-www-form-urlencoded";

struct CloudApiParametersTest : testing::Test {
  CloudApiBench bench{triton_seed(R"(      - {name: own, account: alice}
      - {name: published, account: bob, attributes: {public: true}}
      - {name: shared, account: bob, attributes: {acl: [)" +
                                  alice +
                                  R"(]}}
      - {name: private, account: bob}
      - {name: draft, account: bob, attributes: {public: true, state: unactivated}}
      - {name: resting, account: alice, attributes: {state: disabled}}
)")};

  const std::string& id(std::size_t i) const { return bench.seed.images.at(i).id; }
  ServerRequest post(const std::string& query, const std::string& body, const std::string& type,
                     std::size_t image = 0) {
    ServerRequest what = request("POST", "/alice/images/" + id(image) + query, body);
    if (!type.empty()) what.headers.set("Content-Type", type);
    return what;
  }
  ServerResponse send(const std::string& query, const std::string& body, const std::string& type,
                      std::size_t image = 0) {
    return bench.send(sign(post(query, body, type, image)));
  }
  static std::string code(const ServerResponse& response) {
    const Json body = json(response);
    return std::to_string(response.status) + " " + string_member(body, "code").value_or("");
  }
};

TEST_F(CloudApiParametersTest, TakesJsonFormsAndTheQuery) {
  EXPECT_EQ(json(send("?action=update", R"({"name":"n"})", json_type + "; charset=utf-8"))["name"], "n");
  EXPECT_EQ(json(send("?action=update", "name=a+b&acl[]=" + bob + "&tags[k]=v", form_type))["tags"],
            (Json{{"k", "v"}}));
  EXPECT_EQ(json(send("?action=update&name=q&acl[]=" + bob, "", ""))["acl"], Json::array({bob}));
  EXPECT_EQ(json(send("?action=update&name=query", R"({"name":"body"})", json_type))["name"], "body");
}

TEST_F(CloudApiParametersTest, IgnoresABodyWithoutAKnownType) {
  for (const char* type : {"", "text/plain", "application/x-json"}) {
    EXPECT_EQ(code(send("?action=update", R"({"name":"n"})", type)), "422 ValidationFailed") << type;
  }
}

TEST_F(CloudApiParametersTest, ABodyMayTurnAnUpdateIntoSomethingElse) {
  EXPECT_EQ(code(send("?action=update", R"({"action":"clone","name":"n"})", json_type)), "422 ImageNotShared");
  EXPECT_EQ(code(send("", R"({"action":"update","name":"n"})", json_type)), "200 ");
  EXPECT_EQ(json(send("?action=update", R"({"dataset":")" + id(5) + R"(","name":"n"})", json_type))["id"], id(5));
  const Outcome copied = bench.outcome(sign(post("?action=clone", "{}", json_type, 2)));
  EXPECT_EQ(copied.response.status, 200);
  EXPECT_TRUE(copied.created);
  EXPECT_EQ(copied.save->text("owner"), alice);
}

TEST_F(CloudApiParametersTest, RefusesActionsThatItDoesNotKnow) {
  EXPECT_EQ(code(send("", R"({"name":"n"})", json_type)), "409 MissingParameter");
  EXPECT_EQ(code(send("?action=zork", R"({"name":"n"})", json_type)), "409 InvalidArgument");
  EXPECT_EQ(code(send("?action=export", "{}", json_type)), "409 MissingParameter");
  EXPECT_EQ(code(send("?action=export", R"({"manta_path":"/x"})", json_type)), "501 NotAvailable");
}

TEST_F(CloudApiParametersTest, AListOrATextAsBodyReplacesEverything) {
  for (const char* body : {"[]", R"([{"name":"n"}])", R"("text")", "5"}) {
    const ServerResponse refused = send("?action=update", body, json_type);
    EXPECT_EQ(refused.status, 404) << body;
    EXPECT_EQ(json(refused)["message"], "undefined does not exist");
  }
  EXPECT_EQ(code(send("?action=update", "null", json_type)), "422 ValidationFailed");
}

TEST_F(CloudApiParametersTest, ChecksTheBody) {
  EXPECT_EQ(code(send("?action=update", R"({"name":"n",})", json_type)), "400 InvalidContent");
  const std::string body = R"({"name":"n"})";
  ServerRequest what = post("?action=update", body, json_type);
  what.headers.set("Content-MD5", md5_base64(body));
  EXPECT_EQ(bench.send(sign(what)).status, 200);
  what.headers.set("Content-MD5", md5_base64("else"));
  EXPECT_EQ(code(bench.send(sign(what))), "400 BadDigest");
}

TEST_F(CloudApiParametersTest, TakesBodiesUpTo100000Bytes) {
  const std::string frame = R"({"name":"n","x":""})";
  const auto sized = [&](std::size_t size) {
    return R"({"name":"n","x":")" + std::string(size - frame.size(), 'x') + "\"}";
  };
  EXPECT_EQ(send("?action=update", sized(100000), json_type).status, 200);
  const ServerResponse refused = send("?action=update", sized(100001), json_type);
  EXPECT_EQ(code(refused), "413 PayloadTooLargeError");
  EXPECT_EQ(json(refused)["message"], "Request body size exceeds 100000");
}

TEST_F(CloudApiParametersTest, OnlyOwnImagesCanBeUpdatedAndHiddenOnesAreNotThere) {
  const std::string body = R"({"description":"d"})";
  EXPECT_EQ(code(send("?action=update", body, json_type, 5)), "200 ") << "disabled ones, too";
  for (const std::size_t visible : {1U, 2U}) {
    const ServerResponse refused = send("?action=update", body, json_type, visible);
    EXPECT_EQ(code(refused), "422 NotImageOwner");
    EXPECT_EQ(json(refused)["message"], "account " + alice + " is not the owner of image " + id(visible));
    EXPECT_EQ(bench.get("/alice/images/" + id(visible)).status, 200);
  }
  for (const std::size_t hidden : {3U, 4U}) {
    const ServerResponse refused = send("?action=update", body, json_type, hidden);
    EXPECT_EQ(code(refused), "404 ResourceNotFound");
    EXPECT_EQ(json(refused)["message"], "image not found");
    EXPECT_EQ(bench.get("/alice/images/" + id(hidden)).status, 404);
  }
}

TEST_F(CloudApiParametersTest, AnIdIsALowerCaseUuid) {
  std::string upper = id(0);
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  for (const std::string& name : {upper, std::string("own"), std::string("3f0c5b1e-0000-4000-8000-000000000000")}) {
    EXPECT_EQ(code(bench.get("/alice/images/" + name)), "404 ResourceNotFound") << name;
  }
}

TEST_F(CloudApiParametersTest, KnowsItsPathsAndMethods) {
  EXPECT_EQ(bench.get("/my/images/" + id(0)).status, 200);
  EXPECT_EQ(json(bench.get("/alice")), json(bench.get("/my")));
  EXPECT_EQ(json(bench.get("/alice"))["id"], alice);
  EXPECT_EQ(json(bench.get("/alice"))["login"], "alice");
  EXPECT_EQ(json(bench.get("/alice"))["email"], "alice@example.com");
  EXPECT_EQ(code(bench.get("/alice/zork")), "404 ResourceNotFound");
  ServerRequest what = request("PATCH", "/alice/images/" + id(0));
  const ServerResponse refused = bench.send(sign(what));
  EXPECT_EQ(code(refused), "405 MethodNotAllowedError");
  EXPECT_EQ(refused.headers.get("Allow"), "GET, HEAD, POST, DELETE");
  what = request("GET", "/alice/images");
  what.headers.set("Accept", "text/html");
  EXPECT_EQ(code(bench.send(sign(what))), "406 NotAcceptableError");
  EXPECT_EQ(json(bench.send(request("GET", "/--ping")))["cloudapi"]["versions"][0], "9.0.0") << "without a signature";
  EXPECT_EQ(code(bench.send(sign(request("POST", "/alice/images")))), "409 MissingParameter");
}

TEST_F(CloudApiParametersTest, DeletesOwnImages) {
  EXPECT_EQ(bench.outcome(sign(request("DELETE", "/alice/images/" + id(0)))).erase, id(0));
  EXPECT_EQ(code(bench.send(sign(request("DELETE", "/alice/images/" + id(1))))), "422 NotImageOwner");
}

}  // namespace
}  // namespace retouch::sandbox
