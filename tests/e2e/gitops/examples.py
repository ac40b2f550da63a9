#!/usr/bin/env python3
"""examples.py DOCUMENT DIRECTORY: takes the examples out of docs/gitops.md, so that they can be run.

Writes receiver.py, gitlab.sh and actions.sh (what the jobs run, in bash), and checks that every YAML example loads.
"""
import pathlib
import re
import sys

import yaml

text = pathlib.Path(sys.argv[1]).read_text()
out = pathlib.Path(sys.argv[2])
blocks = re.findall(r"^```(\w+)\n(.*?)^```$", text, re.M | re.S)
documents = [yaml.safe_load(body) for language, body in blocks if language == "yaml"]


def only(found, what):
    if len(found) != 1:
        sys.exit(f"{len(found)} examples are {what}, not one")
    return found[0]


gitlab = only([d["plan"] for d in documents if "plan" in d], "a job of GitLab CI")
actions = only([d["jobs"]["plan"] for d in documents if "jobs" in d], "a workflow")
step = only([s for s in actions["steps"] if "run" in s], "a step with a script")
# As the runners start them: GitLab's with errexit and pipefail, Actions' with `bash -eo pipefail`.
head = "#!/usr/bin/env bash\nset -eo pipefail\n"
(out / "gitlab.sh").write_text(head + "\n".join(gitlab["script"]))
(out / "actions.sh").write_text(head + step["run"])
(out / "receiver.py").write_text(only([body for language, body in blocks if language == "python"], "Python"))
print(" ".join(sorted(step["env"])))
