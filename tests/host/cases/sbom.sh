# shellcheck shell=bash disable=SC2154  # set by package.sh and run.sh
# The list of what is linked, as it is in the package. Sourced by package.sh, which has unpacked it.
sbom=$scratch/unpacked/usr/share/doc/retouch/sbom.spdx.json
exits "the SBOM has the shape of SPDX 2.3" 0 python3 - "$sbom" <<'PY'
import json, re, sys
document = json.load(open(sys.argv[1]))
assert document["spdxVersion"] == "SPDX-2.3" and document["dataLicense"] == "CC0-1.0" and document["SPDXID"] == "SPDXRef-DOCUMENT"
assert re.fullmatch(r"https://[^#\s]+", document["documentNamespace"]) and document["name"]
assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", document["creationInfo"]["created"])
assert all(re.match("(Tool|Organization|Person): ", who) for who in document["creationInfo"]["creators"])
names = [package["SPDXID"] for package in document["packages"]]
assert len(names) == len(set(names)), "an id twice"
own = {item["licenseId"] for item in document.get("hasExtractedLicensingInfos", [])}
for package in document["packages"]:
    assert re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", package["SPDXID"]), package["SPDXID"]
    assert package["name"] and package["versionInfo"] and package["downloadLocation"] and package["filesAnalyzed"] is False, package
    assert package["licenseDeclared"] and package["licenseConcluded"] and package["copyrightText"], package
    assert set(re.findall(r"LicenseRef-[\w.-]+", package["licenseDeclared"])) <= own, package
    purl, = [ref["referenceLocator"] for ref in package["externalRefs"] if ref["referenceType"] == "purl"]
    assert re.fullmatch(r"pkg:(generic|deb/debian)/[a-z0-9.%+BF-]+@[^@\s]+", purl), purl
for link in document["relationships"]:
    assert {link["spdxElementId"], link["relatedSpdxElement"]} <= {*names, "SPDXRef-DOCUMENT"}, link
linked = {link["relatedSpdxElement"] for link in document["relationships"]}
assert set(names) <= linked, set(names) - linked
PY
contains "written for retouch $version" "^SPDXRef-Package-retouch $version Apache-2.0\$" \
  "$(jq -r '.packages[] | select(.name == "retouch") | "\(.SPDXID) \(.versionInfo) \(.licenseDeclared)"' "$sbom")"
# Each library that the program names must be told by the package that it comes from, in the version that is installed here.
while read -r library; do
  entry=$(jq -r --arg library "$library" '.packages[] | select((.comment // "" | ltrimstr("linked at run time: ") | split(", ") | index($library)) != null) | "\(.name) \(.versionInfo)"' "$sbom")
  equal "$library is in it, as this host has it" "${entry% *} $(dpkg-query -W -f='${Version}\n' "${entry% *}" 2>&1 | head -n 1)" "$entry"
done < <(readelf -d "$scratch/unpacked/usr/bin/retouch" | sed -nE 's/.*\(NEEDED\).*\[(.+)\]/\1/p')
for package in libboost1.81-dev nlohmann-json3-dev libcli11-dev libstdc++-12-dev; do
  equal "headers of $package were compiled in" 1 "$(jq --arg name "$package" '[.packages[] | select(.name == $name)] | length' "$sbom")"
done
equal "what only the tests use is not in it" 0 "$(jq '[.packages[] | select(.name | test("gtest|gmock|rapidcheck|benchmark"))] | length' "$sbom")"
equal "no path of the build is in it" 0 "$(grep -cF -- "$root" "$sbom" || :)"
