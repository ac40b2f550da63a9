// Complaints about input, collected: all errors of all files are reported, not the first.
#pragma once

#include <string>
#include <vector>

#include "retouch/base/place.hpp"

namespace retouch {

enum class Severity { error, warning };

struct Diagnostic {
  Severity severity = Severity::error;
  Place place;
  std::string message;  // what was expected and what came instead
  std::string hint{};   // "did you mean `attributes`?"; empty = none
  auto operator<=>(const Diagnostic&) const = default;
};

// "images/a.yaml:3:5: error: unknown key `atributes` (did you mean `attributes`?)". Printable.
std::string to_string(const Diagnostic& diagnostic);

class Diagnostics {
 public:
  void error(Place place, std::string message, std::string hint = {});
  void warning(Place place, std::string message, std::string hint = {});
  void append(const Diagnostics& other);

  bool has_errors() const;
  bool empty() const { return items_.empty(); }
  // True when an error stands in this file: `--keep-going` isolates by file.
  bool has_errors_in(const std::string& file) const;
  const std::vector<Diagnostic>& items() const { return items_; }
  // By file, line, column; equal ones once.
  std::vector<Diagnostic> sorted() const;

 private:
  std::vector<Diagnostic> items_;
};

}  // namespace retouch
