#include "keys.hpp"

#include <algorithm>

namespace retouch::config {
namespace {

const Table limits{{
    {.name = "requests", .type = Type::rate, .description = "sum of all requests to the account"},
    {.name = "reads", .type = Type::rate, .description = "lists and single reads"},
    {.name = "writes", .type = Type::rate, .description = "updates"},
    {.name = "burst",
     .type = Type::number,
     .description = "requests that may come at once after a pause",
     .min = 1,
     .max = 10000},
    {.name = "concurrency", .type = Type::integer, .description = "requests in flight", .min = 1, .max = 256},
}};

const Table tls{{
    {.name = "ca_file", .description = "PEM file of the authorities to trust instead of the system's"},
    {.name = "client_certificate", .description = "PEM file"},
    {.name = "client_key", .description = "PEM file"},
}};

const Table timeouts{{
    {.name = "connect",
     .type = Type::duration,
     .description = "until a connection stands, TLS included",
     .min = 0.1,
     .max = 600},
    {.name = "request", .type = Type::duration, .description = "a whole request", .min = 0.1, .max = 3600},
}};

const Table failures{{
    {.name = "consecutive",
     .type = Type::integer,
     .description = "images in a row of which nothing could be applied",
     .min = 1},
    {.name = "percent", .type = Type::number, .description = "share of such images", .max = 100},
}};

const Table guards{{
    {.name = "changed_percent",
     .type = Type::number,
     .description = "share of the matched images that may change",
     .max = 100},
    {.name = "percent_from_images", .type = Type::integer, .description = "matched images from which on shares count"},
    {.name = "changed_images", .type = Type::integer, .description = "images that may change"},
    {.name = "removed_fields", .type = Type::integer, .description = "fields that may be removed"},
    {.name = "shrink_percent", .type = Type::number, .description = "share by which a source may shrink", .max = 100},
    {.name = "exposure", .type = Type::boolean, .description = "hold what makes an image visible to more people"},
    {.name = "selection_grew_percent",
     .type = Type::number,
     .description = "share by which a `match: all` may grow",
     .max = 10000},
    {.name = "failures", .type = Type::object, .description = "when a pass is ended", .table = &failures},
}};

const Table contention{{
    {.name = "corrections",
     .type = Type::integer,
     .description = "corrections of one field after which it is held",
     .min = 1},
    {.name = "within", .type = Type::duration, .description = "the time they must fall into", .min = 1},
    {.name = "hold", .type = Type::duration, .description = "how long the field is then left alone", .min = 1},
}};

const Table policy{{
    {.name = "mode",
     .type = Type::choice,
     .description = "what `run` may do; required for it",
     .choices = {"enforce", "report"}},
    {.name = "interval", .type = Type::duration, .description = "between two passes of `run`", .min = 1},
    {.name = "deadline", .type = Type::duration, .description = "of one pass", .min = 1},
    {.name = "verify",
     .type = Type::choice,
     .description = "a closing re-list, or the answers alone",
     .choices = {"listing", "response"}},
    {.name = "guards",
     .type = Type::object,
     .description = "limits of what is applied without a word from someone",
     .table = &guards},
    {.name = "contention",
     .type = Type::object,
     .description = "when somebody else keeps changing a field back",
     .table = &contention},
}};

const Table correction{{
    {.name = "writable", .type = Type::boolean, .description = "whether this cloud lets it be changed"},
    {.name = "type",
     .type = Type::choice,
     .description = "type of its value",
     .choices = {"text", "integer", "boolean", "list", "map"}},
    {.name = "allowed", .type = Type::texts, .description = "the only values"},
    {.name = "max_length", .type = Type::integer, .description = "characters", .min = 1},
    {.name = "empty_is_absent", .type = Type::boolean, .description = "an empty value counts as absent"},
}};

const Table cloud{{
    {.name = "provider",
     .type = Type::choice,
     .description = "the family of the API",
     .choices = {"ims", "glance", "triton"},
     .required = true},
    {.name = "region", .description = "chooses the endpoint of the catalogue"},
    {.name = "interface",
     .type = Type::choice,
     .description = "chooses the endpoint of the catalogue",
     .choices = {"public", "internal", "admin"}},
    {.name = "endpoint", .description = "URL of the image service; otherwise from the catalogue"},
    {.name = "insecure",
     .type = Type::boolean,
     .description = "accepts plain http and unverified TLS peers; logged at every start"},
    {.name = "auth",
     .type = Type::special,
     .description =
         "who we are; without it the default cloud of clouds.yaml, or the default profile of the triton client"},
    {.name = "tls", .type = Type::object, .description = "certificates", .table = &tls},
    {.name = "limits", .type = Type::object, .description = "how fast", .table = &limits},
    {.name = "timeouts", .type = Type::object, .description = "how patient", .table = &timeouts},
    {.name = "policy", .type = Type::object, .description = "overrides keys of the general policy", .table = &policy},
    {.name = "attributes",
     .type = Type::map,
     .description = "corrects what is known of this cloud's attributes",
     .table = &correction},
}};

const Table directory{{
    {.name = "path", .description = "directory or file, relative to this file", .required = true},
}};

const Table git_ref{{
                        {.name = "branch"},
                        {.name = "tag"},
                        {.name = "commit"},
                    },
                    {"branch", "tag", "commit"}};

const Table git_verify{{
    {.name = "allowed_signers",
     .description = "file in the format of ssh-keygen, outside the repository",
     .required = true},
}};

const Table git{{
    {.name = "url", .description = "https, ssh or file", .required = true},
    {.name = "ref",
     .type = Type::object,
     .description = "what is followed; without it the default branch of the remote",
     .table = &git_ref},
    {.name = "path", .description = "directory inside the repository"},
    {.name = "interval", .type = Type::duration, .description = "between two looks", .min = 1},
    {.name = "timeout", .type = Type::duration, .description = "of one fetch", .min = 1},
    {.name = "verify", .type = Type::object, .description = "signatures of commits", .table = &git_verify},
    {.name = "fast_forward_only", .type = Type::boolean, .description = "refuse a rewritten history"},
}};

const Table source{
    {
        {.name = "name", .description = "unique; [a-z0-9._-]", .required = true},
        {.name = "directory", .type = Type::object, .description = "manifests in a directory", .table = &directory},
        {.name = "git", .type = Type::object, .description = "manifests in a Git repository", .table = &git},
    },
    {"directory", "git"}};

const Table webhook_in{{
    {.name = "listen", .type = Type::listen, .description = "ADDRESS:PORT of its own listener", .required = true},
    {.name = "source", .description = "the Git source that a push fetches", .required = true},
    {.name = "type",
     .type = Type::choice,
     .description = "the forge; github unless said, generic is signed like it",
     .choices = {"github", "gitlab", "gitea", "generic"}},
    {.name = "secret", .type = Type::secret, .description = "shared with the forge", .required = true},
}};

const Table service{{
    {.name = "listen", .type = Type::listen, .description = "ADDRESS:PORT of metrics and status page"},
    {.name = "socket", .description = "path of the control socket"},
    {.name = "readers", .type = Type::texts, .description = "users, and groups as %group, that may look"},
    {.name = "operators", .type = Type::texts, .description = "users, and groups as %group, that may act"},
    {.name = "webhook", .type = Type::object, .description = "announces pushes", .table = &webhook_in},
}};

const Table webhook_out{{
    {.name = "url", .description = "https, or http on loopback", .required = true},
    {.name = "secret", .type = Type::secret, .description = "signs the body (HMAC-SHA256)"},
}};

const Table notification{{
    {.name = "webhook",
     .type = Type::object,
     .description = "told as JSON about runs that changed something, failed or were refused",
     .table = &webhook_out,
     .required = true},
}};

const Table settings{{
    {.name = "clouds", .type = Type::map, .description = "the clouds, by names of your choice", .table = &cloud},
    {.name = "sources", .type = Type::list, .description = "where manifests come from", .table = &source},
    {.name = "policy", .type = Type::object, .description = "what may be done, and when", .table = &policy},
    {.name = "other_clouds",
     .type = Type::texts,
     .description = "names that manifests may use although they are not configured here"},
    {.name = "state", .type = Type::special, .description = "where memory and journal are kept"},
    {.name = "service",
     .type = Type::object,
     .description = "the daemon: where it listens, and who may ask it",
     .table = &service},
    {.name = "notifications", .type = Type::list, .description = "who is told about runs", .table = &notification},
}};

}  // namespace

const Key* Table::find(std::string_view name) const {
  const auto found = std::ranges::find(keys, name, &Key::name);
  return found == keys.end() ? nullptr : &*found;
}

const Table& settings_table() { return settings; }
const Table& cloud_table() { return cloud; }
const Table& policy_table() { return policy; }
const Table& source_table() { return source; }

}  // namespace retouch::config
