// The changes of one image, for all entries that manage it. Private to this layer.
#pragma once

#include <set>

#include "handover.hpp"
#include "plan_context.hpp"

namespace retouch::core {

// What `exact` of one entry had to leave, over all of its images.
struct LeftByExact {
  std::set<std::string> keys;
  std::set<std::string> images;
};
using LeftAlone = std::map<std::string, LeftByExact>;  // by entry

class ImagePlanner {
 public:
  ImagePlanner(const PlanContext& context, CloudPlan& plan, PlannedImage& planned);

  // `unclear`: entries that do not know whether they mean this image.
  void run(const std::vector<const DesiredEntry*>& unclear, LeftAlone& left_alone);

  // The cloud refuses attributes that exclude each other; what will be there counts, not only what is sent.
  void refuse_exclusive();

  void deliver();

 private:
  void plan_claim(const Subject& subject, const std::string& name, const Claim& claim);
  void judge_claim(const Attribute& attribute, const Claim& claim, FieldChange& change);
  void plan_exact(const Subject& subject, const DesiredEntry& entry, LeftAlone& left_alone);
  void plan_removal(const Attribute& attribute, const DesiredEntry& entry, FieldChange change);
  void hold_exposure(const Attribute& attribute, const DesiredEntry& entry, FieldChange& change) const;
  bool is_planned(const std::string& name) const;
  bool stays_present(const std::string& name) const;
  void refuse_unchangeable();

  const PlanContext& context_;
  const PlanInput& input_;
  CloudPlan& plan_;
  const Image& image_;
  const std::vector<const DesiredEntry*>& entries_;
  std::map<const DesiredEntry*, std::vector<FieldChange>>& changes_;
  std::set<std::string> left_;  // by `exact`
};

}  // namespace retouch::core
