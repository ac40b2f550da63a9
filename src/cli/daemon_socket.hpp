// Asking the daemon over its control socket.
#pragma once

#include <string>

#include "retouch/base/json.hpp"
#include "verbs.hpp"

namespace retouch::cli {

// Where the daemon of this configuration listens: `service.socket`, else retouch.sock in the runtime directory.
Result<std::string> control_socket(Context context, const config::Settings& settings);

// Where to look for a daemon: the same, else that of the system's service. The configuration may be out of reach for
// who only asks, so a missing one is no error.
task<std::string> where_a_daemon_may_listen(Context context);
std::string where_a_daemon_may_listen(Context context, const config::Settings& settings);
// Whether something is there that could be asked.
bool may_listen(Context context, const std::string& path);

struct Asked {
  Result<Json> document;  // an error: of the connection, or what the daemon refused, in its words
  int exit_code = 0;      // what the verb ends with
  bool answered = false;  // a daemon did, and not only to say that it does not serve us
};
// `patience`: for all of it; a pass that is waited for may take as long as its deadline.
task<Asked> ask_daemon(Context context, std::string path, std::string method, std::string target, Json body,
                       Duration patience);

}  // namespace retouch::cli
