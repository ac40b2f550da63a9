// Reads an answer with images while it arrives: no document in memory, one image at a time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "image_builder.hpp"
#include "retouch/http/transport.hpp"

namespace retouch::providers {

class ImageDecoder final : public http::BodySink {
 public:
  enum class Document {
    list,   // {"images": [{…}, …], "next": "…"}; [{…}, …] with ImageRules::bare_list
    image,  // {…}
  };
  // Called for each image as soon as it is complete, in the order of the answer; again after restart().
  using Visit = std::function<void(const core::Image&)>;

  ImageDecoder(Document document, ImageRules rules, Visit visit);
  ~ImageDecoder() override;

  void restart() override;
  // protocol: no JSON, or an image without an id. too_large: nested deeper than 64, an image or a text beyond 1 MiB.
  Result<void> data(std::string_view chunk) override;
  // To be called after the last chunk. protocol: the document is cut short or has no image list in it.
  Result<void> finish();

  const std::string& next() const;  // "" = there was none
  core::Image take();               // the last image that was complete; of Document::image, once, after finish()

 private:
  struct Parser;
  Document document_;
  ImageRules rules_;
  Visit visit_;
  std::unique_ptr<Parser> parser_;
};

// The whole body of an answer that holds one image.
Result<core::Image> decode_image(std::string_view body, const ImageRules& rules);

}  // namespace retouch::providers
