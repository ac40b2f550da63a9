// The bare repository that a Git source keeps in the cache, and the git that works in it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "git_answers.hpp"
#include "git_environment.hpp"
#include "retouch/sources/git.hpp"

namespace retouch::sources {

// Open = locked against every other process and source. All its work ends by one deadline; coroutines of one caller.
class GitRepository {
 public:
  // Reads the user's settings, finds out what their insteadOf makes of the URL, checks that, too, and makes the
  // repository if there is none.
  static task<Result<std::unique_ptr<GitRepository>>> open(const GitSpec& spec, const GitWorld& world,
                                                           const GitLimits& limits, Mono deadline);

  const std::string& directory() const { return directory_; }

  // Exactly the wanted ref, all of its history when `whole`. Its commit (of a tag: what it points to).
  task<Result<std::string>> fetch(const GitSpec& spec, bool whole);
  // The commit that this means here; not_found: there is none.
  task<Result<std::string>> commit_of(std::string revision);
  // untrusted: no good signature of one of the signers. `commit` may be what the fetched tag points to: then the tag
  // must carry it.
  task<Result<void>> verify(const GitSpec& spec, const std::string& commit);
  task<Result<bool>> is_ancestor(const std::string& ancestor, const std::string& commit);
  // "" = never accepted any.
  task<Result<std::string>> accepted();
  task<Result<void>> accept(const std::string& commit);

  task<Result<TreeListing>> list(const std::string& commit, const std::string& path);
  task<Result<std::vector<std::string>>> read(const std::vector<TreeFile>& files);
  // Once in a while everything that no ref holds any more is thrown away.
  task<void> tidy();

 private:
  GitRepository(const GitSpec& spec, const GitWorld& world, const GitLimits& limits, Mono deadline);
  task<Result<std::vector<GitSetting>>> read_user_settings() const;
  task<Result<std::string>> resolve_url(const std::string& url, const std::vector<GitSetting>& settings) const;
  task<Result<void>> find_out_url(const GitSpec& spec);
  task<Result<void>> lock();
  task<Result<void>> make();
  void remove_litter();
  os::Command command(std::vector<std::string> arguments) const;
  task<Result<os::Finished>> git(std::vector<std::string> arguments);
  task<Result<os::Finished>> git_or_fail(std::vector<std::string> arguments, std::string doing);
  task<Result<void>> verify_tag(const std::string& tag, const GitSpec& spec);

  GitWorld world_;
  GitLimits limits_;
  Mono deadline_;
  std::string program_{}, url_{}, directory_{}, ref_{};
  std::vector<std::string> environment_{};
  std::unique_ptr<os::Files::Lock> lock_{};
  std::size_t packs_ = 0;
};

}  // namespace retouch::sources
