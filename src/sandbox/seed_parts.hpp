// Parts of the seed file that have a .cpp of their own.
#pragma once

#include "fields.hpp"
#include "retouch/sandbox/cloud.hpp"

namespace retouch::sandbox {

// `accounts:` of a CloudAPI. Files of keys are looked for beside the seed file.
void load_accounts(Fields& cloud, CloudSeed& seed, Diagnostics& diagnostics);

}  // namespace retouch::sandbox
