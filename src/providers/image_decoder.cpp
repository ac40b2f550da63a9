#include "image_decoder.hpp"

#include <fmt/format.h>

#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cmath>
#include <optional>

#include "escape_mender.hpp"
#include "tree_builder.hpp"

namespace retouch::providers {
namespace {

namespace json = boost::json;
using boost::system::error_code;

constexpr std::size_t max_depth = 64;
constexpr std::size_t punctuation = 4;  // quotes, colon, comma: what a value takes besides its text

// Boost.JSON's events -> images. Depth 1 is the root; an image of a list stands at depth 3 (of a bare one at depth 2),
// a lone one at depth 1.
struct Handler {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = ImageBuilder::max_bytes;
  static constexpr std::size_t max_string_size = ImageBuilder::max_bytes;

  Handler(ImageDecoder::Document document, ImageRules rules, const ImageDecoder::Visit& visitor)
      : image_depth(document == ImageDecoder::Document::image ? 1
                    : rules.bare_list                         ? 2
                                                              : 3),
        maps(rules.maps),
        image(std::move(rules)),
        visit(visitor) {}

  std::size_t image_depth;
  bool maps;
  ImageBuilder image;
  TreeBuilder tree;  // of an attribute that is an object
  const ImageDecoder::Visit& visit;
  std::size_t depth = 0;
  bool in_images = false;  // inside the root's "images"
  bool in_image = false;
  bool saw_images = false;   // or the lone image
  bool simple_list = false;  // the array at hand holds texts only
  std::string key, partial;  // of the innermost value; of a text that came in pieces
  std::string number;        // of one that came in pieces
  std::string next;
  std::vector<std::string> items;
  std::optional<Error> failure;

  bool stop(Errc code, std::string message, error_code& ec) {
    failure = Error{.code = code, .message = std::move(message)};
    ec = make_error_code(boost::system::errc::operation_canceled);
    return false;
  }
  bool count(std::size_t bytes, error_code& ec) {
    if (!in_image || image.count(bytes)) return true;
    return stop(Errc::too_large, fmt::format("an image of the answer is larger than {} bytes", ImageBuilder::max_bytes),
                ec);
  }
  bool at_attribute() const { return in_image && depth == image_depth; }
  bool at_list_item() const { return in_image && depth == image_depth + 1; }
  // A value that is no text cannot stand in a list of texts.
  void not_a_text() {
    if (at_list_item()) simple_list = false;
  }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }

  bool on_object_begin(error_code& ec) {
    if (!count(punctuation, ec)) return false;
    not_a_text();
    if (tree.is_open() || (maps && at_attribute())) tree.begin(Json::object());
    ++depth;
    if (depth == image_depth && (in_images || image_depth == 1)) {
      in_image = saw_images = true;
      image.begin();
    }
    return true;
  }
  bool on_object_end(std::size_t, error_code& ec) {
    if (at_attribute()) {
      in_image = false;
      const auto* complete = image.finish();
      if (!complete) return stop(Errc::protocol, "the answer holds an image without an id", ec);
      visit(*complete);
    }
    --depth;
    if (tree.is_open()) end_of_nested();
    return true;
  }
  void end_of_nested() {
    tree.end();
    if (!tree.is_open()) image.set_map(key, tree.root());
  }
  bool begins_images() const {
    return image_depth == 3 ? depth == 1 && key == "images" : image_depth == 2 && depth == 0;
  }
  bool on_array_begin(error_code& ec) {
    if (!count(punctuation, ec)) return false;
    if (begins_images()) in_images = saw_images = true;
    if (tree.is_open()) {
      tree.begin(Json::array());
    } else if (at_attribute()) {
      items.clear();
      simple_list = true;
    } else {
      not_a_text();
    }
    ++depth;
    return true;
  }
  bool on_array_end(std::size_t, error_code&) {
    --depth;
    if (depth + 2 == image_depth) in_images = false;
    if (tree.is_open()) {
      tree.end();
      return true;
    }
    // Lists of anything but texts (`locations`) are no metadata.
    if (at_attribute() && simple_list) image.set_list(key, std::move(items));
    return true;
  }

  bool on_key_part(json::string_view part, std::size_t, error_code& ec) { return append(part, ec); }
  bool on_key(json::string_view rest, std::size_t, error_code& ec) {
    if (!append(rest, ec) || !count(punctuation, ec)) return false;
    if (at_attribute() && image.is_full()) {
      return stop(Errc::too_large,
                  fmt::format("an image of the answer has more than {} attributes", ImageBuilder::max_attributes), ec);
    }
    // Names inside of nested objects do not matter, and the name of the nested object itself must not be lost.
    if (tree.is_open()) {
      tree.name(partial);
    } else if (depth == 1 || at_attribute()) {
      key.swap(partial);
    }
    partial.clear();
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, error_code& ec) { return append(part, ec); }
  bool on_string(json::string_view rest, std::size_t, error_code& ec) {
    if (partial.empty()) {  // nearly always: in one piece
      if (!count(rest.size() + punctuation, ec)) return false;
      text(rest);
      return true;
    }
    if (!append(rest, ec)) return false;
    text(partial);
    partial.clear();
    return true;
  }
  bool append(json::string_view part, error_code& ec) {
    if (!count(part.size(), ec)) return false;
    partial.append(part.data(), part.size());
    return true;
  }
  void text(std::string_view value) {
    if (tree.is_open()) {
      tree.add(value);
    } else if (at_attribute()) {
      image.set_text(key, value);
    } else if (at_list_item() && simple_list) {
      items.emplace_back(value);
    } else if (depth == 1 && image_depth == 3 && key == "next") {
      next = value;
    }
  }

  bool on_number_part(json::string_view part, error_code& ec) {
    number.append(part.data(), part.size());
    return count(part.size(), ec);
  }
  // Boost's own number is some units in the last place off; what is written back must be what was read.
  double exact(double value, json::string_view rest) {
    number.append(rest.data(), rest.size());
    std::from_chars(number.data(), number.data() + number.size(), value);
    number.clear();
    return value;
  }
  bool on_int64(std::int64_t value, json::string_view rest, error_code& ec) {
    if (!count(rest.size() + punctuation, ec)) return false;
    number.clear();
    not_a_text();
    if (tree.is_open()) tree.add(value);
    if (at_attribute()) image.set_integer(key, value);
    return true;
  }
  bool on_uint64(std::uint64_t value, json::string_view rest, error_code& ec) {
    if (!count(rest.size() + punctuation, ec)) return false;
    number.clear();
    not_a_text();
    if (tree.is_open()) tree.add(value);
    if (at_attribute()) image.set_text(key, fmt::format("{}", value));  // beyond int64: nothing that is managed
    return true;
  }
  bool on_double(double about, json::string_view rest, error_code& ec) {
    if (!count(rest.size() + punctuation, ec)) return false;
    const double value = exact(about, rest);
    not_a_text();
    if (tree.is_open()) tree.add(value);
    if (!at_attribute()) return true;
    // 1024.0 is an integer to the servers, too.
    if (std::nearbyint(value) == value && std::abs(value) < 9e15) {
      image.set_integer(key, static_cast<std::int64_t>(value));
    } else {
      image.set_text(key, fmt::format("{}", value));
    }
    return true;
  }
  bool on_bool(bool value, error_code& ec) {
    if (!count(punctuation, ec)) return false;
    not_a_text();
    if (tree.is_open()) tree.add(value);
    if (at_attribute()) image.set_bool(key, value);
    return true;
  }
  bool on_null(error_code& ec) {
    if (!count(punctuation, ec)) return false;
    not_a_text();
    if (tree.is_open()) tree.add(nullptr);
    if (at_attribute()) image.set_null(key);
    return true;
  }
  bool on_comment_part(json::string_view, error_code&) { return true; }
  bool on_comment(json::string_view, error_code&) { return true; }
};

json::parse_options options() {
  json::parse_options out;
  out.max_depth = max_depth;
  return out;
}

Error syntax_error(const error_code& ec) {
  if (ec == json::error::too_deep) {
    return {.code = Errc::too_large, .message = fmt::format("the answer is nested deeper than {}", max_depth)};
  }
  if (ec == json::error::string_too_large || ec == json::error::key_too_large) {
    return {.code = Errc::too_large,
            .message = fmt::format("a text of the answer is longer than {} bytes", ImageBuilder::max_bytes)};
  }
  return {.code = Errc::protocol, .message = "the answer is no JSON: " + ec.message()};
}

}  // namespace

struct ImageDecoder::Parser {
  Parser(Document document, const ImageRules& rules, const Visit& visit)
      : json_parser(options(), document, rules, visit) {}
  json::basic_parser<Handler> json_parser;
  EscapeMender mender;

  Result<void> write(bool more, std::string_view chunk) {
    error_code ec;
    const auto used = json_parser.write_some(more, chunk.data(), chunk.size(), ec);
    if (auto& failure = json_parser.handler().failure) return fail(*failure);
    if (ec) return fail(syntax_error(ec));
    if (used < chunk.size()) return fail(Errc::protocol, "the answer goes on after its JSON document");
    return {};
  }
};

ImageDecoder::ImageDecoder(Document document, ImageRules rules, Visit visit)
    : document_(document), rules_(std::move(rules)), visit_(std::move(visit)) {
  restart();
}

ImageDecoder::~ImageDecoder() = default;

void ImageDecoder::restart() { parser_ = std::make_unique<Parser>(document_, rules_, visit_); }

Result<void> ImageDecoder::data(std::string_view chunk) { return parser_->write(true, parser_->mender.mend(chunk)); }

Result<void> ImageDecoder::finish() {
  RETOUCH_CHECK(parser_->write(false, parser_->mender.rest()));
  if (parser_->json_parser.handler().saw_images) return {};
  return fail(Errc::protocol, document_ == Document::list ? "the answer is no list of images: it has no \"images\""
                                                          : "the answer is no image");
}

const std::string& ImageDecoder::next() const { return parser_->json_parser.handler().next; }

core::Image ImageDecoder::take() { return parser_->json_parser.handler().image.take(); }

Result<core::Image> decode_image(std::string_view body, const ImageRules& rules) {
  ImageDecoder decoder(ImageDecoder::Document::image, rules, [](const core::Image&) {});
  RETOUCH_CHECK(decoder.data(body));
  RETOUCH_CHECK(decoder.finish());
  return decoder.take();
}

}  // namespace retouch::providers
