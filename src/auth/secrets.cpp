#include "retouch/auth/secrets.hpp"

#include <fmt/format.h>

#include "retouch/os/paths.hpp"

namespace retouch::auth {
namespace {

std::unexpected<Error> at(const AuthValue& value, Errc code, std::string message) {
  return fail(Error{.code = code, .message = std::move(message), .place = value.place});
}

void drop_line_end(std::string& text) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
}

Result<std::string> from_file(const AuthValue& value, const std::string& path, const std::string& key, os::Files& files,
                              std::vector<std::string>& notices) {
  auto info = files.info(path);
  if (!info) return at(value, info.error().code, fmt::format("{}: {}", key, info.error().message));
  if (!*info) return at(value, Errc::not_found, fmt::format("{}: there is no file {}", key, path));
  if ((*info)->directory) return at(value, Errc::invalid_input, fmt::format("{}: {} is a directory", key, path));
  if ((*info)->writable_by_others) {
    return at(value, Errc::untrusted,
              fmt::format("{}: {} can be written by others, who could replace the secret; chmod go-w it", key, path));
  }
  if ((*info)->readable_by_all) notices.push_back(fmt::format("{}: everybody on this machine can read {}", key, path));
  auto content = files.read(path, max_secret_file);
  if (!content) return at(value, content.error().code, fmt::format("{}: {}", key, content.error().message));
  drop_line_end(*content);
  return content;
}

Result<std::string> from_credential(const AuthValue& value, const std::string& key, const os::Environment& environment,
                                    os::Files& files, std::vector<std::string>& notices) {
  const auto directory = environment.get("CREDENTIALS_DIRECTORY");
  if (!directory) {
    return at(
        value, Errc::not_found,
        fmt::format("{}: {{credential: {}}} needs systemd (LoadCredential=), but CREDENTIALS_DIRECTORY is not set", key,
                    value.text));
  }
  if (value.text.empty() || value.text.starts_with('.') || value.text.find('/') != std::string::npos) {
    return at(value, Errc::invalid_input, fmt::format("{}: `{}` is no name of a credential", key, value.text));
  }
  return from_file(value, os::join_path(*directory, value.text), key, files, notices);
}

}  // namespace

Result<Secret> open_secret(const AuthValue& value, const std::string& key, const os::Environment& environment,
                           os::Files& files, std::vector<std::string>& notices) {
  Result<std::string> text = value.text;
  if (value.from == AuthValue::From::file) {
    text = from_file(value, os::expand_home(value.text, environment), key, files, notices);
  }
  if (value.from == AuthValue::From::credential) text = from_credential(value, key, environment, files, notices);
  if (value.from == AuthValue::From::env) {
    text = environment.get(value.text).value_or("");
    if (text->empty()) {
      return at(value, Errc::not_found, fmt::format("{}: the environment variable {} is not set", key, value.text));
    }
  }
  if (!text) return fail(std::move(text).error());
  if (text->empty()) return at(value, Errc::invalid_input, fmt::format("{}: the secret is empty", key));
  return Secret(*std::move(text));
}

}  // namespace retouch::auth
