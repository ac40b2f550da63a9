#include <algorithm>
#include <ostream>

#include "style.hpp"
#include "verbs.hpp"

namespace retouch::cli {

task<std::optional<reconcile::DesiredState>> load_manifests(Context context, const config::Settings& settings,
                                                            const reconcile::ManifestChoice& choice, int& exit_code) {
  auto desired = co_await reconcile::load_desired(settings, choice, context.world);
  if (!desired) {
    exit_code = complain(context, desired.error());
    co_return std::nullopt;
  }
  print(context, desired->diagnostics);
  if (desired->diagnostics.has_errors() && !choice.keep_going) {
    context.console.err << "Nothing was sent: some manifests are invalid. (--keep-going leaves out their files.)\n";
    exit_code = reconcile::exit_invalid;
    co_return std::nullopt;
  }
  co_return std::move(*desired);
}

void print(Context context, const Diagnostics& diagnostics) {
  const Paint paint(context.console.err_style);
  for (const Diagnostic& item : diagnostics.sorted()) {
    const std::string line = to_string(item);
    context.console.err << (item.severity == Severity::error ? paint.red(line) : paint.yellow(line)) << '\n';
  }
}

int complain(Context context, const Error& error) {
  context.console.err << Paint(context.console.err_style).red("retouch: ") << describe(error) << '\n';
  return reconcile::exit_code_of(error);
}

std::string to_stdout(const Json& document) {
  return document.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace retouch::cli
