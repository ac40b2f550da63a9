#include "image_decoder.hpp"

#include <gtest/gtest.h>

namespace retouch::providers {
namespace {

using core::Absent;
using core::Image;
using core::List;
using core::Map;
using core::Value;

struct Decoded {
  std::vector<Image> images;
  std::string next;
  std::optional<Error> error;
};

Decoded decode(std::string_view text, std::size_t chunk = 1000, ImageRules rules = {},
               ImageDecoder::Document document = ImageDecoder::Document::list) {
  Decoded out;
  ImageDecoder decoder(document, std::move(rules), [&](const Image& image) { out.images.push_back(image); });
  for (std::size_t at = 0; at < text.size(); at += chunk) {
    if (auto fed = decoder.data(text.substr(at, chunk)); !fed) {
      out.error = fed.error();
      return out;
    }
  }
  if (auto finished = decoder.finish(); !finished) out.error = finished.error();
  out.next = decoder.next();
  return out;
}

const char* const list_text = R"({"schema":"/v2/schemas/images", "first": "/v2/images?limit=2",
  "images": [
    {"id":"1","name":"Gr\u00f6\u00dfe \"x\"","min_ram":1024,"protected":false,"tags":["z","a","z"],"owner":"p1",
     "locations":[{"url":"x","metadata":{"id":"no"}}],"checksum":null,"virtual_size":1.5e3,"ratio":0.5,
     "mixed":["a",1],"nested":{"name":"not this"},"huge":18446744073709551615,"negative":-3},
    {"id":"2","name":"","owner":"p2","tags":[]}
  ], "next":"/v2/images?marker=2"}
)";

TEST(ImageDecoder, YieldsImagesWhateverTheCuts) {
  for (std::size_t chunk : {1u, 2u, 3u, 7u, 64u, 10000u}) {
    const auto out = decode(list_text, chunk, {.project_id = "p1"});
    ASSERT_FALSE(out.error) << chunk << ": " << out.error->message;
    ASSERT_EQ(out.images.size(), 2u) << chunk;
    EXPECT_EQ(out.next, "/v2/images?marker=2");
    const auto& first = out.images[0];
    EXPECT_EQ(first.id, "1");
    EXPECT_EQ(first.get("id"), Value{std::string("1")});
    EXPECT_EQ(first.text("name"), "Größe \"x\"");
    EXPECT_EQ(first.get("min_ram"), Value{std::int64_t{1024}});
    EXPECT_EQ(first.get("protected"), Value{false});
    EXPECT_EQ(first.get("tags"), (Value{List{"a", "z"}}));
    EXPECT_EQ(first.get("checksum"), Value{Absent{}});
    EXPECT_EQ(first.get("virtual_size"), Value{std::int64_t{1500}});
    EXPECT_EQ(first.get("ratio"), Value{std::string("0.5")});
    EXPECT_EQ(first.get("huge"), Value{std::string("18446744073709551615")});
    EXPECT_EQ(first.get("negative"), Value{std::int64_t{-3}});
    for (const auto* absent : {"locations", "mixed", "nested", "metadata", "url"}) {
      EXPECT_EQ(first.find(absent), nullptr) << absent;
    }
    EXPECT_TRUE(first.own);
  }
}

TEST(ImageDecoder, NothingOfAnImageLeaksIntoTheNext) {
  const auto out = decode(list_text, 1000, {.project_id = "p1"});
  const auto& second = out.images.at(1);
  EXPECT_EQ(second.attributes.size(), 4u);
  EXPECT_EQ(second.get("name"), Value{std::string()});
  EXPECT_EQ(second.get("tags"), Value{List{}});
  EXPECT_FALSE(second.own);
  const auto third =
      decode(R"({"images":[{"id":"1","a":"x"},{"id":"2"},{"id":"3","a":"y"},{"id":"4","a":null}]})").images;
  EXPECT_EQ(third.at(1).find("a"), nullptr);
  EXPECT_EQ(third.at(2).text("a"), "y");
  EXPECT_EQ(third.at(3).find("a"), nullptr);
}

TEST(ImageDecoder, HoldsOneImageAtATime) {
  std::vector<const Image*> where;
  ImageDecoder decoder(ImageDecoder::Document::list, {}, [&](const Image& image) { where.push_back(&image); });
  ASSERT_TRUE(decoder.data(R"({"images":[{"id":"1"},{"id":"2"},)"));
  EXPECT_EQ(where.size(), 2u) << "each as soon as it is complete";
  ASSERT_TRUE(decoder.data(R"({"id":"3"}]})"));
  ASSERT_EQ(where.size(), 3u);
  EXPECT_EQ(where[0], where[2]);
}

TEST(ImageDecoder, TheLastOfDoubleNamesCounts) {
  EXPECT_EQ(decode(R"({"images":[{"id":"1","a":"x","a":"y","b":"x","b":null}]})").images.at(0).text("a"), "y");
  EXPECT_EQ(decode(R"({"images":[{"id":"1","b":"x","b":null}]})").images.at(0).find("b"), nullptr);
}

TEST(ImageDecoder, AnOwnerIsNeededForAnOwnImage) {
  const auto out =
      decode(R"({"images":[{"id":"1","owner":null},{"id":"2"},{"id":"3","owner":"p"}]})", 1000, {.project_id = "p"});
  EXPECT_FALSE(out.images.at(0).own);
  EXPECT_FALSE(out.images.at(1).own);
  EXPECT_TRUE(out.images.at(2).own);
}

TEST(ImageDecoder, PairsTheTagsOfIms) {
  const auto* text = R"({"images":[{"id":"1","tags":["a=b","c=d=e","plain","k="]},{"id":"2","tags":[]},{"id":"3"}]})";
  const auto paired = decode(text, 1000, {.pair_tags = true}).images;
  EXPECT_EQ(
      paired.at(0).get("tags"),
      (Value{Map{{"a", std::string("b")}, {"c", std::string("d=e")}, {"plain", std::string()}, {"k", std::string()}}}));
  EXPECT_EQ(paired.at(1).get("tags"), Value{Map{}});
  EXPECT_EQ(paired.at(2).find("tags"), nullptr);
  EXPECT_EQ(decode(text).images.at(0).get("tags"), (Value{List{"a=b", "c=d=e", "k=", "plain"}}));
}

TEST(ImageDecoder, AnEmptyListIsAList) {
  const auto out = decode(R"({"images":[]})");
  EXPECT_FALSE(out.error);
  EXPECT_TRUE(out.images.empty());
  EXPECT_EQ(out.next, "");
}

struct Broken {
  const char* what;
  std::string text;
  Errc code;
  const char* message;
};

std::string nested(int depth) {  // the attribute's value; the image itself stands at depth 3
  return R"({"images":[{"id":"1","deep":)" + std::string(static_cast<std::size_t>(depth - 3), '[') +
         std::string(static_cast<std::size_t>(depth - 3), ']') + "}]}";
}

TEST(ImageDecoder, RefusesWhatIsNoImageList) {
  const std::string big(600'000, 'x');
  const std::vector<Broken> cases{
      {"empty", "", Errc::protocol, "no JSON"},
      {"HTML", "<html>", Errc::protocol, "no JSON"},
      {"cut short", R"({"images":[{"id":"1"})", Errc::protocol, "no JSON"},
      {"more after it", R"({"images":[]} x)", Errc::protocol, "goes on"},
      {"invalid UTF-8", "{\"images\":[{\"id\":\"\xff\"}]}", Errc::protocol, "no JSON"},
      {"no images", R"({"error":{"message":"x"}})", Errc::protocol, "no list of images"},
      {"images is no list", R"({"images":{"id":"1"}})", Errc::protocol, "no list of images"},
      {"images further down", R"({"x":{"images":[{"id":"1"}]}})", Errc::protocol, "no list of images"},
      {"a list", R"([{"id":"1"}])", Errc::protocol, "no list of images"},
      {"without id", R"({"images":[{"name":"x"}]})", Errc::protocol, "without an id"},
      {"numeric id", R"({"images":[{"id":7}]})", Errc::protocol, "without an id"},
      {"too deep", nested(65), Errc::too_large, "deeper than 64"},
      {"image too large", R"({"images":[{"id":"1","a":")" + big + R"(","b":")" + big + R"("}]})", Errc::too_large,
       "an image"},
      {"image too large by names", R"({"images":[{"id":"1","a)" + big + R"(":1,"b)" + big + R"(":1}]})",
       Errc::too_large, "an image"},
      {"image too large by nested values",
       R"({"images":[{"id":"1","a":{"b":")" + big + R"(","c":[")" + big + R"("]}}]})", Errc::too_large, "an image"},
      {"text too large", R"({"next":")" + big + big + R"(","images":[]})", Errc::too_large, "a text"},
  };
  for (const auto& c : cases) {
    for (std::size_t chunk : {61u, 4096u, 10'000'000u}) {
      const auto out = decode(c.text, chunk);
      ASSERT_TRUE(out.error) << c.what << " in chunks of " << chunk;
      EXPECT_EQ(out.error->code, c.code) << c.what;
      EXPECT_NE(out.error->message.find(c.message), std::string::npos) << c.what << ": " << out.error->message;
    }
  }
}

TEST(ImageDecoder, TakesWhatIsJustWithinTheCaps) {
  EXPECT_FALSE(decode(nested(64)).error);
  const std::string big(500'000, 'x');
  const auto out =
      decode(R"({"images":[{"id":"1","a":")" + big + R"(","b":")" + big + R"("},{"id":"2","a":")" + big + R"("}]})");
  EXPECT_FALSE(out.error) << "the cap is of one image";
  EXPECT_EQ(out.images.size(), 2u);
}

TEST(ImageDecoder, ManySmallValuesCountAgainstTheCapToo) {
  std::string text = R"({"images":[{"id":"1","a":[0)";
  for (int i = 0; i < 300'000; ++i) text += ",0";
  EXPECT_EQ(decode(text + "]}]}").error.value_or(Error{}).code, Errc::too_large);
}

TEST(ImageDecoder, RefusesAnImageOfTooManyAttributes) {
  std::string text = R"({"images":[{"id":"1")";
  for (int i = 0; i < 4094; ++i) text += ",\"a" + std::to_string(i) + "\":1";
  EXPECT_FALSE(decode(text + "}]}").error);
  text += R"(,"b":1,"c":1)";
  const auto out = decode(text + "}]}");
  ASSERT_TRUE(out.error);
  EXPECT_EQ(out.error->code, Errc::too_large);
}

TEST(ImageDecoder, TheOrderOfAttributesDoesNotMatter) {
  const auto out = decode(R"({"images":[{"id":"1","a":"1","b":"1","c":"1"},{"c":"2","a":"2","id":"2"},
                                         {"b":"3","id":"3","c":"3","d":"3"},{"id":"4","c":"4","d":"4","b":"4","a":"4"}]})");
  ASSERT_EQ(out.images.size(), 4u);
  EXPECT_EQ(out.images[1].attributes.size(), 3u);
  EXPECT_EQ(out.images[1].text("a") + out.images[1].text("c"), "22");
  EXPECT_EQ(out.images[2].attributes.size(), 4u);
  EXPECT_EQ(out.images[2].text("b") + out.images[2].text("c") + out.images[2].text("d"), "333");
  EXPECT_EQ(out.images[3].attributes.size(), 5u);
  EXPECT_EQ(out.images[3].text("a") + out.images[3].text("b") + out.images[3].text("c") + out.images[3].text("d"),
            "4444");
}

TEST(ImageDecoder, ARestartForgetsTheAttemptBefore) {
  std::vector<std::string> ids;
  ImageDecoder decoder(ImageDecoder::Document::list, {}, [&](const Image& image) { ids.push_back(image.id); });
  ASSERT_TRUE(decoder.data(R"({"next":"/old","images":[{"id":"1"},{"id":"2","na)"));
  decoder.restart();
  ASSERT_TRUE(decoder.data(R"({"images":[{"id":"1"},{"id":"2"}]})"));
  ASSERT_TRUE(decoder.finish());
  EXPECT_EQ(ids, (std::vector<std::string>{"1", "1", "2"}));
  EXPECT_EQ(decoder.next(), "");
}

TEST(DecodeImage, ReadsALoneImage) {
  const auto image = decode_image(R"({"id":"1","owner":"p","tags":["a=b"],"next":"x","nested":{"id":"2"}})",
                                  {.project_id = "p", .pair_tags = true});
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ(image->id, "1");
  EXPECT_TRUE(image->own);
  EXPECT_EQ(image->get("tags"), (Value{Map{{"a", std::string("b")}}}));
  EXPECT_EQ(image->text("next"), "x") << "a property may be called so";
}

TEST(DecodeImage, RefusesWhatIsNoImage) {
  for (const auto* text : {"[]", "{}", "7", "", "[{\"id\":\"1\"}]", "{\"id\":\"1\"} {\"id\":\"2\"}", "OK"}) {
    const auto image = decode_image(text, {});
    ASSERT_FALSE(image) << text;
    EXPECT_EQ(image.error().code, Errc::protocol) << text;
  }
}

}  // namespace
}  // namespace retouch::providers
