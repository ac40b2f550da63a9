// Lists and single images of Glance, IMS and CloudAPI: providers/image_decoder. What comes of an answer must not depend
// on how the network cut it.
#include "fuzz.hpp"
#include "providers/image_decoder.hpp"

using namespace retouch;
using providers::ImageDecoder;

namespace {

struct Decoded {
  std::vector<core::Image> images;
  std::string next;
  std::optional<Errc> error;
};

Decoded decode(std::string_view text, std::size_t chunk, const providers::ImageRules& rules,
               ImageDecoder::Document document) {
  Decoded out;
  ImageDecoder decoder(document, rules, [&](const core::Image& image) { out.images.push_back(image); });
  const auto note = [&](const Result<void>& result) {
    if (result) return true;
    out.error = result.error().code;
    fuzz::require_showable(describe(result.error()), "an error");
    return false;
  };
  for (std::size_t at = 0; at < text.size(); at += chunk) {
    if (!note(decoder.data(text.substr(at, chunk)))) return out;
  }
  note(decoder.finish());
  out.next = decoder.next();
  return out;
}

providers::ImageRules rules_of(std::uint8_t family) {
  switch (family % 3) {
    case 0:
      return {.project_id = "p1"};
    case 1:
      return {.project_id = "p1", .pair_tags = true};
    default:
      return {.project_id = "p1", .maps = true, .bare_list = true};
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const auto rules = rules_of(input.byte());
  const auto shape = input.byte();
  const auto document = shape % 2 == 0 ? ImageDecoder::Document::list : ImageDecoder::Document::image;
  const std::string_view text = input.rest();
  const Decoded whole = decode(text, text.size() + 1, rules, document);
  for (const auto& image : whole.images) {
    fuzz::require(!image.id.empty() && image.text("id") == image.id, "an image has an id", image.id);
    fuzz::require(image.own == (image.text("owner") == "p1"), "an image of our project is our own, no other", image.id);
    for (const auto& [name, value] : image.attributes) {
      fuzz::require(!core::is_absent(value), "what is absent is not there", name);
      fuzz::require_showable(core::to_text(value), "a value");
      if (rules.pair_tags && name == "tags") {
        fuzz::require(!std::holds_alternative<core::List>(value), "tags of IMS are pairs", name);
      }
      fuzz::require(rules.maps || name == "tags" || !std::holds_alternative<core::Map>(value), "maps are Triton's",
                    name);
    }
  }
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{1} + shape / 2}) {
    const Decoded cut = decode(text, chunk, rules, document);
    fuzz::require(cut.error == whole.error, "the same error, whatever the cuts", text);
    fuzz::require(cut.images == whole.images && cut.next == whole.next, "the same images, whatever the cuts", text);
  }
  if (document == ImageDecoder::Document::image && !whole.error) {
    const auto one = providers::decode_image(text, rules);
    fuzz::require(one && *one == whole.images.back(), "decode_image() is the same", text);
  }
  return 0;
}
