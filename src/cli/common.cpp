#include <algorithm>
#include <ostream>

#include "retouch/base/printable.hpp"
#include "retouch/base/text.hpp"
#include "style.hpp"
#include "verbs.hpp"

namespace retouch::cli {

namespace {

std::pair<std::string, std::string> name_and_value(const std::string& text) {
  const auto equals = text.find('=');
  return {text.substr(0, equals), text.substr(equals + 1)};
}

bool matches_any(const std::vector<std::string>& globs, const std::string& name) {
  return std::ranges::any_of(globs, [&](const std::string& glob) { return glob_match(glob, name); });
}

}  // namespace

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

Result<std::vector<const config::Cloud*>> select_clouds(const config::Settings& settings,
                                                        const std::vector<std::string>& globs) {
  std::vector<const config::Cloud*> selected;
  std::vector<std::string> names;
  for (const config::Cloud& cloud : settings.clouds) {
    names.push_back(cloud.name);
    if (globs.empty() || matches_any(globs, cloud.name)) selected.push_back(&cloud);
  }
  for (const std::string& glob : globs) {
    if (std::ranges::any_of(names, [&](const std::string& name) { return glob_match(glob, name); })) continue;
    const std::string guess = did_you_mean(glob, names);
    return fail(Errc::usage, "no configured cloud matches --cloud " + glob + (guess.empty() ? "" : "; " + guess) +
                                 "; there are: " + join(names, ", "));
  }
  if (!selected.empty()) return selected;
  if (names.empty()) {
    return fail(Errc::invalid_input, settings.file + " configures no cloud; add one below `clouds:`");
  }
  return selected;
}

reconcile::Scope make_scope(const ScopeOptions& options, const std::set<std::string>& forced) {
  reconcile::Scope scope{.forced = forced};
  if (!options.entries.empty() || !options.labels.empty()) {
    scope.entry = [options](const core::DesiredEntry& entry) {
      if (!options.entries.empty() && !matches_any(options.entries, entry.name)) return false;
      return std::ranges::all_of(options.labels, [&](const std::string& label) {
        const auto [name, value] = name_and_value(label);
        const auto it = entry.labels.find(name);
        return it != entry.labels.end() && it->second == value;
      });
    };
  }
  if (!options.where.empty()) {
    scope.image = [options](const core::Image& image) {
      return std::ranges::all_of(options.where, [&](const std::string& condition) {
        const auto [name, value] = name_and_value(condition);
        core::Selector selector{.any_owner = true};
        if (name == "id") {
          selector.ids = {value};
        } else {
          selector.criteria = {{.attribute = name, .any_of = {value}}};
        }
        return selector.matches(image);
      });
    };
  }
  return scope;
}

Result<void> check_scope(const ScopeOptions& options, const reconcile::DesiredState& desired) {
  std::set<std::string> names;
  for (const auto& [cloud, entries] : desired.entries) {
    for (const core::DesiredEntry& entry : entries) names.insert(entry.name);
  }
  for (const std::string& glob : options.entries) {
    if (std::ranges::any_of(names, [&](const std::string& name) { return glob_match(glob, name); })) continue;
    const std::vector<std::string> known(names.begin(), names.end());
    const std::string guess = did_you_mean(glob, known);
    return fail(Errc::usage, "no entry matches --entry " + glob + (guess.empty() ? "" : "; " + guess));
  }
  return {};
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
