#include "failures.hpp"

#include <gtest/gtest.h>

namespace retouch::providers {
namespace {

using Fields = std::vector<std::string>;

http::Request write() {
  return {.method = "PATCH",
          .url = http::parse_url("https://ims.example/v2/images/1").value(),
          .cls = http::RequestClass::write,
          .repeatable = false};
}

http::Request read() { return {.url = http::parse_url("https://ims.example/v2/images").value()}; }

Error glance(const http::Request& request, const http::Response& answer, const Fields& fields = {}) {
  return glance_failure(request, answer, Wall{}, fields);
}

Error ims(const http::Request& request, const http::Response& answer, const Fields& fields = {}) {
  return ims_failure(request, answer, Wall{}, fields);
}

http::Response answer(int status, std::string body) { return {.status = status, .body = std::move(body)}; }

std::string glance_body(const std::string& message) {
  return R"({"message":")" + message + R"(<br /><br />\n\n\n","code":"409 Conflict","title":"Conflict"})";
}

std::string ims_body(const std::string& code, const std::string& message = "Something is wrong.") {
  return R"({"error":{"message":")" + message + R"(","code":")" + code + R"("}})";
}

TEST(NamedField, ReadsTheWaysInWhichServersNameIt) {
  struct Case {
    const char* message;
    Fields fields;
    const char* field;
  };
  const Case cases[] = {
      {"Property nope does not exist.", {"nope", "other"}, "nope"},
      {"Property name may not be removed.", {"name", "min_ram"}, "name"},
      {"Attribute 'status' is read-only.", {"status", "name"}, "status"},
      {"Property 'x_owner' is protected", {"x_owner", "name"}, "x_owner"},
      {"Property with spaces does not exist.", {"with spaces", "with"}, "with spaces"},
      {"Failed validating 'type' in schema['properties']['min_ram']: {'description': 'x', 'type': 'integer'} "
       "On instance['min_ram']: '1024'",
       {"description", "min_ram", "type"},
       "min_ram"},
      {"You are not authorized to complete publicize_image action.", {"name", "visibility"}, "visibility"},
      {"You are not authorized to complete publicize_image action.", {"name"}, ""},
      {"You are not authorized to complete communitize_image action.", {"visibility"}, "visibility"},
      {"The hw_firmware_type is invalid.", {"hw_firmware_type", "min_ram"}, "hw_firmware_type"},
      {"The os_versions are invalid.", {"os_version"}, ""},
      {"my_os_version is invalid", {"os_version"}, ""},
      {"min_ram and min_disk are invalid", {"min_ram", "min_disk"}, ""},
      {"Nothing of it.", {"name"}, ""},
      {"", {"name"}, ""},
  };
  for (const auto& c : cases) EXPECT_EQ(named_field(c.message, c.fields), c.field) << c.message;
}

TEST(GlanceFailure, ReactsByStatus) {
  struct Case {
    int status;
    bool write;
    Errc code;
    Reaction reaction;
  };
  const Case cases[] = {
      {400, true, Errc::http_status, Reaction::permanent},  {403, true, Errc::permission, Reaction::permanent},
      {403, false, Errc::permission, Reaction::auth},       {404, true, Errc::not_found, Reaction::permanent},
      {409, true, Errc::http_status, Reaction::conflict},   {413, true, Errc::http_status, Reaction::permanent},
      {415, true, Errc::http_status, Reaction::permanent},  {500, true, Errc::http_status, Reaction::uncertain},
      {503, true, Errc::http_status, Reaction::transient},  {429, true, Errc::throttled, Reaction::throttled},
      {401, true, Errc::credentials, Reaction::auth},       {500, false, Errc::http_status, Reaction::transient},
      {502, true, Errc::http_status, Reaction::uncertain},  {504, true, Errc::http_status, Reaction::uncertain},
      {502, false, Errc::http_status, Reaction::transient}, {504, false, Errc::http_status, Reaction::transient},
  };
  for (const auto& c : cases) {
    const auto error = glance(c.write ? write() : read(), answer(c.status, glance_body("No.")));
    EXPECT_EQ(error.code, c.code) << c.status;
    EXPECT_EQ(error.reaction, c.reaction) << c.status << (c.write ? " write" : " read");
    EXPECT_EQ(error.status, c.status);
    EXPECT_NE(error.message.find("No."), std::string::npos) << error.message;
  }
}

TEST(GlanceFailure, NamesTheField) {
  const Fields fields{"min_ram", "nope"};
  const auto conflict = glance(write(), answer(409, glance_body("Property nope does not exist.")), fields);
  EXPECT_EQ(conflict.field, "nope");
  EXPECT_EQ(conflict.reaction, Reaction::conflict);
  const auto reserved = glance(write(), answer(403, glance_body("Attribute 'min_ram' is read-only.")), fields);
  EXPECT_EQ(reserved.field, "min_ram");
  EXPECT_EQ(reserved.reaction, Reaction::permanent);
  EXPECT_EQ(glance(write(), answer(500, glance_body("nope")), fields).field, "") << "a 500 blames nobody";
}

TEST(GlanceFailure, LeavesTheSchemaOutOfTheMessage) {
  const auto error = glance(
      write(),
      answer(400, glance_body(
                      R"(Provided object does not match schema 'image': '12' is not of type 'integer'\n\nFailed )"
                      R"(validating 'type' in schema['properties']['min_ram']:\n    {'description': 'Amount of ram', )"
                      R"('type': 'integer'}\n\nOn instance['min_ram']:\n    '12')")),
      Fields{"min_ram", "type"});
  EXPECT_EQ(error.message, "'12' is not of type 'integer'");
  EXPECT_EQ(error.field, "min_ram");
}

TEST(ImsFailure, ReactsByTheCodesOfIms) {
  struct Case {
    const char* code;
    Errc errc;
    Reaction reaction;
  };
  const Case cases[] = {
      {"IMG.0060", Errc::throttled, Reaction::throttled},   {"IMG.0187", Errc::throttled, Reaction::throttled},
      {"IMG.0061", Errc::http_status, Reaction::transient}, {"IMG.0064", Errc::http_status, Reaction::transient},
      {"IMG.0065", Errc::http_status, Reaction::transient}, {"IMG.0154", Errc::http_status, Reaction::transient},
      {"IMG.0155", Errc::http_status, Reaction::transient}, {"IMG.0035", Errc::http_status, Reaction::conflict},
      {"IMG.0027", Errc::not_found, Reaction::permanent},   {"IMG.0086", Errc::not_found, Reaction::permanent},
      {"IMG.0144", Errc::not_found, Reaction::permanent},   {"IMG.0087", Errc::credentials, Reaction::auth},
      {"IMG.0047", Errc::permission, Reaction::permanent},  {"IMG.0106", Errc::permission, Reaction::permanent},
      {"IMG.0161", Errc::permission, Reaction::permanent},  {"IMG.0001", Errc::http_status, Reaction::permanent},
      {"IMG.9999", Errc::http_status, Reaction::permanent},
  };
  for (const auto& c : cases) {
    const auto error = ims(write(), answer(400, ims_body(c.code)));
    EXPECT_EQ(error.code, c.errc) << c.code;
    EXPECT_EQ(error.reaction, c.reaction) << c.code;
    EXPECT_EQ(error.cloud_code, c.code);
  }
  // Rights of the account, unlike Glance's 403 for one field.
  const auto rights = ims(write(), answer(403, ims_body("IMG.0026")));
  EXPECT_EQ(rights.code, Errc::permission);
  EXPECT_EQ(rights.reaction, Reaction::auth);
  const auto gateway = R"({"error_code":"APIGW.0302","error_msg":"The IAM user is not authorized","request_id":"r"})";
  EXPECT_EQ(ims(write(), answer(403, gateway)).reaction, Reaction::auth);
}

TEST(ImsFailure, KnowsWhichFieldACodeIsAbout) {
  struct Case {
    const char* code;
    const char* field;
  };
  const Case cases[] = {{"IMG.0002", "name"},
                        {"IMG.0003", "name"},
                        {"IMG.0009", "name"},
                        {"IMG.0062", "name"},
                        {"IMG.0004", "__description"},
                        {"IMG.0054", "__description"},
                        {"IMG.0141", "hw_firmware_type"},
                        {"IMG.0156", "enterprise_project_id"},
                        {"IMG.0115", "tags"},
                        {"IMG.0116", "tags"}};
  const Fields all{"__description", "enterprise_project_id", "hw_firmware_type", "name", "tags"};
  for (const auto& c : cases) {
    EXPECT_EQ(ims(write(), answer(400, ims_body(c.code)), all).field, c.field) << c.code;
    EXPECT_EQ(ims(write(), answer(400, ims_body(c.code)), Fields{"min_ram"}).field, "") << "not sent: " << c.code;
  }
  EXPECT_EQ(ims(write(), answer(400, ims_body("IMG.0055", "The min_ram is invalid.")), Fields{"min_ram", "name"}).field,
            "min_ram");
}

}  // namespace
}  // namespace retouch::providers
