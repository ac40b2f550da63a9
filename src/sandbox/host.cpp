#include "retouch/sandbox/host.hpp"

#include <fmt/format.h>

namespace retouch::sandbox {

Result<Cloud*> Host::add(asio::any_io_executor executor, CloudSeed seed, const std::string& address) {
  const std::uint16_t identity_port = seed.identity_port;
  const std::uint16_t image_port = seed.image_port;
  auto cloud = std::make_unique<Cloud>(std::move(seed), clock_);
  Cloud* served = cloud.get();
  const auto start = [&](std::uint16_t port, auto handler) {
    // A cloud has more room than a daemon's edge: tests hold hundreds of connections, and stop clients in mid-request.
    const http::ListenOptions options{.address = address,
                                      .port = port,
                                      .max_body = 64U << 20,
                                      .request_timeout = std::chrono::minutes(1),
                                      .max_connections = 4096};
    return http::listen(executor, options, clock_, [served, handler](ServerRequest request) -> task<ServerResponse> {
      return (served->*handler)(std::move(request));
    });
  };
  RETOUCH_TRY(auto image, start(image_port, &Cloud::handle_image));
  const std::string image_url = fmt::format("http://{}:{}", address, image->port());
  if (served->seed().type == CloudType::triton) {
    cloud->set_urls(image_url, image_url);
  } else {
    RETOUCH_TRY(auto identity, start(identity_port, &Cloud::handle_identity));
    cloud->set_urls(fmt::format("http://{}:{}", address, identity->port()), image_url);
    servers_.push_back(std::move(identity));
  }
  servers_.push_back(std::move(image));
  clouds_.push_back(std::move(cloud));
  return served;
}

task<void> Host::close() {
  for (const auto& server : servers_) co_await server->close();
  servers_.clear();
}

Cloud* Host::find(std::string_view name) const {
  for (const auto& cloud : clouds_) {
    if (cloud->seed().name == name) return cloud.get();
  }
  return nullptr;
}

Json Host::describe() const {
  Json list = Json::array();
  for (const auto& cloud : clouds_) {
    Json entry = {{"name", cloud->seed().name},
                  {"type", to_string(cloud->seed().type)},
                  {"image_url", cloud->image_url()},
                  {"images", cloud->images().size()}};
    if (cloud->seed().type != CloudType::triton) entry["identity_url"] = cloud->identity_url() + "/v3";
    list.push_back(std::move(entry));
  }
  return {{"clouds", list}};
}

}  // namespace retouch::sandbox
