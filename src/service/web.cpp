#include "retouch/service/web.hpp"

#include <map>
#include <memory>

#include "page_files.hpp"
#include "retouch/base/digest.hpp"
#include "retouch/base/text.hpp"
#include "retouch/service/metrics.hpp"

namespace retouch::service {

namespace {

using http::ServerRequest;
using http::ServerResponse;

constexpr const char* plain_text = "text/plain; charset=utf-8";
// The page runs its own files and asks its own server, and nothing else: no inline script, no frame, no form.
constexpr const char* content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

ServerResponse answer(int status, const char* type, std::string body) {
  ServerResponse response{.status = status, .body = std::move(body)};
  response.headers.add("Content-Type", type);
  return response;
}

const char* type_of(std::string_view name) {
  if (name.ends_with(".html")) return "text/html; charset=utf-8";
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".svg")) return "image/svg+xml";
  return "text/javascript; charset=utf-8";
}

struct Asset {
  std::string_view content;
  const char* type;
  std::string etag;
};

std::map<std::string, Asset, std::less<>> assets() {
  std::map<std::string, Asset, std::less<>> all;
  for (const PageFile& file : page_files()) {
    const auto path = file.name == "index.html" ? std::string("/") : "/" + std::string(file.name);
    all.emplace(path, Asset{file.content, type_of(file.name), "\"" + sha256_hex(file.content).substr(0, 32) + "\""});
  }
  return all;
}

bool knows(std::string_view if_none_match, const std::string& etag) {
  for (const std::string& one : split(if_none_match, ',')) {
    auto tag = trim(one);
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == etag || tag == "*") return true;
  }
  return false;
}

ServerResponse answer_asset(const Asset& asset, const ServerRequest& request) {
  const bool known = knows(request.headers.get("If-None-Match").value_or(""), asset.etag);
  auto response = known ? ServerResponse{.status = 304} : answer(200, asset.type, std::string(asset.content));
  response.headers.add("ETag", asset.etag);
  response.headers.add("Cache-Control", "no-cache");  // asked for again each time, so that an upgrade shows at once
  return response;
}

ServerResponse answer_health(bool good, const char* yes, const char* no) {
  return answer(good ? 200 : 503, plain_text, good ? yes : no);
}

std::size_t count(const http::Headers& headers, std::string_view name) {
  std::size_t found = 0;
  for (const auto& [key, value] : headers.all()) found += iequals(key, name) ? 1 : 0;
  return found;
}

// What is refused before anybody looks at the path.
std::optional<ServerResponse> refusal(const ServerRequest& request) {
  const auto host = request.headers.get("Host");
  if (!host || count(request.headers, "Host") != 1)
    return answer(400, plain_text, "exactly one Host header is needed\n");
  if (!host_is_ours(*host)) {
    return answer(
        421, plain_text,
        "This is not served under that name: use localhost or an IP address, or let the proxy in front send such a "
        "Host header.\n");
  }
  if (request.method == "GET" || request.method == "HEAD") return std::nullopt;
  auto response = answer(405, plain_text, "Only GET and HEAD: nothing can be changed from here.\n");
  response.headers.add("Allow", "GET, HEAD");
  return response;
}

class Web {
 public:
  explicit Web(WebSources sources) : sources_(std::move(sources)), assets_(assets()) {}

  task<ServerResponse> serve(const ServerRequest& request) const {
    auto refused = refusal(request);
    if (!refused) refused = co_await route(request);
    ServerResponse response = std::move(*refused);
    response.headers.set("Content-Security-Policy", content_policy);
    response.headers.set("X-Content-Type-Options", "nosniff");
    response.headers.set("Referrer-Policy", "no-referrer");
    response.headers.set("Cross-Origin-Resource-Policy", "same-origin");
    if (!response.headers.get("Cache-Control")) response.headers.set("Cache-Control", "no-store");
    co_return response;
  }

 private:
  task<ServerResponse> route(const ServerRequest& request) const {
    if (request.path == "/metrics") co_return answer(200, metrics_type, sources_.metrics());
    if (request.path == "/healthz") co_return answer_health(sources_.alive(), "alive\n", "the scheduler is stuck\n");
    if (request.path == "/readyz")
      co_return answer_health(
          sources_.ready(), "ready\n",
          "not ready: no manifests are in force yet, or some cloud was not reached yet; which: /status.json\n");
    if (request.path == "/status.json") {
      const Json document = co_await sources_.status();
      // Foreign text may be no UTF-8: dump() must not throw over it. All ASCII, since people look at it with curl, and
      // U+009B is a control sequence to their terminals.
      co_return answer(200, "application/json", document.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n");
    }
    if (const auto found = assets_.find(request.path); found != assets_.end())
      co_return answer_asset(found->second, request);
    co_return answer(404, plain_text, "There is /, /status.json, /metrics, /healthz and /readyz.\n");
  }

  WebSources sources_;
  std::map<std::string, Asset, std::less<>> assets_;
};

}  // namespace

http::Handler make_web_handler(WebSources sources) {
  auto web = std::make_shared<const Web>(std::move(sources));
  return [web](ServerRequest request) -> task<ServerResponse> { co_return co_await web->serve(request); };
}

}  // namespace retouch::service
