#include "retouch/core/plan.hpp"

namespace retouch::core {

std::string_view to_string(Op op) {
  switch (op) {
    case Op::add:
      return "add";
    case Op::replace:
      return "replace";
    case Op::remove:
      return "remove";
  }
  return "?";
}

std::string_view to_string(Cause cause) {
  switch (cause) {
    case Cause::drift:
      return "drift";
    case Cause::pending:
      return "pending";
    case Cause::both:
      return "both";
    case Cause::unknown:
      return "unknown";
  }
  return "?";
}

std::string_view to_string(Action action) {
  switch (action) {
    case Action::apply:
      return "apply";
    case Action::warn:
      return "warn";
    case Action::refused:
      return "refused";
    case Action::held:
      return "held";
  }
  return "?";
}

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::changes:
      return "changes";
    case Outcome::unchanged:
      return "unchanged";
    case Outcome::refused:
      return "refused";
    case Outcome::failed:
      return "failed";
  }
  return "?";
}

}  // namespace retouch::core
