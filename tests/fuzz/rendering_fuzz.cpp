// Plans as people read them: text on a terminal, Markdown in a merge request (cli/render).
#include "fuzz.hpp"
#include "plans.hpp"
#include "retouch/cli/render.hpp"

using namespace retouch;

namespace {

void check_lines(std::string_view text, std::string_view whose) {
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    fuzz::require_showable(line, whose);
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
}

// Nothing of an input may begin or end a cell, a row or a fold.
void check_markdown(std::string_view text) {
  fuzz::require(text.size() <= cli::markdown_cap, "Markdown keeps to its length");
  std::size_t cells = 0, open = 0;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    const auto bars = static_cast<std::size_t>(std::ranges::count(line, '|'));
    if (line.starts_with("|")) {
      fuzz::require(cells == 0 || bars == cells, "the rows of a table have as many cells as its head", line);
      cells = bars;
    } else {
      fuzz::require(bars == 0 || line.starts_with("<details>"), "bars stand in tables alone", line);
      cells = 0;
    }
    if (line.starts_with("<details>")) ++open;
    if (line == "</details>") --open;
    fuzz::require(open <= 1, "folds are closed", line);
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  fuzz::require(open == 0, "folds are closed at the end");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const core::Plan plan = fuzz::plan_of({reinterpret_cast<const char*>(data), size});
  for (const auto about : {cli::About::plan, cli::About::drift}) {
    check_lines(cli::plan_as_text(plan, {}, about), "a plan as text");
    const std::string markdown = cli::plan_as_markdown(plan, about);
    check_lines(markdown, "a plan as Markdown");
    check_markdown(markdown);
  }
  std::vector<cli::CloudResult> results;
  for (const auto& cloud : plan.clouds) results.push_back({.plan = &cloud});
  check_lines(cli::results_as_text(results, {}), "results as text");
  cli::results_as_json(plan, results);
  return 0;
}
