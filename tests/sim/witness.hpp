// Stands at the network and at the store of every process, and holds it to what was promised (README.md, I1 to I8).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "network.hpp"
#include "retouch/base/log.hpp"
#include "site.hpp"
#include "trace.hpp"

namespace retouch::sim {

// Requests of one kind against the limit that holds for them: a bucket that leaks at the limit's rate and must never
// run over. The same as: in no window are there more than burst + rate x window.
class Bucket {
 public:
  Bucket(double rate, double burst) : rate_(rate), burst_(burst) {}
  bool runs_over(Mono now);  // with one more in it

 private:
  double rate_, burst_, level_ = 0;
  Mono last_{};
};

class Witness final : public Watcher {
 public:
  Witness(Site& site, Machine& ground, Trace& trace) : site_(site), ground_(ground), trace_(trace) {}

  void process_starts();  // limits begin anew, and nothing is in flight

  std::uint64_t departs(const http::Request& request) override;
  void answered(std::uint64_t flight, const http::Request& request, const http::Response& response) override;
  void lost(std::uint64_t flight, bool timed_out) override;
  void ended(std::uint64_t flight) override;
  // Somebody runs a verb: what was refused may be tried once more.
  void by_hand();
  // Nobody knows any more how old a stored token is: it may be given up.
  void clock_set_back();

  // I7: what the store said it has written down.
  void intended(const std::string& image_id, const std::string& field);
  void settled(const std::string& image_id, const std::string& field);
  // I8
  void output(std::string_view text, const char* where);

  // Also told of each departure, before anything else comes of it: a rival strikes now.
  std::function<void(const http::Request&)> on_departure{};
  std::int64_t requests = 0, writes = 0, logins = 0, throttled = 0;

 private:
  struct Flight {
    std::string account, image;
    http::RequestClass cls;
    Mono left;
  };
  struct OfAccount {
    Bucket requests, reads, writes, auth;
    std::map<http::RequestClass, Mono> silent_until{};  // Retry-After; `read` stands for reads and writes
    std::optional<Mono> last_login{};                   // when it left
    std::optional<Mono> refused{};                      // the credential, by the token endpoint
    std::map<std::string, Mono>
        unknown{};  // images: since when nobody knows what became of a write, or from when it may be read
    std::size_t in_flight = 0;
  };
  const Account* account_of(const http::Origin& origin) const;
  void check_pace(const Account& account, OfAccount& of, http::RequestClass cls, const std::string& what);
  void check_write(const Account& account, const http::Request& request, const std::string& image,
                   const std::string& what);
  std::set<std::string> managed(const Account& account, const std::string& image) const;

  Site& site_;
  Machine& ground_;
  Trace& trace_;
  std::map<std::string, OfAccount> accounts_;
  std::map<std::uint64_t, Flight> flights_;
  std::uint64_t names_ = 0;
  std::map<std::pair<std::string, std::string>, int> open_;  // intents that were written down and not settled
  std::set<std::string> tokens_;
};

}  // namespace retouch::sim
