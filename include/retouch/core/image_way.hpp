// The way of one image through an apply: send, re-read, leave out, halve, done. A decision without I/O: the shell
// performs the action and reports what came of it (reconcile/apply.cpp).
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "retouch/base/error.hpp"
#include "retouch/core/attributes.hpp"
#include "retouch/core/image.hpp"
#include "retouch/core/plan.hpp"

namespace retouch::core {

struct WayRules {
  // IMS is read again after every error before more is sent; Glance applies all or nothing.
  bool reread_after_rejection = false;
  // After a timeout the first request may still run; the image is not read before this has passed.
  Duration pause_after_timeout = std::chrono::seconds(5);
  // After "not now" (503): the first pause; the second is twice as long.
  Duration pause_after_transient = std::chrono::seconds(1);
  // Conflicts, lost answers and "not now" after which the image is planned again; then its fields fail.
  int replans = 2;
};

class ImageWay {
 public:
  struct Send {
    std::vector<FieldChange> fields;  // prepare these on the latest live image, send the steps one after the other
  };
  struct Reread {
    Duration pause;
  };
  struct Done {};
  using Action = std::variant<Send, Reread, Done>;

  // `table` must outlive it. `refused_before`: fields of this account that the cloud refused earlier in this run.
  ImageWay(std::vector<FieldChange> fields, const AttributeTable& table, WayRules rules,
           const std::map<std::string, Error>& refused_before = {});

  Action begin();
  // A step was accepted; it carried `fields`.
  void accepted(const std::vector<std::string>& fields);
  // Every step of the last Send was accepted.
  Action sent();
  // A step that carried `fields` came to nothing, or nobody knows.
  Action failed(const Error& error, const std::vector<std::string>& fields);
  // After Reread: the image now; nullopt = it is gone.
  Action reread(const std::optional<Image>& live);
  // The re-read itself failed, or the pass ends: what is open fails with this.
  Action give_up(const Error& error);

  // Fields that were sent and accepted, or found done after a re-read.
  const std::vector<FieldChange>& done() const { return done_; }
  struct Failure {
    FieldChange field;
    Error error;
  };
  const std::vector<Failure>& failures() const { return failures_; }

 private:
  using Group = std::vector<FieldChange>;
  Action next();
  Action rejected(const Error& error, const std::vector<std::string>& fields);
  void fail_fields(const Error& error, const std::function<bool(const FieldChange&)>& which);
  void split_current();
  Group take(const std::function<bool(const FieldChange&)>& which);
  std::vector<Group> units(const Group& group) const;

  const AttributeTable& table_;
  WayRules rules_;
  std::deque<Group> waiting_;
  Group current_;
  std::vector<FieldChange> done_;
  std::vector<Failure> failures_;
  std::optional<Error> last_error_;
  int replans_ = 0;
};

}  // namespace retouch::core
