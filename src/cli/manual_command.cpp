// retouch(1): verbs and options from the parser, the rest by hand. The long form is docs/commands.md.
#include <utility>

#include "manual.hpp"
#include "retouch/base/text.hpp"
#include "roff.hpp"

namespace retouch::cli {

namespace {

using Items = std::initializer_list<std::pair<std::string_view, std::string_view>>;

void add(roff::Page& page, const Items& items) {
  for (const auto& [head, about] : items) page.item(head, about);
}

std::string head_of(const OptionWords& option) {
  std::string head = join(option.names, ", ");
  if (option.taking == Taking::nothing || !option.names.front().starts_with('-')) return head;
  return head + " <" + (option.value == "TEXT" ? "WORD" : option.value) + ">";
}

std::string about(const OptionWords& option) {
  std::string text = option.help.empty() ? "" : option.help + ".";
  if (!option.choices.empty() && text.find(option.choices.front()) == std::string::npos)
    text += " One of: " + join(option.choices, ", ") + ".";
  return text;
}

std::string synopsis(const VerbWords& verb) {
  std::string line = "retouch " + verb.name;
  if (!verb.options.empty()) line += " [options]";
  for (const auto& argument : verb.arguments) {
    const std::string name = argument.names.front() + (argument.repeatable ? "..." : "");
    line += argument.required ? " " + name : " [" + name + "]";
  }
  return line;
}

void add_verb(roff::Page& page, const VerbWords& verb) {
  page.subsection(synopsis(verb)).paragraph(verb.help + ".");
  for (const auto& argument : verb.arguments) page.item(head_of(argument), about(argument));
  for (const auto& option : verb.options) {
    if (option.names.back() != "--help") page.item(head_of(option), about(option));
  }
}

const Items exit_status = {
    {"0", "Done, or nothing to do."},
    {"1", "Error."},
    {"2", "There are changes (plan --detailed-exitcode), or there is drift (drift)."},
    {"3", "Something was unresolved, refused or failed while the rest was done."},
    {"4", "A guard refused."},
    {"5", "A manifest or the configuration is invalid, or what it names is missing."},
    {"6", "Authentication: the credentials or the signature were refused, or permission is missing."},
    {"7", "The plan is stale."},
    {"8", "Another process holds the account."},
    {"75", "Throttled, deadline, or transient: try later."},
    {"130, 143", "Ended by SIGINT or SIGTERM; what had begun was brought to its end."},
};

const Items environment = {
    {"RETOUCH_CONFIG", "The configuration file, unless --config is given."},
    {"OS_<*>, OS_CLIENT_CONFIG_FILE", "Credentials and clouds.yaml, as openstacksdk takes them."},
    {"SDC_<*>, TRITON_<*>", "Credentials of CloudAPI, as the triton client takes them."},
    {"STATE_DIRECTORY, CACHE_DIRECTORY, RUNTIME_DIRECTORY, CREDENTIALS_DIRECTORY", "Set by systemd."},
    {"NOTIFY_SOCKET, WATCHDOG_USEC, LISTEN_FDS", "Set by systemd: how the daemon tells how it goes, and its sockets."},
    {"HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE", "The proxy, and the authorities that are trusted."},
    {"NO_COLOR", "No colours, also on a terminal."},
};

const Items files = {
    {"/etc/retouch/retouch.yaml", "The configuration: retouch.yaml(5)."},
    {"/etc/retouch/manifests/", "Where the packaged configuration looks for manifests: retouch-manifest(5)."},
    {"/var/lib/retouch/",
     "What was applied last, the journal of runs, and the locks. As another user: "
     "~/.local/state/retouch/."},
    {"/var/cache/retouch/", "Tokens. As another user: ~/.cache/retouch/."},
    {"/run/retouch/retouch.sock", "The control socket of the daemon."},
};

constexpr std::string_view description =
    "retouch lists the images of each configured cloud, compares them with what YAML manifests want, and sends one "
    "rate-limited update for each image that differs. It edits images in place; it never creates or deletes one. It "
    "speaks OpenStack Glance, the Image Management Service of Open Telekom Cloud and Huawei Cloud, and Joyent/Triton "
    "CloudAPI.";

constexpr std::string_view as_root =
    "A verb that root runs works as the user who owns the directory of the state, so that the service finds nothing "
    "there that it may not write. What such a verb reads and writes elsewhere, it reads and writes as that user, too.";

}  // namespace

std::string command_manual(const CommandWords& words) {
  roff::Page page("retouch", 1, "keep the metadata of cloud images as manifests describe it");
  page.section("SYNOPSIS").example("retouch [global options] VERB [options]\nretouch VERB --help");
  page.section("DESCRIPTION").paragraph(description);
  page.section("GLOBAL OPTIONS").paragraph("They may stand before or behind the verb.");
  for (const auto& option : words.globals) page.item(head_of(option), about(option));
  page.section("VERBS");
  for (const auto& verb : words.verbs) add_verb(page, verb);
  page.section("EXIT STATUS");
  add(page, exit_status);
  page.section("ENVIRONMENT");
  add(page, environment);
  page.section("FILES");
  add(page, files);
  page.section("NOTES").paragraph(as_root);
  page.see({"retouch.yaml.5", "retouch-manifest.5", "systemd.service.5"});
  return page.str();
}

}  // namespace retouch::cli
