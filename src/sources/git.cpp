#include "retouch/sources/git.hpp"

#include <fmt/format.h>

#include <boost/system/system_error.hpp>

#include "git_repository.hpp"
#include "git_rules.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/time.hpp"

namespace retouch::sources {
namespace {

class GitSource final : public Source {
 public:
  GitSource(GitSpec spec, GitWorld world, GitLimits limits)
      : spec_(std::move(spec)), world_(std::move(world)), limits_(limits) {}

  const std::string& name() const override { return spec_.name; }

  task<Result<Snapshot>> read() override {
    auto snapshot = co_await read_unless("");
    if (!snapshot) co_return fail(std::move(snapshot.error()));
    co_return std::move(**snapshot);
  }

  task<Result<std::optional<Snapshot>>> read_unless(std::string revision) override {
    auto result = co_await newest(std::move(revision));
    if (!result) co_return fail(explained(std::move(result.error())));
    co_return std::move(*result);
  }

  task<Result<Snapshot>> read_at(std::string revision) override {
    auto result = co_await older(std::move(revision));
    if (!result) co_return fail(explained(std::move(result.error())));
    co_return std::move(*result);
  }

 private:
  using Repository = std::unique_ptr<GitRepository>;

  task<Result<Repository>> open() {
    co_return co_await GitRepository::open(spec_, world_, limits_, world_.clock.now() + spec_.timeout);
  }

  task<Result<std::optional<Snapshot>>> newest(std::string unless) {
    RETOUCH_CO_TRY(const Repository repository, co_await open());
    // Whether one commit descends from another can be told only from all that lies between.
    RETOUCH_CO_TRY(const std::string commit, co_await repository->fetch(spec_, spec_.fast_forward_only));
    if (commit == unless) co_return std::nullopt;
    RETOUCH_CO_CHECK(co_await repository->verify(spec_, commit));
    RETOUCH_CO_CHECK(co_await check_fast_forward(*repository, commit));
    RETOUCH_CO_TRY(Snapshot snapshot, co_await load(*repository, commit));
    if (spec_.fast_forward_only) RETOUCH_CO_CHECK(co_await repository->accept(commit));
    co_await repository->tidy();
    co_return snapshot;
  }

  task<Result<Snapshot>> older(std::string revision) {
    if (!is_commit_id(revision)) {
      co_return fail(Errc::usage, fmt::format("`{}` is no commit: give its id, or at least its first seven digits",
                                              printable(revision, 100)));
    }
    RETOUCH_CO_TRY(const Repository repository, co_await open());
    RETOUCH_CO_TRY(const std::string tip, co_await repository->fetch(spec_, true));
    RETOUCH_CO_CHECK(co_await repository->verify(spec_, tip));
    RETOUCH_CO_CHECK(co_await check_fast_forward(*repository, tip));
    RETOUCH_CO_TRY(const std::string commit, co_await repository->commit_of(revision));
    RETOUCH_CO_TRY(const bool contained, co_await repository->is_ancestor(commit, tip));
    if (!contained) {
      co_return fail(Errc::not_found, fmt::format("commit {} is not in the history of {}", commit, what()));
    }
    if (commit != tip) RETOUCH_CO_CHECK(co_await repository->verify(spec_, commit));
    co_return co_await load(*repository, commit);
  }

  task<Result<void>> check_fast_forward(GitRepository& repository, const std::string& commit) {
    if (!spec_.fast_forward_only) co_return Result<void>{};
    std::string before = spec_.accepted;
    if (before.empty()) {
      RETOUCH_CO_TRY(before, co_await repository.accepted());
    }
    if (before.empty() || before == commit) co_return Result<void>{};
    bool follows = false;
    if (is_commit_id(before)) {
      RETOUCH_CO_TRY(follows, co_await repository.is_ancestor(before, commit));
    }
    if (follows) co_return Result<void>{};
    // Both remember it, and each is asked when the other does not know.
    co_return fail(Errc::untrusted,
                   fmt::format("{} is now at commit {}, which does not follow commit {} that was accepted before: "
                               "history was rewritten (fast_forward_only). Find out who did it. Where it was meant, "
                               "stop the daemon, remove `sources/{}.json` of the state and `{}`, and the next look "
                               "takes what is there",
                               what(), commit, before, spec_.name, repository.directory()));
  }

  task<Result<Snapshot>> load(GitRepository& repository, const std::string& commit) {
    RETOUCH_CO_TRY(const std::string path, clean_git_path(spec_.path));
    RETOUCH_CO_TRY(const TreeListing listing, co_await repository.list(commit, path));
    if (listing.files.empty()) {
      co_return fail(Errc::invalid_input,
                     fmt::format("commit {} holds no *.yaml or *.yml file{}. If no manifest is meant, a file with the "
                                 "one line `---` in it says so",
                                 commit.substr(0, 12), path.empty() ? "" : " below `" + printable(path, 200) + "`"));
    }
    RETOUCH_CO_TRY(auto texts, co_await repository.read(listing.files));
    const auto shown = [&](const std::string& file) {
      return spec_.name + ":" + (path.empty() ? "" : path + "/") + file;
    };
    Snapshot snapshot{.source = spec_.name, .revision = commit};
    for (std::size_t i = 0; i < texts.size(); ++i) {
      snapshot.files.push_back({spec_.name, shown(listing.files[i].path), std::move(texts[i])});
    }
    for (const std::string& link : listing.links) {
      snapshot.notes.warning({.file = shown(link), .line = 1, .column = 1},
                             "this is a symbolic link: of a Git repository only files are read");
    }
    co_return snapshot;
  }

  std::string what() const {
    switch (spec_.ref_kind) {
      case RefKind::head:
        return "the default branch";
      case RefKind::branch:
        return "branch `" + spec_.ref + "`";
      case RefKind::tag:
        return "tag `" + spec_.ref + "`";
      case RefKind::commit:
        break;
    }
    return "commit " + spec_.ref;
  }

  Error explained(Error error) const {
    error.where = "source " + spec_.name;
    if (error.code == Errc::timeout) {
      error.message =
          fmt::format("{} (the timeout of this source is {})", error.message, format_duration(spec_.timeout));
    }
    return error;
  }

  GitSpec spec_;
  GitWorld world_;
  GitLimits limits_;
};

}  // namespace

std::unique_ptr<Source> make_git_source(GitSpec spec, GitWorld world, GitLimits limits) {
  return std::make_unique<GitSource>(std::move(spec), std::move(world), limits);
}

}  // namespace retouch::sources
