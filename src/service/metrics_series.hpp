// One metric with all its label sets; those of what is no longer configured can go.
#pragma once

#include <prometheus/family.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "retouch/base/printable.hpp"
#include "retouch/base/time.hpp"

namespace retouch::service {

// Names come from configuration and git: valid UTF-8 and short, or the whole scrape would be refused.
inline std::string label_text(const std::string& text) { return printable(text, 200); }

// Prometheus counts time in seconds.
inline double seconds(Duration value) { return std::chrono::duration<double>(value).count(); }

template <class T>
class Series {
 public:
  // `more`: what a new T needs beyond its labels (the buckets of a histogram).
  template <class... More>
  Series(const std::string& name, const std::string& help, More... more)
      : family_(name, help, {}),
        make_([this, more...](const prometheus::Labels& labels) -> T& { return family_.Add(labels, more...); }) {}

  T& at(prometheus::Labels labels) {
    for (auto& [name, value] : labels) value = label_text(value);
    const auto known = series_.find(labels);
    if (known != series_.end()) return *known->second;
    T& fresh = make_(labels);
    series_.emplace(std::move(labels), &fresh);
    return fresh;
  }

  // Forgets every series whose `label` has another value than these.
  void keep(const std::string& label, const std::set<std::string>& values) {
    std::erase_if(series_, [&](const auto& one) {
      const auto found = one.first.find(label);
      if (found == one.first.end() || values.contains(found->second)) return false;
      family_.Remove(one.second);
      return true;
    });
  }

  void collect_into(std::vector<prometheus::MetricFamily>& all) const {
    for (auto& family : family_.Collect()) all.push_back(std::move(family));
  }

 private:
  prometheus::Family<T> family_;
  std::function<T&(const prometheus::Labels&)> make_;
  std::map<prometheus::Labels, T*> series_;
};

}  // namespace retouch::service
