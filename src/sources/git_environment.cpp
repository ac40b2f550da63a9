#include "git_environment.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "retouch/os/child.hpp"

namespace retouch::sources {
namespace {

std::vector<std::string> common(const os::Environment& ours) {
  std::vector<std::string> result{fmt::format("PATH={}", os::program_path), "LANG=C", "LC_ALL=C",
                                  "GIT_CONFIG_NOSYSTEM=1", "GIT_ATTR_NOSYSTEM=1"};
  if (const auto home = ours.get("HOME")) result.push_back("HOME=" + *home);
  return result;
}

// Neither a repository nor a helper may change these.
std::vector<GitSetting> fixed_settings(const GitPrograms& programs, const std::string& allowed_signers) {
  return {{"core.hooksPath", "/dev/null"},
          {"core.fsmonitor", "false"},
          {"core.askPass", ""},
          {"core.attributesFile", "/dev/null"},
          {"submodule.recurse", "false"},
          {"fetch.recurseSubmodules", "false"},
          {"fetch.unpackLimit", "1"},  // packs alone: they are counted, and gc is called for
          {"transfer.fsckObjects", "true"},
          {"gc.auto", "0"},
          {"maintenance.auto", "false"},
          {"protocol.allow", "never"},  // and GIT_ALLOW_PROTOCOL, which goes before it
          {"http.followRedirects", "false"},
          {"log.showSignature", "false"},
          {"gpg.format", "ssh"},
          {"gpg.program", "/bin/false"},
          {"gpg.openpgp.program", "/bin/false"},
          {"gpg.x509.program", "/bin/false"},
          {"gpg.ssh.program", programs.ssh_keygen.empty() ? "/bin/false" : programs.ssh_keygen},
          {"gpg.ssh.allowedSignersFile", allowed_signers.empty() ? "/dev/null" : allowed_signers},
          {"gpg.minTrustLevel", "fully"}};
}

// ssh and the shell take these for what they are.
bool is_harmless(std::string_view path) {
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+@";
  return path.starts_with('/') && std::ranges::all_of(path, [&](char c) { return plain.contains(c); });
}

}  // namespace

std::vector<GitSetting> parse_user_settings(std::string_view output) {
  std::vector<GitSetting> result;
  while (!output.empty()) {
    const auto end = std::min(output.find('\0'), output.size());
    const auto item = output.substr(0, end);
    const auto line = std::min(item.find('\n'), item.size());
    // A key without a value is git's short way to say true.
    result.emplace_back(item.substr(0, line), line == item.size() ? "true" : item.substr(line + 1));
    output.remove_prefix(std::min(end + 1, output.size()));
  }
  return result;
}

std::vector<std::string> environment_to_read_settings(const os::Environment& ours) {
  auto result = common(ours);
  if (const auto directory = ours.get("XDG_CONFIG_HOME")) result.push_back("XDG_CONFIG_HOME=" + *directory);
  return result;
}

std::string ssh_command(const std::string& ssh, const std::string& home) {
  std::string command = ssh +
                        " -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=yes -o ForwardAgent=no"
                        " -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o ControlMaster=no"
                        " -o ControlPath=none -o UpdateHostKeys=no -o CheckHostIP=no -o LogLevel=ERROR";
  if (!is_harmless(home)) return command;  // ssh's own idea of home is that of the user database
  command += fmt::format(" -o UserKnownHostsFile={}/.ssh/known_hosts", home);
  for (const auto* key : {"id_ed25519", "id_ecdsa", "id_rsa"})
    command += fmt::format(" -o IdentityFile={}/.ssh/{}", home, key);
  return command;
}

std::vector<std::string> git_environment(const os::Environment& ours, const std::vector<GitSetting>& user_settings,
                                         const GitPrograms& programs, const std::string& protocol,
                                         const std::string& allowed_signers) {
  auto result = common(ours);
  for (const auto* line : {"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_TERMINAL_PROMPT=0",
                           "GIT_ASKPASS=", "GCM_INTERACTIVE=never", "GIT_NO_REPLACE_OBJECTS=1", "GIT_OPTIONAL_LOCKS=0",
                           "GIT_SSH_VARIANT=ssh"}) {
    result.emplace_back(line);
  }
  result.push_back("GIT_ALLOW_PROTOCOL=" + protocol);
  result.push_back("GIT_SSH_COMMAND=" +
                   ssh_command(programs.ssh.empty() ? "/bin/false" : programs.ssh, ours.get("HOME").value_or("")));
  // The way to the remote, which is the machine's and not git's configuration.
  for (const auto* name : {"SSH_AUTH_SOCK", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"}) {
    if (const auto value = ours.get(name)) result.push_back(fmt::format("{}={}", name, *value));
  }
  if (const auto file = ours.get("SSL_CERT_FILE")) result.push_back("GIT_SSL_CAINFO=" + *file);
  // Not by `-c`: a setting may hold a secret, and everybody can read command lines.
  auto settings = user_settings;
  for (auto& setting : fixed_settings(programs, allowed_signers)) settings.push_back(std::move(setting));
  result.push_back(fmt::format("GIT_CONFIG_COUNT={}", settings.size()));
  for (std::size_t i = 0; i < settings.size(); ++i) {
    result.push_back(fmt::format("GIT_CONFIG_KEY_{}={}", i, settings[i].first));
    result.push_back(fmt::format("GIT_CONFIG_VALUE_{}={}", i, settings[i].second));
  }
  return result;
}

}  // namespace retouch::sources
