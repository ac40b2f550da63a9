// The attribute tables of the API families, as data: what validation, planning, `exact`, JSON Schema and docs know of
// them.
#pragma once

#include <string_view>

#include "retouch/core/attributes.hpp"

namespace retouch::providers {

// OpenStack Image API v2 (2.15). Every unknown name is a custom property.
const core::AttributeTable& glance_table();
// Open Telekom Cloud / Huawei Image Management Service, extension API (/v2/cloudimages).
const core::AttributeTable& ims_table();
// Triton CloudAPI: seven fields, nothing else.
const core::AttributeTable& triton_table();

// By the provider's name in the configuration ("glance", "ims", "triton"); nullptr = there is no such provider.
const core::AttributeTable* table_of(std::string_view provider);

}  // namespace retouch::providers
