// What is written is read as the same, whatever it is.
#include "property.hpp"

#include "retouch/base/printable.hpp"
#include "retouch/base/time.hpp"
#include "retouch/base/yaml_writer.hpp"
#include "yaml_fixture.hpp"

namespace retouch {
namespace {

// From 1970 on, before which no cloud says a time, in whole seconds.
Wall any_second() { return Wall{} + std::chrono::seconds(*rc::gen::inRange<std::int64_t>(0, 4'102'444'800)); }

RC_GTEST_PROP(Times, Rfc3339ComesBack, ()) {
  const Wall time = any_second();
  RC_ASSERT(parse_rfc3339(format_rfc3339(time)) == time);
}

RC_GTEST_PROP(Times, HttpDatesComeBack, ()) {
  const Wall time = any_second();
  RC_ASSERT(parse_http_date(format_http_date(time)) == time);
}

RC_GTEST_PROP(Times, DurationsComeBack, ()) {
  const Duration time = std::chrono::seconds(*rc::gen::inRange<std::int64_t>(0, 1'000'000'000));
  RC_ASSERT(parse_duration(format_duration(time)) == time);
}

RC_GTEST_PROP(Printable, OncePrintedItStays, (const std::string& text)) {
  const std::string shown = printable(text);
  RC_ASSERT(printable(shown) == shown);
}

RC_GTEST_PROP(YamlWriter, ATextIsReadAsItWas, (const std::string& text)) {
  if (!yaml::is_writable(text)) return;
  const auto loaded = yaml::yaml_test::load_text(yaml::to_yaml(yaml::block({{"key", yaml::text(text)}})));
  RC_ASSERT(loaded.diagnostics.empty());
  RC_ASSERT(loaded.only().find("key")->text == text);
}

}  // namespace
}  // namespace retouch
