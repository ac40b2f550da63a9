// What is simply so at this moment, as metric families: no history, so nothing has to be forgotten.
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <vector>

#include "retouch/os/process_usage.hpp"
#include "retouch/service/status.hpp"

namespace retouch::service {

using Families = std::vector<prometheus::MetricFamily>;

// Clouds, sources, configuration.
Families gauges_of(const Status& status);
prometheus::MetricFamily build_info(const std::string& version);
Families process_families(const os::ProcessUsage& usage);

}  // namespace retouch::service
