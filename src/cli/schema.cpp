#include <ostream>

#include "retouch/config/settings.hpp"
#include "retouch/core/manifest.hpp"
#include "retouch/providers/tables.hpp"
#include "verbs.hpp"
#include "version.hpp"

namespace retouch::cli {

task<int> schema(Context context, SchemaOptions options) {
  if (options.of == "config") {
    context.console.out << to_stdout(config::settings_schema()) << std::flush;
  } else {
    const std::vector<const core::AttributeTable*> tables = {&providers::glance_table(), &providers::ims_table(),
                                                             &providers::triton_table()};
    context.console.out << to_stdout(core::manifest_schema(tables)) << std::flush;
  }
  co_return reconcile::exit_ok;
}

task<int> version(Context context) {
  context.console.out << "retouch " << program_version << '\n' << std::flush;
  co_return reconcile::exit_ok;
}

}  // namespace retouch::cli
