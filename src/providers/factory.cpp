#include "retouch/providers/factory.hpp"

namespace retouch::providers {

ProviderPtr make_provider(std::string_view provider, ProviderContext context) {
  if (provider == "glance") return make_glance(std::move(context));
  if (provider == "ims") return make_ims(std::move(context));
  if (provider == "triton") return make_triton(std::move(context));
  return nullptr;
}

}  // namespace retouch::providers
