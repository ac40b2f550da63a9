"""Asks the real Keystone and Glance, and the simulated ones, the same questions; prints where their answers differ.

  sandbox_agrees.py SANDBOX      needs the OS_* variables of the real cloud (DIR/cloud.env); SANDBOX is build/…/retouch-sandbox

Compared are the status, the kind of body, an error's code and title (of HTML and text all of it), the headers that clients read, and for
what was changed the image as a GET shows it afterwards. Where they differ the sandbox is wrong.
"""
import http.client
import json
import os
import subprocess
import sys
import tempfile
import urllib.parse

V21, V20 = "application/openstack-images-v2.1-json-patch", "application/openstack-images-v2.0-json-patch"
VOLATILE = {"id", "owner", "created_at", "updated_at", "self", "file", "checksum", "os_hash_algo", "os_hash_value", "size",
            "virtual_size", "status", "stores"}


class Service:
    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        self.host, self.port, self.base = parts.hostname, parts.port, parts.path.rstrip("/")

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        data = body if isinstance(body, (bytes, str, type(None))) else json.dumps(body)
        connection.putrequest(method, self.base + path, skip_accept_encoding=True)
        data = data.encode() if isinstance(data, str) else data
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        if data is not None:
            connection.putheader("Content-Length", str(len(data)))
        connection.endheaders(data)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, answer.headers, content


class Cloud:
    def __init__(self, name, auth_url, login):
        self.name, self.keystone, self.login = name, Service(auth_url), login
        status, headers, content = self.authenticate(self.scoped())
        assert status == 201, (name, status, content)
        self.token = headers["X-Subject-Token"]
        token = json.loads(content)["token"]
        catalogue = next(service for service in token["catalog"] if service["type"] == "image")
        url = next(e["url"] for e in catalogue["endpoints"] if e["interface"] == "public")
        self.glance, self.project = Service(url.removesuffix("/v2")), token["project"]["id"]

    def authenticate(self, auth, query=""):
        return self.keystone.ask("POST", "/auth/tokens" + query, {"auth": auth}, {"Content-Type": "application/json"})

    def identity(self, **changes):
        user = {"name": self.login["user"], "domain": {"name": self.login["domain"]}, "password": self.login["password"], **changes}
        return {"methods": ["password"], "password": {"user": user}}

    def scoped(self, **changes):
        project = {"name": self.login["project"], "domain": {"name": self.login["project_domain"]}, **changes}
        return {"identity": self.identity(), "scope": {"project": project}}

    def image(self):
        body = {"name": "compared", "disk_format": "raw", "container_format": "bare", "visibility": "private", "b": "old",
                "hw_firmware_type": "bios", "tags": ["x"]}
        status, headers, content = self.send("POST", "/v2/images", body, "application/json")
        assert status == 201, (self.name, status, content)
        return json.loads(content)["id"]

    def send(self, method, path, body=None, kind=None, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named = {"X-Auth-Token": self.token, "Accept": "application/json", **({"Content-Type": kind} if kind else {}), **named}
        return self.glance.ask(method, path, body, {name: value for name, value in named.items() if value is not None})


def shape(answer):
    """What of an answer must agree."""
    status, headers, content = answer
    kind = (headers.get("Content-Type") or "").partition(";")[0] if content else ""
    out = {"status": status, "kind": kind, "request id": bool(headers.get("X-Openstack-Request-Id")),
           "authenticate": (headers.get("WWW-Authenticate") or "").split(" ")[0], "accept patch": headers.get("Accept-Patch")}
    if status >= 400 and kind in ("text/html", "text/plain"):
        out["text"] = content.decode()
    if status >= 400 and kind == "application/json":
        error = json.loads(content)
        out["keys"] = sorted(error)
        out["code"], out["title"] = error.get("code"), error.get("title")
        if "error" in error:
            out["error"] = {k: v for k, v in error["error"].items() if k != "message"}
    return out


def members(content):
    return {k: sorted(v) if k == "tags" else v for k, v in json.loads(content).items() if k not in VOLATILE}


def op(name, path, value):
    return [{"op": name, "path": path, "value": value}]


PATCHES = [
    op("add", "/fresh", "1"), op("add", "/b", "new"), op("replace", "/b", "new"), op("replace", "/nope", "1"),
    [{"op": "remove", "path": "/b"}], [{"op": "remove", "path": "/nope"}],
    *[[{"op": "remove", "path": path}] for path in ("/name", "/min_disk", "/tags", "/protected", "/os_hidden")],
    *[op("add", "/b", value) for value in (True, 1, None, ["a"], {"a": "b"}, "", "x" * 5000, "grün 中", "😀")],
    *[op("replace", path, value) for path in ("/min_ram", "/min_disk") for value in ("1024", -1, 1.5, None, 2**31, 2.0, 7, True)],
    *[op("replace", path, value) for path in ("/protected", "/os_hidden") for value in ("true", True, False, None)],
    *[op("replace", "/visibility", value) for value in ("private", "shared", "community", "public", "bogus", None)],
    *[op("replace", "/name", value) for value in ("x" * 255, "x" * 256, None, "", 1)],
    *[op(name, "/b", "x") for name in ("test", "move", "copy", "zork", "ADD")],
    *[op("replace", "/" + name, "x") for name in (
        "id", "status", "checksum", "size", "virtual_size", "created_at", "updated_at", "file", "self", "schema", "os_hash_algo",
        "os_hash_value", "direct_url", "owner", "deleted", "deleted_at", "location", "os_glance_x", "disk_format",
        "container_format", "locations")],
    *[op("add", path, "x") for path in (
        "/a~1b", "/a~0b", "/trait:CUSTOM x.y", "/a~b", "/a~2b", "/a~", "/b/c", "/b/", "b", "", "/", "//b", "/ b ", "/a//b", "/tags/-",
        "/tags/0", "/__support_xen", "/Foo", "/" + "k" * 255, "/😀")],
    *[op("replace", "/tags", value) for value in (["z", "y", "y"], [], ["a", 1], "a", ["t" * 255], ["t" * 256], None)],
    op("replace", "/hw_firmware_type", "zork"), op("replace", "/kernel_id", "zork"), op("replace", "/disk_format", "zvhd2"),
    op("add", "/fresh", "1") + op("replace", "/nope", "1"), op("add", "/fresh", "1") + [{"op": "remove", "path": "/name"}],
    op("add", "/fresh", "1") + op("add", "/b", 1), op("add", "/fresh", "1") + op("replace", "/visibility", "public"),
    [], {}, [1], [[]], [{}], [{"op": "add", "path": "/b"}], [{"op": "add", "value": "x"}], [{"path": "/b", "value": "x"}],
    [{"op": "add", "path": "/b", "value": "x", "more": "y"}], [{"op": "remove", "path": "/b", "value": None}],
    [{"op": 1, "path": "/b", "value": "x"}], [{"op": "add", "path": 1, "value": "x"}],
    "", "{", "nonsense", b"\xff\xfe",
    [{"op": "add", "path": f"/p{n}", "value": "x"} for n in range(126)],
    [{"op": "add", "path": f"/p{n}", "value": "x"} for n in range(127)],
    [{"op": "replace", "path": "/tags", "value": [f"t{n}" for n in range(129)]}],
]
TYPES = [V21, V20, V21 + "; charset=utf-8", V21.upper(), "application/json", "application/json-patch+json", "text/plain", None]
OLD_FORM = [[{"add": "/fresh", "value": "1"}], [{"add": "/b", "value": "1"}], [{"add": "/name", "value": "1"}],
            [{"replace": "/b", "value": "1"}], [{"replace": "/nope", "value": "1"}], [{"remove": "/b"}], [{"zork": "/b", "value": "1"}],
            [{"add": "/a", "replace": "/b", "value": "1"}], op("add", "/b", "1")]
GETS = ["/", "/v2/images", "/v2/images?limit=0", "/v2/images?limit=1", "/v2/images?limit=-1", "/v2/images?limit=x", "/v2/images?limit=9999",
        "/v2/images?marker=nothing", "/v2/images?os_hidden=true", "/v2/images?os_hidden=yes", "/v2/images?protected=True",
        "/v2/images?visibility=zork", "/v2/images?visibility=all", "/v2/images?created_at=gte:yesterday", "/v2/images?changes-since=x",
        "/v2/images?sort=name:asc", "/v2/images?sort=zork:asc", "/v2/images?sort=name:asc&sort_key=id", "/v2/images?name=in:a,b",
        "/v2/images?zork=1", "/v2/images/nothing", "/v2/zork", "/zork"]
ACCEPTS = [None, "", "*/*", "text/html", "text/plain", "application/json", "text/html, application/json", "application/json;q=0.1, text/html"]


def questions(cloud):
    """(what, answer, image afterwards) for everything that is asked."""
    def patched(what, body, kind=V21, **headers):
        image = cloud.image()
        answer = cloud.send("PATCH", "/v2/images/" + image, body, kind, **headers)
        now = cloud.send("GET", "/v2/images/" + image)[2]
        shown = answer[0] != 200 or members(answer[2]) == members(now)
        cloud.send("DELETE", "/v2/images/" + image)
        yield what, answer, {**members(now), "the answer shows the image": shown}

    for number, body in enumerate(PATCHES):
        yield from patched(f"PATCH {number} {str(body)[:100]}", body)
    for kind in TYPES:
        yield from patched(f"PATCH as {kind}", [], kind)
    for body in OLD_FORM:
        yield from patched(f"PATCH v2.0 {body}", body, V20)
    for accept in ACCEPTS:
        yield from patched(f"an error for Accept: {accept}", op("replace", "/nope", "1"), Accept=accept)
    yield from patched("an error in HTML that quotes", op("replace", "/it's \"grün\" & <b>", "1"), Accept="text/html")
    for token in (None, "zork", "gAAAAAB" + "x" * 180):
        yield f"token {token}", cloud.send("GET", "/v2/images", X_Auth_Token=token), None
    for path in GETS:
        yield "GET " + path, cloud.send("GET", path), None
    image = cloud.image()
    path = "/v2/images/" + image
    for method, tail, body in (("PUT", "", {}), ("POST", "", {}), ("PUT", "/tags/new", None), ("PUT", "/tags/" + "t" * 256, None),
                               ("DELETE", "/tags/new", None), ("DELETE", "/tags/new", None), ("PUT", "/tags/a%20b", None)):
        answer = cloud.send(method, path + tail, body)
        yield f"{method} image{tail[:20]}", answer, members(cloud.send("GET", path)[2])
    for body in ({"id": image}, {"b": 1}, {"disk_format": "zvhd2"}, {"min_disk": "4"}, {"status": "active"}, {"visibility": "public"}, "{"):
        yield f"POST {body if body != {'id': image} else 'an id that exists'}", cloud.send("POST", "/v2/images", body, "application/json"), None
    yield "PATCH of nothing", cloud.send("PATCH", "/v2/images/nothing", op("add", "/b", "1"), V21), None
    yield "a bad PATCH of nothing", cloud.send("PATCH", "/v2/images/nothing", "{", V21), None
    cloud.send("PATCH", path, op("replace", "/protected", True), V21)
    yield "PATCH of a protected image", cloud.send("PATCH", path, op("add", "/b", "1"), V21), None
    yield "DELETE of a protected image", cloud.send("DELETE", path), None
    cloud.send("PATCH", path, op("replace", "/protected", False), V21)
    yield "DELETE", cloud.send("DELETE", path), None
    yield "DELETE again", cloud.send("DELETE", path), None

    for what, auth in (("a wrong password", {**cloud.scoped(), "identity": cloud.identity(password="wrong")}),
                       ("an unknown user", {**cloud.scoped(), "identity": cloud.identity(name="nobody")}),
                       ("an unknown project", cloud.scoped(name="nothing")),
                       ("an unknown domain", cloud.scoped(domain={"name": "nowhere"})),
                       ("a domain scope", {"identity": cloud.identity(), "scope": {"domain": {"name": cloud.login["domain"]}}}),
                       ("a garbage token", {"identity": {"methods": ["token"], "token": {"id": "zork"}}}),
                       ("no identity", {}), ("unscoped", {"identity": cloud.identity(), "scope": "unscoped"})):
        answer = cloud.authenticate(auth)
        yield "login with " + what, answer, sorted(json.loads(answer[2]).get("token", {}).keys() - {"is_domain"})
    answer = cloud.authenticate(cloud.scoped(), "?nocatalog=1")
    yield "login without catalogue", answer, "catalog" in json.loads(answer[2])["token"]
    yield "login with broken JSON", cloud.keystone.ask("POST", "/auth/tokens", "{", {"Content-Type": "application/json"}), None


def simulate(binary, directory):
    seed = {"clouds": [{"name": "lab", "type": "glance", "projects": [{"name": "p"}],
                        "users": [{"name": "u", "password": "secret", "projects": ["p"], "default_project": "p"}]}]}
    with open(directory + "/seed.yaml", "w") as file:
        json.dump(seed, file)
    process = subprocess.Popen([binary, "--seed", file.name], stdout=subprocess.PIPE, text=True)
    url = json.loads(process.stdout.readline())["clouds"][0]["identity_url"]
    return process, Cloud("sandbox", url, {"user": "u", "domain": "Default", "password": "secret", "project": "p", "project_domain": "Default"})


def main():
    env = os.environ
    real = Cloud("real", env["OS_AUTH_URL"], {"user": env["OS_USERNAME"], "domain": env["OS_USER_DOMAIN_NAME"], "password": env["OS_PASSWORD"],
                                             "project": env["OS_PROJECT_NAME"], "project_domain": env["OS_PROJECT_DOMAIN_NAME"]})
    different = asked = 0
    with tempfile.TemporaryDirectory() as directory:
        process, sandbox = simulate(sys.argv[1], directory)
        try:
            for (what, theirs, after), (same, ours, ours_after) in zip(questions(real), questions(sandbox), strict=True):
                assert what == same, (what, same)
                asked += 1
                left, right = {**shape(theirs), "after": after}, {**shape(ours), "after": ours_after}
                if left == right:
                    continue
                different += 1
                print(what)
                for key in {**left, **right}:
                    if left.get(key) != right.get(key):
                        print(f"    {key}: real {str(left.get(key))[:300]}  sandbox {str(right.get(key))[:300]}")
                if left["status"] != right["status"]:
                    print(f"    real said: {theirs[2][:300]!r}\n    sandbox said: {ours[2][:300]!r}")
        finally:
            process.terminate()
            process.wait()
    print(f"{asked} questions, {different} answers differ")
    return 1 if different else 0


sys.exit(main())
