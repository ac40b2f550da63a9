// What happens to the clouds, the network and the manifests while the daemon looks after them: all of it drawn from the
// seed, at any moment, until calm is asked for.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "network.hpp"
#include "site.hpp"
#include "trace.hpp"

namespace retouch::sim {

class Story {
 public:
  Story(Machine& ground, Site& site, Network& network, Random& random, Trace& trace)
      : ground_(ground), site_(site), network_(network), random_(random), trace_(trace) {}

  // What people do to the process that runs, if one does.
  struct Hands {
    std::function<void()> look, reload, manifests_changed;
    std::function<void(const std::string& cloud)> reconcile;
    std::function<void(Duration)> jump_clock;
  };
  Hands hands{};

  // One event after another for so long; then everything is mended.
  task<void> tell(Duration length);
  // At a departure: somebody else may just then write, too.
  void rival(const http::Request& request);

  bool calm() const { return calm_; }

 private:
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(random_.unit() * static_cast<double>(end)); }
  Duration between(Duration least, Duration most) {
    return least + std::chrono::duration_cast<Duration>((most - least) * random_.unit());
  }
  Wished& any() { return site_.images()[below(site_.images().size())]; }
  Account& any_account() { return site_.accounts()[below(site_.accounts().size())]; }

  void something();
  void people();
  void throttling(Account& account);
  void server_fault(Account& account);
  void identity_trouble(Account& account);
  void bad_weather(Account& account);
  void mend();
  void fault(Account& account, const std::string& json);
  void say(const std::string& what) { trace_.say("** " + what); }

  Machine& ground_;
  Site& site_;
  Network& network_;
  Random& random_;
  Trace& trace_;
  std::set<std::string> broken_;  // names of images whose manifests are
  double rivalry_ = 0;
  bool calm_ = false;
};

}  // namespace retouch::sim
