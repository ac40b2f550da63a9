#include <fmt/format.h>

#include <algorithm>

#include "retouch/base/digest.hpp"
#include "retouch/os/paths.hpp"
#include "retouch/sources/source.hpp"

namespace retouch::sources {
namespace {

bool is_manifest(const std::string& name) { return name.ends_with(".yaml") || name.ends_with(".yml"); }

// Names relative to the root, so that a copy of the tree elsewhere is the same revision; lengths, so that no content
// can pass for another's name.
std::string revision_of(const std::vector<std::string>& names, const std::vector<core::ManifestFile>& files) {
  std::string digests;
  for (std::size_t i = 0; i < files.size(); ++i) {
    digests += fmt::format("{}:{} {}\n", names[i].size(), names[i], sha256_hex(files[i].text));
  }
  return "sha256:" + sha256_hex(digests);
}

// Runs on the blocking pool: nothing here may touch the event loop's thread.
class Reader {
 public:
  Reader(os::Files& files, std::string source, std::string path, DirectoryLimits limits)
      : files_(files), path_(std::move(path)), limits_(limits) {
    snapshot_.source = std::move(source);
  }

  Result<Snapshot> read() {
    RETOUCH_TRY(const auto info, files_.info(path_));
    if (!info) return fail(Errc::invalid_input, fmt::format("{} does not exist; it should hold the manifests", path_));
    if (info->directory) {
      RETOUCH_CHECK(read_directory());
    } else if (info->regular) {
      RETOUCH_CHECK(add(path_.substr(path_.rfind('/') + 1), path_));  // npos + 1 is 0
    } else {
      return fail(Errc::invalid_input, fmt::format("{} is neither a directory nor a regular file", path_));
    }
    snapshot_.revision = revision_of(names_, snapshot_.files);
    return std::move(snapshot_);
  }

 private:
  Result<void> read_directory() {
    RETOUCH_TRY(auto names, files_.list_tree(path_, limits_.files));
    std::erase_if(names, [](const auto& name) { return !is_manifest(name); });
    std::ranges::sort(names);
    for (auto& name : names) {
      auto path = os::join_path(path_, name);
      RETOUCH_CHECK(add(std::move(name), std::move(path)));
    }
    if (!snapshot_.files.empty()) return {};
    return fail(Errc::invalid_input,
                fmt::format("{} holds no *.yaml or *.yml file: is something not mounted or not checked out? If no "
                            "manifest is meant, a file with the one line `---` in it says so",
                            path_));
  }

  Result<void> add(std::string name, std::string path) {
    RETOUCH_TRY(auto text, files_.read(path, limits_.bytes_of_file));
    bytes_ += text.size();
    if (bytes_ > limits_.bytes) {
      return fail(Errc::too_large, fmt::format("the manifests of {} are larger than {} bytes", path_, limits_.bytes));
    }
    names_.push_back(std::move(name));
    snapshot_.files.push_back({.source = snapshot_.source, .name = std::move(path), .text = std::move(text)});
    return {};
  }

  os::Files& files_;
  std::string path_;
  DirectoryLimits limits_;
  Snapshot snapshot_;
  std::vector<std::string> names_;  // relative to the root
  std::size_t bytes_ = 0;
};

class DirectorySource final : public Source {
 public:
  DirectorySource(std::string name, std::string path, os::Files& files, async::Blocking& blocking,
                  DirectoryLimits limits)
      : name_(std::move(name)), path_(std::move(path)), files_(files), blocking_(blocking), limits_(limits) {}

  const std::string& name() const override { return name_; }

  task<Result<Snapshot>> read() override {
    auto work = [&files = files_, name = name_, path = path_, limits = limits_] {
      return Reader(files, name, path, limits).read();
    };
    auto result = co_await blocking_.run(std::move(work));
    if (!result) result.error().where = "source " + name_;
    co_return result;
  }

 private:
  std::string name_;
  std::string path_;
  os::Files& files_;
  async::Blocking& blocking_;
  DirectoryLimits limits_;
};

}  // namespace

std::unique_ptr<Source> make_directory_source(std::string name, std::string path, os::Files& files,
                                              async::Blocking& blocking, DirectoryLimits limits) {
  return std::make_unique<DirectorySource>(std::move(name), std::move(path), files, blocking, limits);
}

}  // namespace retouch::sources
