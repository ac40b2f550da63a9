// Private to this layer.
#pragma once

#include "retouch/reconcile/passes.hpp"

namespace retouch::reconcile {

inline bool may_send(const CloudPass& pass) {
  return !pass.error && pass.planned && pass.planned->plan.outcome == core::Outcome::changes;
}

}  // namespace retouch::reconcile
