#include "retouch/os/watch.hpp"

#include <fmt/format.h>
#include <sys/inotify.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>

#include "descriptor.hpp"
#include "retouch/os/paths.hpp"

namespace retouch::os {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t content = IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM |
                                  IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF;
constexpr std::uint32_t names = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE;
// After these the set of directories may be another one.
constexpr std::uint32_t structure = IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_Q_OVERFLOW;

class TreeWatch final : public Watch {
 public:
  TreeWatch(const asio::any_io_executor& executor, std::string root, std::size_t max)
      : executor_(executor), root_(std::move(root)), max_(max) {
    while (root_.size() > 1 && root_.ends_with('/')) root_.pop_back();
  }

  // A new set of watches in place of the old one: what moved away is not watched any more.
  Result<void> renew() {
    Descriptor file(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!file) return fail(Errc::io, fmt::format("cannot watch {}: {}", root_, std::system_category().message(errno)));
    parent_ = -1;
    count_ = 0;
    RETOUCH_CHECK(add_all(file.get()));
    stream_.emplace(executor_, file.release());
    return {};
  }

  task<Result<void>> changed() override {
    alignas(inotify_event) std::array<char, 16384> buffer;
    for (;;) {
      const auto [error, size] = co_await stream_->async_read_some(asio::buffer(buffer), async::use_tuple);
      if (error == asio::error::operation_aborted) co_return fail(Errc::cancelled, "stopped");
      if (error) co_return fail(Errc::io, fmt::format("cannot watch {} any longer: {}", root_, error.message()));
      const Seen seen = look_at({buffer.data(), size});
      if (seen.structure) RETOUCH_CO_CHECK(renew());  // before the caller reads: nothing falls between
      if (seen.anything) co_return Result<void>{};
    }
  }

 private:
  struct Seen {
    bool anything = false;
    bool structure = false;
  };

  Result<void> add_all(int file) {
    // A name in its parent: a link that is swapped, a file that is replaced, a directory that is not there yet.
    if (parent_path(root_) != root_) {  // "/" and "." are their own
      parent_ = ::inotify_add_watch(file, parent_path(root_).c_str(), names | IN_ONLYDIR);
    }
    std::error_code ignored;
    if (fs::is_directory(root_, ignored)) return add_below(file);
    if (parent_ >= 0) return {};
    return fail(file_error("watch", parent_path(root_), errno));
  }

  Result<void> add_below(int file) {
    RETOUCH_CHECK(add(file, root_));
    std::error_code error;
    fs::recursive_directory_iterator at(root_, fs::directory_options::skip_permission_denied, error), end;
    for (; !error && at != end; at.increment(error)) {
      std::error_code ignored;
      if (at->is_symlink(ignored) || !at->is_directory(ignored)) continue;
      if (at->path().filename().native().starts_with('.')) {
        at.disable_recursion_pending();
      } else {
        RETOUCH_CHECK(add(file, at->path().native()));
      }
    }
    return {};  // what went while we looked is an event
  }

  Result<void> add(int file, const std::string& directory) {
    if (++count_ > max_) {
      return fail(Errc::too_large, fmt::format("cannot watch {}: it holds more than {} directories", root_, max_));
    }
    if (::inotify_add_watch(file, directory.c_str(), content | IN_ONLYDIR) >= 0) return {};
    if (errno == ENOENT || errno == ENOTDIR || errno == EACCES) return {};
    return fail(file_error("watch", directory, errno));
  }

  Seen look_at(std::string_view events) const {
    Seen seen;
    while (events.size() >= sizeof(inotify_event)) {
      inotify_event event{};
      std::memcpy(&event, events.data(), sizeof event);
      const std::string name(events.data() + sizeof event, ::strnlen(events.data() + sizeof event, event.len));
      events.remove_prefix(sizeof event + event.len);
      if ((event.mask & IN_IGNORED) != 0) continue;
      const bool of_parent = event.wd == parent_;
      if (of_parent && (event.mask & structure) == 0) {
        if (name != root_.substr(root_.rfind('/') + 1)) continue;  // a neighbour
        seen.structure = true;
      }
      if ((event.mask & (structure | IN_ISDIR)) != 0) seen.structure = true;
      seen.anything = true;
    }
    return seen;
  }

  asio::any_io_executor executor_;
  std::string root_;
  std::size_t max_, count_ = 0;
  int parent_ = -1;
  std::optional<asio::posix::stream_descriptor> stream_;
};

}  // namespace

Result<std::unique_ptr<Watch>> watch_tree(const asio::any_io_executor& executor, std::string root,
                                          std::size_t max_directories) {
  auto watch = std::make_unique<TreeWatch>(executor, std::move(root), max_directories);
  RETOUCH_CHECK(watch->renew());
  return watch;
}

}  // namespace retouch::os
