// The network between one process and the simulated clouds: requests and answers take their time, overtake one another,
// get lost, are cut off. A cloud goes on with a request whatever becomes of the process that sent it.
#pragma once

#include <map>
#include <string>

#include "machine.hpp"
#include "retouch/base/random.hpp"
#include "retouch/http/server.hpp"
#include "retouch/http/transport.hpp"
#include "retouch/sandbox/cloud.hpp"

namespace retouch::sim {

// Of each request on its way to one origin: how likely what is.
struct Weather {
  double refused = 0;      // nobody listens
  double lost = 0;         // the request never arrives
  double answer_lost = 0;  // it is done, and the answer never arrives
  double cut = 0;          // half of the answer arrives
  double silent = 0.5;     // of those that get lost: nobody says so (half-open), instead of a connection that is closed
  Duration least = std::chrono::milliseconds(5), most = std::chrono::milliseconds(80);  // each way
};

// Told of all that a process does with the network.
class Watcher {
 public:
  virtual ~Watcher() = default;
  virtual std::uint64_t departs(const http::Request& request) = 0;  // a name for the flight
  virtual void answered(std::uint64_t flight, const http::Request& request, const http::Response& response) = 0;
  // It may have been done, and nobody knows. `timed_out`: it may still be under way.
  virtual void lost(std::uint64_t flight, bool timed_out) = 0;
  virtual void ended(std::uint64_t flight) = 0;  // nobody waits for it any more
};

class Network {
 public:
  // `ground`: where the clouds live.
  Network(Machine& ground, Random& random) : ground_(ground), random_(random) {}
  // Routes the cloud's origins (set_urls() first) to it.
  void add(sandbox::Cloud& cloud);

  Weather& weather(const http::Origin& origin) { return weather_[origin]; }
  void calm() { weather_.clear(); }

  // What came of a request, as far as the process can know.
  struct Call;
  // Null: the origin is nobody's.
  std::shared_ptr<Call> begin(const http::Request& request);

 private:
  enum class Fate { arrives, refused, lost, answer_lost, cut };
  Fate draw(const Weather& weather);
  Duration way(const Weather& weather);
  task<void> carry(std::shared_ptr<Call> call, http::Handler handler, http::ServerRequest request, Weather weather);

  Machine& ground_;
  Random& random_;
  std::map<http::Origin, http::Handler> routes_;
  std::map<http::Origin, Weather> weather_;
};

// One process's end of it.
class Wire final : public http::Transport {
 public:
  Wire(Network& network, async::Clock& clock, Watcher& watcher) : network_(network), clock_(clock), watcher_(watcher) {}
  task<Result<http::Response>> send(http::Request request, http::BodySink* sink = nullptr) override;

 private:
  Network& network_;
  async::Clock& clock_;
  Watcher& watcher_;
};

}  // namespace retouch::sim
