// The one place where nlohmann's class is instantiated; json.hpp says why.
#include "retouch/base/json.hpp"

template class nlohmann::basic_json<>;
