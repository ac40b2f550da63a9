// yaml-cpp's events -> yaml::Value, with every bound and refusal that needs the structure.
#pragma once

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "retouch/base/yaml.hpp"

namespace retouch::yaml {

// Thrown out of yaml-cpp by a handler when a bound is met: the complaint has been made, the file ends here.
struct Stop {};

class Builder final : public YAML::EventHandler {
 public:
  // All references outlive the builder, but for that to the name.
  Builder(std::string_view text, const std::string& file, Diagnostics& diagnostics, const Limits& limits)
      : text_(text), file_(file), diagnostics_(diagnostics), limits_(limits) {}

  // The documents that were complete.
  std::vector<Value> take() { return std::move(documents_); }
  const YAML::Mark& last_scalar() const { return last_scalar_; }
  Place place(const YAML::Mark& mark) const { return {file_, mark.line + 1, mark.column + 1}; }

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override;
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;

 private:
  struct Frame {
    Value value;
    YAML::anchor_t anchor = YAML::NullAnchor;
    Value key{};
    bool has_key = false;
    bool keep = true;  // false: the key was refused, its value is dropped
  };
  struct Anchored {
    Value value;
    std::size_t cost = 0;
    std::size_t depth = 0;
  };

  void open(Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor);
  void close();
  void attach(Value value);
  void take_key(Frame& frame, Value value);
  void remember(YAML::anchor_t anchor, const Value& value);
  void charge(std::size_t cost, const Place& place);
  void drop_duplicates(Value& mapping);
  Place place_of_null(const YAML::Mark& mark) const;
  void complain(Place place, std::string message, std::string hint = {});
  [[noreturn]] void stop(Place place, std::string message);

  std::string_view text_;
  const FileName file_;
  Diagnostics& diagnostics_;
  const Limits& limits_;
  std::vector<Value> documents_;
  std::vector<Frame> stack_;
  Value root_;
  std::unordered_map<YAML::anchor_t, Anchored> anchors_;
  YAML::Mark last_scalar_;
  int last_document_ = -1;  // position of the latest document's start
  std::size_t documents_seen_ = 0;
  std::size_t aliases_seen_ = 0;
  std::size_t spent_ = 0;  // of limits_.expanded_nodes
  std::size_t complaints_ = 0;
};

}  // namespace retouch::yaml
