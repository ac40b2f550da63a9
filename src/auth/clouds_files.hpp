// Which files hold clouds, and what of them may be mixed. (First half of clouds_yaml.hpp.)
#pragma once

#include <string>
#include <vector>

#include "retouch/auth/clouds_yaml.hpp"

namespace retouch::auth {

struct CloudsDocument {
  Json clouds = Json::object();  // name -> entry, secure.yaml merged in; scalars are texts
  std::string path;              // "" = no file found
  std::vector<std::string> notices;
};

Result<CloudsDocument> load_clouds(const AccountSources& sources);

// Deep merge: objects key by key, everything else replaced.
void merge_over(Json& base, const Json& over);

}  // namespace retouch::auth
