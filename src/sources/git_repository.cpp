#include "git_repository.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "git_rules.hpp"
#include "retouch/base/digest.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"
#include "retouch/os/paths.hpp"

namespace retouch::sources {
namespace {

constexpr std::size_t listing_cap = 64u << 20;
constexpr std::size_t batch_bytes = 16u << 20;  // of contents that are in flight between git and us
constexpr auto lock_pause = std::chrono::milliseconds(100);

// The mark of a directory that back-ups leave out (bford.info/cachedir).
constexpr auto cache_mark = "Signature: 8a477f597d28d172789f06886806bc55\n# Repositories that retouch fetched.\n";

std::string refspec(const GitSpec& spec, const std::string& into) {
  switch (spec.ref_kind) {
    case RefKind::head:
      return "+HEAD:" + into;
    case RefKind::branch:
      return "+refs/heads/" + spec.ref + ":" + into;
    case RefKind::tag:
      return "+refs/tags/" + spec.ref + ":" + into;
    case RefKind::commit:
      break;
  }
  return "+" + spec.ref + ":" + into;
}

}  // namespace

GitRepository::GitRepository(const GitSpec& spec, const GitWorld& world, const GitLimits& limits, Mono deadline)
    : world_(world), limits_(limits), deadline_(deadline) {
  directory_ = os::join_path(world_.cache_directory, sha256_hex(spec.url).substr(0, 32) + ".git");
  ref_ = "refs/retouch/" + sha256_hex(spec.name).substr(0, 16);
}

task<Result<std::unique_ptr<GitRepository>>> GitRepository::open(const GitSpec& spec, const GitWorld& world,
                                                                 const GitLimits& limits, Mono deadline) {
  RETOUCH_CO_CHECK(check_git_url(spec.url));
  RETOUCH_CO_CHECK(check_git_ref(spec.ref_kind, spec.ref));
  std::unique_ptr<GitRepository> repository(new GitRepository(spec, world, limits, deadline));
  RETOUCH_CO_TRY(repository->program_, os::find_program("git"));
  RETOUCH_CO_CHECK(co_await repository->find_out_url(spec));
  RETOUCH_CO_CHECK(co_await repository->lock());
  RETOUCH_CO_CHECK(co_await repository->make());
  repository->remove_litter();
  co_return repository;
}

task<Result<std::vector<GitSetting>>> GitRepository::read_user_settings() const {
  // git takes it for an error to have no home; a service that has none has no settings either.
  if (!world_.environment.get("HOME")) co_return std::vector<GitSetting>{};
  os::Command ask =
      command({"config", "--global", "--includes", "--null", "--get-regexp", std::string(user_settings_pattern)});
  ask.env = environment_to_read_settings(world_.environment);
  RETOUCH_CO_TRY(const os::Finished answer, co_await world_.children.run(std::move(ask)));
  if (answer.status <= 1) co_return parse_user_settings(answer.out);  // 1: there is none
  auto error = git_failure(answer.err, "read the user's git configuration");
  error.reaction = Reaction::permanent;
  co_return fail(std::move(error));
}

// What the user's insteadOf makes of it.
task<Result<std::string>> GitRepository::resolve_url(const std::string& url,
                                                     const std::vector<GitSetting>& settings) const {
  os::Command resolve = command({"ls-remote", "--get-url", "--", url});
  resolve.env = git_environment(world_.environment, settings, {}, "none", "");
  RETOUCH_CO_TRY(const os::Finished resolved, co_await world_.children.run(std::move(resolve)));
  if (!resolved.ok()) co_return fail(git_failure(resolved.err, "find out what insteadOf makes of " + url));
  auto result = std::string(trim(resolved.out));
  const auto checked = check_git_url(result);
  if (checked) co_return result;
  co_return fail(Errc::invalid_input,
                 fmt::format("url.*.insteadOf of the user's git configuration makes `{}` of the "
                             "url: {}",
                             printable(without_credentials(std::move(result)), 200), checked.error().message));
}

task<Result<void>> GitRepository::find_out_url(const GitSpec& spec) {
  RETOUCH_CO_TRY(const auto settings, co_await read_user_settings());
  RETOUCH_CO_TRY(url_, co_await resolve_url(spec.url, settings));
  GitPrograms programs;
  const auto protocol = protocol_of(url_);
  if (protocol == "ssh") {
    RETOUCH_CO_TRY(programs.ssh, os::find_program("ssh"));
  }
  if (!spec.allowed_signers.empty()) {
    RETOUCH_CO_TRY(programs.ssh_keygen, os::find_program("ssh-keygen"));
  }
  // git is given what came of it: insteadOf must not be applied twice.
  std::vector<GitSetting> credentials;
  for (const auto& setting : settings) {
    if (!setting.first.starts_with("url.")) credentials.push_back(setting);
  }
  environment_ = git_environment(world_.environment, credentials, programs, protocol, spec.allowed_signers);
  co_return Result<void>{};
}

task<Result<void>> GitRepository::lock() {
  // It also sees to a directory of our own that is closed to others.
  const auto mark = os::join_path(world_.cache_directory, "CACHEDIR.TAG");
  if (const auto there = world_.files.read_private(mark, 4096); !there) {
    if (there.error().code != Errc::not_found) co_return fail(there.error());
    RETOUCH_CO_CHECK(world_.files.write_private(mark, cache_mark));
  }
  for (;;) {
    RETOUCH_CO_TRY(lock_, world_.files.try_lock(directory_ + ".lock", ""));
    if (lock_) co_return Result<void>{};
    if (world_.clock.now() >= deadline_) {
      co_return fail(Errc::timeout, fmt::format("another process worked in {} all the time", directory_),
                     Reaction::transient);
    }
    co_await world_.clock.sleep_for(lock_pause);
  }
}

task<Result<void>> GitRepository::make() {
  RETOUCH_CO_TRY(const auto head, world_.files.info(os::join_path(directory_, "HEAD")));
  if (head) co_return Result<void>{};
  const os::Command initialize = command({"init", "--quiet", "--bare", "--template=", "--", directory_});
  RETOUCH_CO_TRY(const os::Finished made, co_await world_.children.run(initialize));
  if (made.ok()) co_return Result<void>{};
  auto error = git_failure(made.err, "make the repository " + directory_);
  error.reaction = Reaction::permanent;
  co_return fail(std::move(error));
}

// What a git that was killed left behind. Nobody else works here while we hold the lock.
void GitRepository::remove_litter() {
  for (const auto* name : {"shallow.lock", "packed-refs.lock", "config.lock", "HEAD.lock", "gc.pid"}) {
    static_cast<void>(world_.files.remove(os::join_path(directory_, name)));
  }
  for (const auto* name : {"/candidate.lock", "/accepted.lock"}) {
    static_cast<void>(world_.files.remove(os::join_path(directory_, ref_ + name)));
  }
  const auto packs = os::join_path(directory_, "objects/pack");
  for (const std::string& name : world_.files.list_tree(packs, 100'000, false).value_or(std::vector<std::string>{})) {
    if (name.ends_with(".pack")) ++packs_;
    if (name.starts_with("tmp_") || name.ends_with(".keep")) {
      static_cast<void>(world_.files.remove(os::join_path(packs, name)));
    }
  }
}

os::Command GitRepository::command(std::vector<std::string> arguments) const {
  os::Command result{.argv = {program_}, .env = environment_, .max_file = limits_.pack, .deadline = deadline_};
  std::ranges::move(arguments, std::back_inserter(result.argv));
  return result;
}

task<Result<os::Finished>> GitRepository::git(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "--git-dir=" + directory_);
  os::Command run = command(std::move(arguments));
  run.max_output = listing_cap;
  co_return co_await world_.children.run(std::move(run));
}

task<Result<os::Finished>> GitRepository::git_or_fail(std::vector<std::string> arguments, std::string doing) {
  RETOUCH_CO_TRY(os::Finished finished, co_await git(std::move(arguments)));
  if (finished.ok()) co_return finished;
  co_return fail(git_failure(finished.err, doing));
}

task<Result<std::string>> GitRepository::fetch(const GitSpec& spec, bool whole) {
  const auto candidate = ref_ + "/candidate";
  bool there = false;
  if (spec.ref_kind == RefKind::commit && !whole) {  // it never changes
    const auto known = co_await commit_of(spec.ref);
    there = known.has_value();
  }
  if (!there) {
    RETOUCH_CO_TRY(const auto shallow, world_.files.info(os::join_path(directory_, "shallow")));
    RETOUCH_CO_TRY(const auto before, co_await git({"rev-parse", "--verify", "--quiet", candidate}));
    std::vector<std::string> arguments{"fetch",
                                       "--quiet",
                                       "--force",
                                       "--no-tags",
                                       "--no-write-fetch-head",
                                       "--no-recurse-submodules",
                                       "--no-auto-maintenance"};
    if (whole && shallow) arguments.emplace_back("--unshallow");
    if (!whole && (shallow || !before.ok())) arguments.emplace_back("--depth=1");
    for (auto& last : {std::string("--"), url_, refspec(spec, candidate)}) arguments.push_back(last);
    RETOUCH_CO_CHECK(co_await git_or_fail(std::move(arguments), "fetch " + url_));
  } else {
    RETOUCH_CO_CHECK(co_await git_or_fail({"update-ref", candidate, spec.ref}, "remember the commit " + spec.ref));
  }
  co_return co_await commit_of(candidate);
}

task<Result<std::string>> GitRepository::commit_of(std::string revision) {
  RETOUCH_CO_TRY(const os::Finished found,
                 co_await git({"rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"}));
  auto id = std::string(trim(found.out));
  if (found.ok() && is_commit_id(id)) co_return id;
  co_return fail(Errc::not_found,
                 fmt::format("{} has no commit {}", without_credentials(url_), printable(revision, 100)));
}

task<Result<bool>> GitRepository::is_ancestor(const std::string& ancestor, const std::string& commit) {
  RETOUCH_CO_TRY(const os::Finished answer, co_await git({"merge-base", "--is-ancestor", ancestor, commit}));
  co_return answer.ok();  // also when the other commit is nowhere in the history that we have
}

task<Result<std::string>> GitRepository::accepted() {
  RETOUCH_CO_TRY(const os::Finished found, co_await git({"rev-parse", "--verify", "--quiet", ref_ + "/accepted"}));
  co_return found.ok() ? std::string(trim(found.out)) : "";
}

task<Result<void>> GitRepository::accept(const std::string& commit) {
  RETOUCH_CO_CHECK(co_await git_or_fail({"update-ref", ref_ + "/accepted", commit}, "remember the commit " + commit));
  co_return Result<void>{};
}

task<Result<TreeListing>> GitRepository::list(const std::string& commit, const std::string& path) {
  RETOUCH_CO_TRY(const os::Finished listed,
                 co_await git({"ls-tree", "-r", "-z", "-l", "--full-tree", "--end-of-options", commit + ":" + path}));
  if (!listed.ok()) {
    co_return fail(Errc::invalid_input,
                   fmt::format("commit {} has no directory `{}`", commit.substr(0, 12), printable(path, 200)));
  }
  co_return parse_tree(listed.out, limits_);
}

task<Result<std::vector<std::string>>> GitRepository::read(const std::vector<TreeFile>& files) {
  std::vector<std::string> texts;
  for (std::size_t next = 0; next < files.size();) {
    os::Command ask = command({"--git-dir=" + directory_, "cat-file", "--batch"});
    std::vector<TreeFile> batch;
    for (std::size_t bytes = 0; next < files.size() && (batch.empty() || bytes + files[next].size <= batch_bytes);
         ++next) {
      bytes += files[next].size;
      ask.input += files[next].id + "\n";
      ask.max_output += files[next].size + 128;
      batch.push_back(files[next]);
    }
    RETOUCH_CO_TRY(const os::Finished answer, co_await world_.children.run(std::move(ask)));
    if (!answer.ok()) co_return fail(git_failure(answer.err, "read files of " + url_));
    RETOUCH_CO_TRY(auto contents, parse_blobs(answer.out, batch));
    std::ranges::move(contents, std::back_inserter(texts));
  }
  co_return texts;
}

task<void> GitRepository::tidy() {
  if (packs_ <= limits_.packs) co_return;
  os::Command gc = command({"--git-dir=" + directory_, "gc", "--quiet", "--prune=now"});
  gc.deadline = world_.clock.now() + std::chrono::minutes(5);
  co_await world_.children.run(std::move(gc));  // it is only the tidying: next time again
}

}  // namespace retouch::sources
