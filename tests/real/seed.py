"""seed.py KEYSTONE GLANCE: users, projects and the catalogue of the test cloud; prints the ids as JSON."""
import json
import sys
import urllib.request

KEYSTONE, GLANCE = sys.argv[1:3]
DOMAIN = "OTC00000000001000000001"
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

def send(method, path, body=None, token=None):
    headers = {"Content-Type": "application/json", **({"X-Auth-Token": token} if token else {})}
    data = json.dumps(body).encode() if body is not None else None
    with opener.open(urllib.request.Request(KEYSTONE + path, data, headers, method=method)) as answer:
        content = answer.read()
        return answer.headers, json.loads(content) if content else None

def log_in(user, password, project):
    default = {"name": "Default"}
    identity = {"methods": ["password"], "password": {"user": {"name": user, "domain": default, "password": password}}}
    scope = {"project": {"name": project, "domain": default}}
    return send("POST", "/auth/tokens", {"auth": {"identity": identity, "scope": scope}})[0]["X-Subject-Token"]

admin = log_in("admin", "admin-password", "admin")

def create(kind, **fields):
    return send("POST", f"/{kind}s", {kind: fields}, admin)[1][kind]["id"]

roles = {role["name"]: role["id"] for role in send("GET", "/roles", token=admin)[1]["roles"]}

if "service" not in roles:
    roles["service"] = create("role", name="service")

def member(name, password, domain, project, *granted):
    user = create("user", name=name, password=password, domain_id=domain, default_project_id=project)
    for role in granted:
        send("PUT", f"/projects/{project}/users/{user}/roles/{roles[role]}", token=admin)
    return user

service = create("project", name="service", domain_id="default")
member("glance", "glance-password", "default", service, "admin", "service")

domain = create("domain", name=DOMAIN)
images, other = create("project", name="eu-de_images", domain_id=domain), create("project", name="eu-de_other", domain_id=domain)
image_bot = member("image-bot", "image-bot-password", domain, images, "member", "reader")
other_bot = member("other-bot", "other-bot-password", domain, other, "member", "reader")

# The catalogue's URL has no /v2, as in devstack and on many clouds.
catalogue = create("service", type="image", name="glance")
for interface in ("public", "internal", "admin"):
    create("endpoint", service_id=catalogue, interface=interface, region_id="RegionOne", url=GLANCE)

print(json.dumps({"domain": domain, "project": images, "other_project": other, "user": image_bot, "other_user": other_bot}))
