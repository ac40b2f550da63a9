// retouch-manifest(5): by hand, short; the long form is docs/manifests.md, the exact one `retouch schema manifest`.
#include "manual.hpp"
#include "roff.hpp"

namespace retouch::cli {

namespace {

constexpr std::string_view manifest_example = R"(apiVersion: retouch/v1
kind: Image
metadata: {name: ubuntu-24.04}
spec:
  clouds: [lab, "otc-*"]
  select: {name: "Ubuntu 24.04"}
  attributes:
    hw_firmware_type: uefi
    min_ram: 1024
    __support_xen: null           # must be absent
---
apiVersion: retouch/v1
kind: ImageSet
metadata: {name: ubuntu}
spec:
  clouds: [lab]
  defaults: {attributes: {os_distro: ubuntu}}
  images:
    - {name: ubuntu-22.04, select: {name: "Ubuntu 22.04"}, attributes: {os_version: "22.04"}}
)";

constexpr std::string_view manifest_description =
    "A manifest is a YAML file of one or more documents. Each Image, and each item of an ImageSet, is an entry: it "
    "says "
    "which image of which clouds is meant, and which of its attributes have which values. Only what is listed is "
    "managed. Errors name file, line and column; `retouch validate` finds them and asks no cloud.";

void add_keys(roff::Page& page) {
  page.item("metadata.name", "Unique over all sources.");
  page.item("metadata.labels", "For -l NAME=VALUE.");
  page.item("spec.clouds", "Names or globs of configured clouds; !GLOB excludes.");
  page.item("spec.select", "Which image: a scalar is equal, a list any of, null absent, tags contains all.");
  page.item("spec.match", "one (default): exactly one image; newest; or all.");
  page.item("spec.optional", "true: no image that matches is no problem.");
  page.item("spec.attributes", "The API's own names; null: must be absent.");
  page.item("spec.manage",
            "properties, tags and acl: listed (default) or exact; on_removal: keep (default) or remove; "
            "ignore: globs that are never touched; fields: enforce, warn or ignore.");
  page.item("spec.overrides", "Other attributes for some of the clouds; the last match wins.");
  page.item("spec.priority", "Decides between entries that want different values of one field.");
  page.item("spec.suspend", "true, or a time with its offset: the entry is left alone.");
  page.item("spec.accept", "[exposure]: the image may become visible to more people.");
}

}  // namespace

std::string manifest_manual() {
  roff::Page page("retouch-manifest", 5, "desired metadata of cloud images");
  page.section("DESCRIPTION").paragraph(manifest_description);
  page.section("EXAMPLE").example(manifest_example);
  page.section("KEYS");
  add_keys(page);
  page.paragraph("All of them, with the attributes of each family: retouch schema manifest.");
  page.see({"retouch.1", "retouch.yaml.5"});
  return page.str();
}

}  // namespace retouch::cli
