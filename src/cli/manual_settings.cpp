// retouch.yaml(5): the keys from the tables of the configuration. The long form is docs/configuration.md.
#include "manual.hpp"
#include "retouch/config/setting_keys.hpp"
#include "roff.hpp"

namespace retouch::cli {

namespace {

constexpr std::string_view settings_example = R"(clouds:
  lab:
    provider: glance
    auth: {cloud: lab}            # an entry of clouds.yaml
sources:
  - {name: site, directory: {path: manifests}}
policy:
  mode: report                    # what the daemon may do: report | enforce
)";

constexpr std::string_view settings_description =
    "The configuration is one YAML file. It is looked for in --config, $RETOUCH_CONFIG, ./retouch.yaml, "
    "$XDG_CONFIG_HOME/retouch/retouch.yaml and /etc/retouch/retouch.yaml, in this order; the daemon does not look into "
    "its working directory. Relative paths in it are relative to the file. An unknown key is an error, with the "
    "nearest "
    "known word. `retouch validate` checks it without opening a secret of a cloud, `retouch check` tries the "
    "credentials.";

std::string about(const config::SettingKey& key) {
  std::string text = key.description;
  if (!key.kind.empty()) text += (text.empty() ? "" : "; ") + key.kind;
  if (key.required) text += text.empty() ? "required" : "; required";
  return text.empty() ? "See the keys below." : text + ".";
}

}  // namespace

std::string settings_manual() {
  roff::Page page("retouch.yaml", 5, "configuration of retouch");
  page.section("DESCRIPTION").paragraph(settings_description);
  page.section("EXAMPLE").example(settings_example);
  page.section("KEYS");
  for (const auto& key : config::setting_keys()) page.item(key.path, about(key));
  page.section("FILES").item("/etc/retouch/retouch.yaml", "Readable by root and the group retouch alone.");
  page.see({"retouch.1", "retouch-manifest.5"});
  return page.str();
}

}  // namespace retouch::cli
