// Signatures: who may say what a commit's content is, decided by a file outside of every repository.
#include <fmt/format.h>

#include "git_repository.hpp"
#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"

namespace retouch::sources {
namespace {

Result<void> check_signers_file(os::Files& files, const std::string& path) {
  RETOUCH_TRY(const auto info, files.info(path));
  if (!info || !info->regular) {
    return fail(Errc::invalid_input,
                fmt::format("the file of allowed signers {} does not exist: make it, a line `NAME namespaces=\"git\" "
                            "KEY` for each signer (ssh-keygen(1), ALLOWED SIGNERS)",
                            printable(path, 300)));
  }
  if (!info->writable_by_others) return {};
  return fail(Errc::untrusted,
              fmt::format("the file of allowed signers {} can be written by others: chmod go-w", printable(path, 300)));
}

// `how`: the command that signs it.
Error not_signed(const std::string& what, std::string_view said, const std::string& how, const std::string& signers) {
  std::string why;
  for (const std::string& line : split(said, '\n')) {
    if (!trim(line).empty()) why += (why.empty() ? "" : "; ") + std::string(trim(line));
  }
  return {.code = Errc::untrusted,
          .message = fmt::format("{} has no good signature of an allowed signer{}{}. Let one of them sign it "
                                 "(`git -c gpg.format=ssh {}`), or add who did to {}",
                                 what, why.empty() ? "" : ": ", printable(why, 400), how, printable(signers, 300))};
}

}  // namespace

task<Result<void>> GitRepository::verify(const GitSpec& spec, const std::string& commit) {
  if (spec.allowed_signers.empty()) co_return Result<void>{};
  RETOUCH_CO_CHECK(check_signers_file(world_.files, spec.allowed_signers));
  if (spec.ref_kind == RefKind::tag) {
    const auto candidate = ref_ + "/candidate";
    RETOUCH_CO_TRY(const std::string target, co_await commit_of(candidate));
    RETOUCH_CO_TRY(const os::Finished type, co_await git({"cat-file", "-t", candidate}));
    if (target == commit && trim(type.out) == "tag") co_return co_await verify_tag(candidate, spec);
  }
  RETOUCH_CO_TRY(const os::Finished verified, co_await git({"verify-commit", commit}));
  if (verified.ok()) co_return Result<void>{};
  co_return fail(not_signed("commit " + commit, verified.err, "commit --amend -S", spec.allowed_signers));
}

task<Result<void>> GitRepository::verify_tag(const std::string& tag, const GitSpec& spec) {
  RETOUCH_CO_TRY(const os::Finished object, co_await git({"cat-file", "tag", tag}));
  const std::string make = "tag -f -s " + spec.ref;
  if (const auto name = name_of_tag(object.out); name != spec.ref) {
    co_return fail(Errc::untrusted,
                   fmt::format("the tag `{}` was signed as `{}`: somebody moved it. Make it again under its own name "
                               "(`git -c gpg.format=ssh {}`)",
                               spec.ref, printable(name, 100), make));
  }
  RETOUCH_CO_TRY(const os::Finished verified, co_await git({"verify-tag", tag}));
  if (verified.ok()) co_return Result<void>{};
  co_return fail(not_signed("the tag " + spec.ref, verified.err, make, spec.allowed_signers));
}

}  // namespace retouch::sources
