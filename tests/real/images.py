"""Images of the test cloud, made and looked at without retouch's code. Reads the OS_* variables.

  images.py create COUNT PREFIX   makes COUNT active images whose metadata needs fixing
  images.py list PREFIX           prints the images whose name starts with PREFIX as a JSON array
  images.py token -               prints a token and the URL of the images
"""
import concurrent.futures
import json
import os
import sys
import urllib.request

opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def send(method, url, body=None, token=None, kind="application/json"):
    data = json.dumps(body).encode() if kind == "application/json" and body is not None else body
    headers = {"Content-Type": kind, **({"X-Auth-Token": token} if token else {})}
    with opener.open(urllib.request.Request(url, data, headers, method=method)) as answer:
        content = answer.read()
        return answer.headers, json.loads(content) if content else None


def log_in():
    user = {"name": os.environ["OS_USERNAME"], "domain": {"name": os.environ["OS_USER_DOMAIN_NAME"]}, "password": os.environ["OS_PASSWORD"]}
    project = {"name": os.environ["OS_PROJECT_NAME"], "domain": {"name": os.environ["OS_PROJECT_DOMAIN_NAME"]}}
    body = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": {"project": project}}}
    headers, answer = send("POST", os.environ["OS_AUTH_URL"] + "/auth/tokens", body)
    image = next(service for service in answer["token"]["catalog"] if service["type"] == "image")
    return headers["X-Subject-Token"], image["endpoints"][0]["url"] + "/v2/images"


token, images = log_in()


def create(number):
    wanted = {"name": f"{sys.argv[3]}-{number:03}", "disk_format": "raw", "container_format": "bare", "visibility": "private",
              "hw_firmware_type": "bios", "obsolete": "yes", "untouched": "kept", "min_ram": 256, "tags": ["old"]}
    image = send("POST", images, wanted, token)[1]
    send("PUT", f"{images}/{image['id']}/file", b"x", token, "application/octet-stream")


if sys.argv[1] == "create":
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(create, range(int(sys.argv[2]))))
elif sys.argv[1] == "token":
    print(token, images)
else:
    found, url = [], "?limit=1000&sort=name:asc"
    while url:
        page = send("GET", images + url, token=token)[1]
        found += [image for image in page["images"] if image["name"].startswith(sys.argv[2])]
        url = "?" + page["next"].partition("?")[2] if "next" in page else None
    print(json.dumps(found))
