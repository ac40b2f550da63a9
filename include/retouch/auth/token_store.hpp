// Tokens and refusals on disk, for the next process. All functions block; call them through async::Blocking. The files
// are those of os::Files' private kind; whatever is wrong with one (mode, owner, size, content, another secret) makes
// it void.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "retouch/auth/credential.hpp"
#include "retouch/auth/keystone.hpp"
#include "retouch/base/random.hpp"
#include "retouch/os/files.hpp"

namespace retouch::auth {

inline constexpr std::size_t max_token_file = 128 * 1024;

struct StoredToken {
  TokenAnswer answer;
  Duration age{};  // since it was obtained, by this machine's wall clock; the life is expires_at - date
};

// Of what a refusal is: of the credential, whatever the project, or (when it was accepted for another one) of one
// project.
enum class Reach { credential, project };

class TokenStore {
 public:
  // `directory` is made (0700) when something is stored. `files` and `random` outlive the store;
  // several threads use them at once.
  TokenStore(std::string directory, os::Files& files, Random& random)
      : directory_(std::move(directory)), files_(files), random_(random) {}

  // nullopt = none that can be used. Not trusted when the wall clock ran backwards since it was stored, or the token
  // would be older than its life. `why` says what was wrong with a file that exists.
  std::optional<StoredToken> load(const Account& account, Wall now, std::string* why = nullptr) const;
  Result<void> save(const Account& account, const TokenAnswer& answer, Wall obtained) const;

  // "the token endpoint refused …" of at most 6 h ago, for exactly this secret: for this project, or for any.
  std::optional<Error> remembered_refusal(const Account& account, Wall now) const;
  Result<void> remember_refusal(const Account& account, const Error& refusal, Wall now,
                                Reach reach = Reach::credential) const;
  // Also those that are over. A refusal of another secret stands: another cloud may still be configured with it.
  void forget_refusal(const Account& account, Wall now) const;

  // Held while a process logs in, so that others wait for its token instead of asking for their own. nullptr = held
  // elsewhere.
  Result<std::unique_ptr<os::Files::Lock>> try_lock(const Account& account) const;

 private:
  std::string path(const std::string& fingerprint, std::string_view suffix) const;
  std::string refusal_path(const Account& account, Reach reach) const;
  std::string salt() const;
  std::string directory_;
  os::Files& files_;
  Random& random_;
};

// Hex of a slow hash (PBKDF2), so that a stolen file is of little use for guessing a password. Every start and every
// cloud waits for it, which is why it is not slower: decision 0041.
std::string secret_check(const Secret& secret, const std::string& salt);

}  // namespace retouch::auth
