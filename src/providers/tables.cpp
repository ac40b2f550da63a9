#include "retouch/providers/tables.hpp"

namespace retouch::providers {

const core::AttributeTable* table_of(std::string_view provider) {
  if (provider == "glance") return &glance_table();
  if (provider == "ims") return &ims_table();
  if (provider == "triton") return &triton_table();
  return nullptr;
}

}  // namespace retouch::providers
