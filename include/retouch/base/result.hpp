// Result<T> and the two macros that pass an error on.
#pragma once

#include <expected>
#include <utility>

#include "retouch/base/error.hpp"

namespace retouch {

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(Error error) { return std::unexpected<Error>(std::move(error)); }

inline std::unexpected<Error> fail(Errc code, std::string message, Reaction reaction = Reaction::permanent) {
  return std::unexpected<Error>(Error{.code = code, .reaction = reaction, .message = std::move(message)});
}

}  // namespace retouch

#define RETOUCH_CONCAT_(a, b) a##b
#define RETOUCH_CONCAT(a, b) RETOUCH_CONCAT_(a, b)
#define RETOUCH_TRY_(tmp, keyword, declaration, ...)                           \
  auto tmp = (__VA_ARGS__);                                                    \
  if (!tmp) keyword std::unexpected<::retouch::Error>(std::move(tmp).error()); \
  declaration = *std::move(tmp)
#define RETOUCH_CHECK_(tmp, keyword, ...) \
  if (auto tmp = (__VA_ARGS__); !tmp) keyword std::unexpected<::retouch::Error>(std::move(tmp).error())

// RETOUCH_TRY(auto x, f());  and inside a coroutine  RETOUCH_CO_TRY(auto x, co_await f());
#define RETOUCH_TRY(declaration, ...) RETOUCH_TRY_(RETOUCH_CONCAT(try_, __LINE__), return, declaration, __VA_ARGS__)
#define RETOUCH_CO_TRY(declaration, ...) \
  RETOUCH_TRY_(RETOUCH_CONCAT(try_, __LINE__), co_return, declaration, __VA_ARGS__)
// The same for Result<void>, or when the value is not wanted.
#define RETOUCH_CHECK(...) RETOUCH_CHECK_(RETOUCH_CONCAT(try_, __LINE__), return, __VA_ARGS__)
#define RETOUCH_CO_CHECK(...) RETOUCH_CHECK_(RETOUCH_CONCAT(try_, __LINE__), co_return, __VA_ARGS__)
