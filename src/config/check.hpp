// Values against the table of keys: all complaints, none twice.
#pragma once

#include <optional>
#include <string_view>

#include "keys.hpp"
#include "retouch/base/diagnostic.hpp"
#include "retouch/base/yaml.hpp"

namespace retouch::config {

// `what` names the mapping in messages: "`limits`".
void check_object(const yaml::Value& value, const Table& table, std::string_view what, Diagnostics& diagnostics);
// {file: PATH}, {env: NAME} or {credential: NAME}.
void check_secret(const yaml::Value& value, std::string_view name, Diagnostics& diagnostics);
void unknown_key(const yaml::Value& key, std::string_view what, const std::vector<std::string_view>& known,
                 Diagnostics& diagnostics);

// The forms of scalars; nullopt = it is none.
std::optional<double> to_number(const yaml::Value& value);
std::optional<double> to_rate(const yaml::Value& value);  // per second

}  // namespace retouch::config
