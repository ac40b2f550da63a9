#include "git_answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"

namespace retouch::sources {

std::string without_credentials(std::string text) {
  for (auto at = text.find("://"); at != std::string::npos; at = text.find("://", at)) {
    at += 3;
    const auto end = std::min(text.find_first_of("/ '\"\t", at), text.size());
    const auto sign = text.rfind('@', end);
    if (sign != std::string::npos && sign > at && sign < end) text.replace(at, sign - at, "…");
  }
  return text;
}

namespace {

// Advice and progress say nothing of the cause.
bool is_idle(std::string_view line) {
  static constexpr std::string_view idle[] = {"hint:", "warning:", "From ", "Cloning ", "Please make sure",
                                              "and the rep", "remote: Counting", "remote: Compressing",
                                              "remote: Enumerating", "remote: Total", "fatal: the remote end hung up",
                                              "fatal: early EOF",
                                              // ssh's alarm, but for fingerprint, file and line
                                              "@", "IT IS POSSIBLE", "Someone could", "It is also possible",
                                              "The fingerprint for", "Please contact", "Add correct host key"};
  return line.empty() || std::ranges::any_of(idle, [&](auto start) { return line.starts_with(start); });
}

std::string summary(std::string_view standard_error, bool everything) {
  std::string result;
  int lines = 0;
  for (const std::string& each : split(standard_error, '\n')) {
    auto line = trim(each);
    if (line.empty() || (!everything && is_idle(line))) continue;
    for (const std::string_view start : {"fatal: ", "error: "}) {
      if (line.starts_with(start)) line.remove_prefix(start.size());
    }
    result += (result.empty() ? "" : "; ") + std::string(line);
    if (++lines == 3) break;
  }
  return printable(without_credentials(std::move(result)), 400);
}

// What to do about it, where git's own words leave that open.
constexpr std::string_view changed_host =
    "The host shows another key than the one that is known: somebody may be in between. Only if its owner says that it "
    "has a new one, put that into known_hosts instead of the old one";
constexpr std::string_view unknown_host =
    "Compare the fingerprint of `ssh-keyscan -p PORT HOST | ssh-keygen -lf -` with what the owner of the host says, "
    "and add the "
    "key to ~/.ssh/known_hosts of the user that retouch runs as, or to /etc/ssh/ssh_known_hosts";

constexpr std::string_view revoked_host =
    "known_hosts says that this key is not to be trusted any more: the host must show another one";
constexpr std::string_view redirected =
    "Redirects are not followed: where it is right, make the url the one it leads to";

struct Known {
  std::string_view words;
  Errc code;
  Reaction reaction;
  std::string_view remedy{};
};
constexpr Known known[] = {
    {"couldn't find remote ref", Errc::invalid_input, Reaction::permanent},
    {"REMOTE HOST IDENTIFICATION HAS CHANGED", Errc::untrusted, Reaction::permanent, changed_host},
    {"REVOKED HOST KEY", Errc::untrusted, Reaction::permanent, revoked_host},
    {"Host key verification failed", Errc::untrusted, Reaction::permanent, unknown_host},
    {"returned error: 30", Errc::io, Reaction::transient, redirected},
    {"Permission denied (", Errc::credentials, Reaction::auth},
    {"Authentication failed", Errc::credentials, Reaction::auth},
    {"could not read Username", Errc::credentials, Reaction::auth},
    {"could not read Password", Errc::credentials, Reaction::auth},
    {"not allowed", Errc::untrusted, Reaction::permanent},
    {"mismatched algorithms", Errc::invalid_input, Reaction::permanent},
    {"fsck", Errc::untrusted, Reaction::permanent},
};

bool is_manifest(std::string_view path) {
  const bool hidden = path.starts_with('.') || path.contains("/.");
  return !hidden && (path.ends_with(".yaml") || path.ends_with(".yml"));
}

std::string_view next_word(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  const auto word = rest.substr(0, rest.find(' '));
  rest.remove_prefix(word.size());
  return word;
}

template <class T>
bool to_number(std::string_view text, T& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && !text.empty();
}

}  // namespace

Error git_failure(std::string_view standard_error, const std::string& doing) {
  Error error{.code = Errc::io, .reaction = Reaction::transient};
  std::string_view remedy;
  const auto is_said = [&](const Known& each) { return standard_error.contains(each.words); };
  if (const auto* found = std::ranges::find_if(known, is_said); found != std::end(known)) {
    error.code = found->code;
    error.reaction = found->reaction;
    remedy = found->remedy;
  }
  auto said = summary(standard_error, false);
  if (said.empty()) said = summary(standard_error, true);
  error.message = fmt::format("cannot {}: {}{}{}", without_credentials(doing),
                              said.empty() ? "git does not say why" : said, remedy.empty() ? "" : ". ", remedy);
  return error;
}

Result<TreeListing> parse_tree(std::string_view output, const GitLimits& limits) {
  TreeListing listing;
  std::size_t count = 0, bytes = 0;
  while (!output.empty()) {
    auto item = output.substr(0, output.find('\0'));
    output.remove_prefix(std::min(item.size() + 1, output.size()));
    if (++count > limits.files) return fail(Errc::too_large, fmt::format("it holds more than {} files", limits.files));
    const auto tab = item.find('\t');
    if (tab == std::string_view::npos) return fail(Errc::protocol, "git ls-tree wrote something unexpected");
    const auto path = item.substr(tab + 1);
    auto rest = item.substr(0, tab);
    const auto mode = next_word(rest), type = next_word(rest), id = next_word(rest), size = next_word(rest);
    if (!is_manifest(path) || type != "blob") continue;  // type commit: a submodule
    if (mode == "120000") {
      listing.links.emplace_back(path);
      continue;
    }
    TreeFile file{.path = std::string(path), .id = std::string(id)};
    if (!to_number(size, file.size)) return fail(Errc::protocol, "git ls-tree told no size");
    if (file.size > limits.bytes_of_file) {
      return fail(Errc::too_large,
                  fmt::format("{} is larger than {} bytes", printable(path, 200), limits.bytes_of_file));
    }
    bytes += file.size;
    if (bytes > limits.bytes)
      return fail(Errc::too_large, fmt::format("its manifests are larger than {} bytes", limits.bytes));
    listing.files.push_back(std::move(file));
  }
  std::ranges::sort(listing.files, {}, &TreeFile::path);
  return listing;
}

Result<std::vector<std::string>> parse_blobs(std::string_view output, const std::vector<TreeFile>& asked) {
  std::vector<std::string> texts;
  for (const TreeFile& file : asked) {
    const auto header = fmt::format("{} blob {}\n", file.id, file.size);
    if (!output.starts_with(header) || output.size() < header.size() + file.size + 1) {
      return fail(Errc::protocol, fmt::format("git cat-file did not give {}", printable(file.path, 200)));
    }
    texts.emplace_back(output.substr(header.size(), file.size));
    output.remove_prefix(header.size() + file.size + 1);
  }
  if (!output.empty()) return fail(Errc::protocol, "git cat-file gave more than was asked for");
  return texts;
}

std::string name_of_tag(std::string_view object) {
  const auto header = object.substr(0, object.find("\n\n"));
  for (const std::string& line : split(header, '\n')) {
    if (line.starts_with("tag ")) return line.substr(4);
  }
  return {};
}

}  // namespace retouch::sources
