// Files in memory. Paths are plain keys: no directories are needed, `private` rules are what `info` says.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "retouch/os/files.hpp"

namespace retouch::test {

class FakeFiles final : public os::Files {
 public:
  struct File {
    std::string content;
    os::FileInfo info{.regular = true, .owned_by_user = true};
  };
  std::map<std::string, File> files;
  std::set<std::string> unreadable;        // are there, and cannot be read
  std::set<std::string> locked_elsewhere;  // try_lock finds these held
  std::string holder_text = "pid 4711";
  bool fail_writes = false;                // a full or read-only disk
  bool no_locks = false;                   // a file system that cannot lock
  std::vector<std::string> reads, writes;  // every path that was opened, in order

  File& add(const std::string& path, std::string content) {
    return files[path] = File{std::move(content), {.regular = true, .owned_by_user = true}};
  }

  Result<std::optional<os::FileInfo>> info(const std::string& path, bool = false) override {
    const auto found = files.find(path);
    if (found == files.end()) return directory_info(path);
    auto result = found->second.info;
    result.size = found->second.content.size();
    return result;
  }
  Result<std::string> read(const std::string& path, std::size_t limit) override {
    reads.push_back(path);
    const auto found = files.find(path);
    if (found == files.end()) return fail(Errc::not_found, "cannot read " + path + ": No such file or directory");
    if (unreadable.contains(path)) return fail(Errc::io, "cannot read " + path + ": Permission denied");
    if (found->second.content.size() > limit) return fail(Errc::too_large, path + " is too large");
    return found->second.content;
  }
  Result<Secret> read_private(const std::string& path, std::size_t limit) override {
    RETOUCH_TRY(auto content, read(path, limit));
    const auto& status = files[path].info;
    const bool closed = status.regular && !status.symlink && status.owned_by_user && !status.writable_by_others &&
                        !status.readable_by_others && status.links == 1;
    if (!closed) return fail(Errc::untrusted, path + " is not trusted");
    return Secret(std::move(content));
  }
  Result<void> write_private(const std::string& path, const std::string& content) override {
    return store(path, content);
  }
  Result<void> write(const std::string& path, const std::string& content, unsigned = 0644) override {
    return store(path, content);
  }
  Result<void> write_new(const std::string& path, const std::string& content, unsigned = 0644) override {
    if (files.contains(path)) return fail(Errc::io, "cannot create " + path + ": File exists");
    return store(path, content);
  }
  Result<void> remove(const std::string& path) override {
    files.erase(path);
    return {};
  }
  Result<std::vector<std::string>> list_tree(const std::string& root, std::size_t max_files,
                                             bool recursively = true) override {
    std::vector<std::string> names;
    for (const auto& [path, file] : files) {
      if (!path.starts_with(root + "/")) continue;
      auto name = path.substr(root.size() + 1);
      if (recursively || name.find('/') == std::string::npos) names.push_back(std::move(name));
    }
    if (names.empty()) return fail(Errc::not_found, "cannot list " + root);
    if (names.size() > max_files) return fail(Errc::too_large, root + " holds too many files");
    return names;
  }
  Result<std::unique_ptr<Lock>> try_lock(const std::string& path, const std::string& content,
                                         std::string* holder = nullptr) override {
    if (no_locks) return fail(Errc::io, "cannot lock " + path + ": No locks available");
    if (locked_elsewhere.contains(path) || held_.contains(path)) {
      if (holder) *holder = held_.contains(path) ? files[path].content : holder_text;
      return nullptr;
    }
    files[path].content = content;
    held_.insert(path);
    return std::make_unique<Held>(*this, path);
  }

 private:
  struct Held final : Lock {
    Held(FakeFiles& o, std::string p) : owner(o), path(std::move(p)) {}
    ~Held() override { owner.held_.erase(path); }
    FakeFiles& owner;
    std::string path;
  };
  Result<void> store(const std::string& path, const std::string& content) {
    writes.push_back(path);
    if (fail_writes) return fail(Errc::io, "cannot write " + path + ": No space left on device");
    add(path, content);
    return {};
  }
  Result<std::optional<os::FileInfo>> directory_info(const std::string& path) const {
    const auto below = files.lower_bound(path + "/");
    if (below == files.end() || !below->first.starts_with(path + "/")) return std::nullopt;
    return os::FileInfo{.directory = true, .owned_by_user = true};
  }
  std::set<std::string> held_;
};

}  // namespace retouch::test
