// What git writes, and what is kept of a source on disk: sources/git_answers, sources/last_good.
#include "fuzz.hpp"
#include "retouch/base/text.hpp"
#include "retouch/sources/last_good.hpp"
#include "sources/git_answers.hpp"

using namespace retouch;

namespace {

void check_tree(std::string_view output) {
  const sources::GitLimits limits{.files = 50, .bytes_of_file = 10'000, .bytes = 100'000};
  const auto tree = sources::parse_tree(output, limits);
  if (!tree) {
    fuzz::require_showable(describe(tree.error()), "an error");
    return;
  }
  std::size_t bytes = 0;
  std::string blobs;
  std::vector<std::string> texts;
  for (const auto& file : tree->files) {
    fuzz::require(file.path.ends_with(".yaml") || file.path.ends_with(".yml"), "manifests end in .yaml", file.path);
    for (const auto& part : split(file.path, '/'))
      fuzz::require(!part.starts_with('.'), "no hidden file is read", file.path);
    bytes += file.size;
    texts.emplace_back(file.size, 'x');
    blobs += file.id + " blob " + std::to_string(file.size) + "\n" + texts.back() + "\n";
  }
  fuzz::require(tree->files.size() + tree->links.size() <= limits.files && bytes <= limits.bytes,
                "a tree keeps to its limits");
  fuzz::require(sources::parse_blobs(blobs, tree->files) == texts, "each blob is what was asked for", blobs);
  sources::parse_blobs(output, tree->files);
}

void check_kept(std::string_view text) {
  const auto last = sources::from_document(text, "images");
  if (!last) {
    fuzz::require_showable(describe(last.error()), "an error");
    return;
  }
  fuzz::require(sources::from_document(sources::to_document(*last), "images") == *last, "what is kept can be read back",
                text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_tree(text);
  check_kept(text);
  const auto failure = sources::git_failure(text, "fetch https://host/x");
  fuzz::require_showable(failure.message, "what git says");
  fuzz::require(failure.message.starts_with("cannot fetch https://host/x: "), "an error says what failed",
                failure.message);
  const auto once = sources::without_credentials(std::string(text));
  fuzz::require(sources::without_credentials(once) == once, "credentials are taken out whole", once);
  sources::name_of_tag(text);
  return 0;
}
