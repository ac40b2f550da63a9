// Who wants what of one image: several entries may claim its fields, priority decides.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "retouch/core/desired.hpp"

namespace retouch::core {

struct Claim {
  const DesiredEntry* entry = nullptr;
  const DesiredField* field = nullptr;
  std::string conflict{};  // not empty: another entry of the same priority wants another value; the field is refused
};

// The claim in force for each field of one image, by field name. Fields in mode `ignore` and names that match an
// entry's own `ignore` globs claim nothing. Equal wishes are no conflict.
std::map<std::string, Claim, std::less<>> settle_claims(const std::vector<const DesiredEntry*>& entries);

}  // namespace retouch::core
