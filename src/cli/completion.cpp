#include <ostream>

#include "command_words.hpp"
#include "manual.hpp"
#include "verbs.hpp"

namespace retouch::cli {

task<int> completion(Context context, CompletionOptions options) {
  const CommandWords words = command_words();
  context.console.out << (options.shell == "bash"  ? bash_completion(words)
                          : options.shell == "zsh" ? zsh_completion(words)
                                                   : fish_completion(words));
  co_return reconcile::exit_ok;
}

task<int> manual(Context context, ManualOptions options) {
  context.console.out << manual_page(options.page);
  co_return reconcile::exit_ok;
}

}  // namespace retouch::cli
