#include "daemon_socket.hpp"

#include "retouch/base/printable.hpp"
#include "retouch/http/socket_client.hpp"
#include "retouch/os/paths.hpp"

namespace retouch::cli {

namespace {

constexpr const char* system_socket = "/run/retouch/retouch.sock";
constexpr std::size_t answer_cap = 64u << 20;  // a status with the plans of many clouds

// The daemon's own words: its message is printable already, and says where and what to do.
Error refusal_in(const Json& document, int status) {
  Error error{.code = Errc::usage, .message = "the daemon answered with status " + std::to_string(status)};
  if (const Json* said = find_member(document, "error")) {
    error.message = printable(string_member(*said, "message").value_or(error.message), 2000);
  }
  return error;
}

std::string usual_socket(Context context) {
  const auto directory = os::runtime_directory(context.world.environment, context.world.root);
  if (directory) {
    std::string own = os::join_path(*directory, "retouch.sock");
    if (may_listen(context, own)) return own;
  }
  return system_socket;
}

}  // namespace

Result<std::string> control_socket(Context context, const config::Settings& settings) {
  if (!settings.service.socket.empty()) return settings.service.socket;
  const auto directory = os::runtime_directory(context.world.environment, context.world.root);
  if (directory) return os::join_path(*directory, "retouch.sock");
  return fail(Errc::invalid_input,
              "there is no place for the control socket: neither RUNTIME_DIRECTORY nor XDG_RUNTIME_DIR is set; "
              "configure `service: {socket: PATH}`");
}

task<std::string> where_a_daemon_may_listen(Context context) {
  std::string configured = co_await configured_socket(context);
  co_return configured.empty() ? usual_socket(context) : std::move(configured);
}

std::string where_a_daemon_may_listen(Context context, const config::Settings& settings) {
  return settings.service.socket.empty() ? usual_socket(context) : settings.service.socket;
}

bool may_listen(Context context, const std::string& path) {
  const auto info = context.world.files.info(path);
  return info && info->has_value() && !(*info)->regular && !(*info)->directory;
}

task<Asked> ask_daemon(Context context, std::string path, std::string method, std::string target, Json body,
                       Duration patience) {
  http::Request request{.method = std::move(method), .url = http::socket_url(target)};
  if (!body.is_null()) {
    request.body = body.dump();
    request.headers.set("Content-Type", "application/json");
  }
  request.repeatable = false;
  request.timeout = patience;
  request.max_body = answer_cap;
  auto asking = http::request_over_socket(std::move(path), std::move(request), context.world.clock);
  auto answer = co_await async::unless_stopped(context.world.stop, std::move(asking));
  if (!answer) {
    const int exit_code = reconcile::exit_code_of(answer.error());
    co_return Asked{.document = fail(std::move(answer).error()), .exit_code = exit_code};
  }
  auto document = parse_json(answer->body, "the daemon's answer");
  if (!document) co_return Asked{.document = fail(document.error()), .exit_code = reconcile::exit_error};
  const int exit_code = static_cast<int>(integer_member(*document, "exit_code").value_or(0));
  if (answer->ok()) co_return Asked{.document = std::move(*document), .exit_code = exit_code, .answered = true};
  co_return Asked{.document = fail(refusal_in(*document, answer->status)),
                  .exit_code = exit_code == 0 ? int{reconcile::exit_error} : exit_code,
                  .answered = answer->status != 403};
}

}  // namespace retouch::cli
