// `status`, `reconcile` and `reload`: what is asked of a running daemon.
#include <ostream>

#include "daemon_socket.hpp"
#include "render_status.hpp"
#include "retouch/base/printable.hpp"
#include "style.hpp"

namespace retouch::cli {

namespace {

constexpr Duration short_patience = std::chrono::seconds(30);
constexpr Duration long_patience = std::chrono::hours(2);  // a pass and the ones before it, or reading every source

// What went wrong is said in any case; `exit_code` is the daemon's, or that of not reaching it.
int complain_of(Context context, const Asked& asked) {
  complain(context, asked.document.error());
  return asked.exit_code;
}

}  // namespace

task<int> status(Context context, StatusOptions options) {
  const std::string path = co_await where_a_daemon_may_listen(context);
  auto asking = ask_daemon(context, path, "GET", "/v1/status", nullptr, short_patience);
  const Asked asked = co_await std::move(asking);
  if (!asked.document) co_return complain_of(context, asked);
  if (options.output == Output::json) {
    context.console.out << to_stdout(*asked.document);
  } else {
    context.console.out << status_as_text(*asked.document, context.console.out_style);
  }
  co_return reconcile::exit_ok;
}

task<int> reconcile_now(Context context, ReconcileOptions options) {
  const std::string path = co_await where_a_daemon_may_listen(context);
  Json body{
      {"cloud", options.cloud}, {"revision", options.revision}, {"accept", options.accept}, {"wait", options.wait}};
  auto asking = ask_daemon(context, path, "POST", "/v1/reconcile", std::move(body),
                           options.wait ? long_patience : short_patience);
  const Asked asked = co_await std::move(asking);
  if (!asked.document) co_return complain_of(context, asked);
  if (options.output == Output::json) {
    context.console.out << to_stdout(*asked.document);
  } else {
    context.console.out << reconciled_as_text(*asked.document, context.console.out_style);
  }
  co_return asked.exit_code;
}

task<int> reload(Context context) {
  const std::string path = co_await where_a_daemon_may_listen(context);
  auto asking = ask_daemon(context, path, "POST", "/v1/reload", Json::object(), long_patience);
  const Asked asked = co_await std::move(asking);
  if (!asked.document) co_return complain_of(context, asked);
  context.console.out << "The configuration was read again.\n";
  if (const Json* left = find_member(*asked.document, "not_refreshed"); left != nullptr && left->is_array()) {
    for (const Json& item : *left) {
      if (item.is_string())
        context.console.out << "Only a restart renews: " << printable(item.get<std::string>(), 300) << '\n';
    }
  }
  co_return asked.exit_code;
}

}  // namespace retouch::cli
