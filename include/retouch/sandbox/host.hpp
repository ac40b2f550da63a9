// Simulated clouds on loopback sockets: each cloud's identity and image service on a port of its own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "retouch/base/result.hpp"
#include "retouch/http/server.hpp"
#include "retouch/sandbox/cloud.hpp"

namespace retouch::sandbox {

class Host {
 public:
  // `clock` must outlive the host.
  explicit Host(async::Clock& clock) : clock_(clock) {}

  // Starts both services of one more cloud (a Triton has one); its URLs are set. Errc::connect when a port is taken.
  Result<Cloud*> add(asio::any_io_executor executor, CloudSeed seed, const std::string& address = "127.0.0.1");
  // Ends all connections and returns when no request is being worked on. Must be awaited before the host is destroyed.
  task<void> close();

  const std::vector<std::unique_ptr<Cloud>>& clouds() const { return clouds_; }
  Cloud* find(std::string_view name) const;
  // {"clouds":[{"name","type","identity_url","image_url","images"}]}; no identity_url for a Triton
  Json describe() const;

 private:
  async::Clock& clock_;
  std::vector<std::unique_ptr<Cloud>> clouds_;
  std::vector<std::unique_ptr<http::Server>> servers_;
};

// Writes DIR/retouch.yaml with an entry for each cloud, its secrets as files of mode 0600 under DIR/secrets, and
// `manifests` as the only source. The first user with a project, or the first access key when there is none, is the
// account. On a Triton it is the first account with a key from a file; the private key is the file without ".pub".
Result<void> write_client_config(const Host& host, const std::string& directory, const std::string& manifests);

}  // namespace retouch::sandbox
