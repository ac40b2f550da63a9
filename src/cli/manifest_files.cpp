#include "manifest_files.hpp"

#include <fmt/format.h>

#include <ostream>

#include "retouch/base/printable.hpp"
#include "style.hpp"

namespace retouch::cli {

Result<std::string> one_file(const std::vector<std::string>& documents, const yaml::Limits& limits) {
  std::string text;
  for (const std::string& document : documents) text += (text.empty() ? "" : "---\n") + document;
  if (text.size() <= limits.bytes && documents.size() <= limits.documents) return text;
  return fail(
      Errc::too_large,
      fmt::format("{} of {} bytes are more than retouch reads of one file ({} documents, {} bytes); write files "
                  "with --directory, or export less at a time",
                  counted(documents.size(), "document", "documents"), text.size(), limits.documents, limits.bytes));
}

int print_documents(Context context, const std::vector<std::string>& documents) {
  const auto text = one_file(documents);
  if (!text) return complain(context, text.error());
  context.console.out << *text << std::flush;
  return reconcile::exit_ok;
}

namespace {

struct Outcome {
  std::vector<std::string> existing{};
  std::size_t written = 0;
  std::optional<Error> error{};
};

Outcome write_all(const std::vector<NewFile>& files, os::Files& disk) {
  Outcome outcome;
  for (const NewFile& file : files) {
    const auto there = disk.info(file.path, true);
    if (!there) {
      outcome.error = there.error();
      return outcome;
    }
    if (*there) outcome.existing.push_back(file.path);
  }
  if (!outcome.existing.empty()) return outcome;
  for (const NewFile& file : files) {
    const auto written = disk.write_new(file.path, file.text);
    if (!written) {
      outcome.error = written.error();
      return outcome;
    }
    ++outcome.written;
  }
  return outcome;
}

}  // namespace

task<int> write_new_files(Context context, std::string directory, std::vector<NewFile> files) {
  auto work = [&files, &disk = context.world.files] { return write_all(files, disk); };
  const Outcome outcome = co_await context.world.blocking.run(work);
  std::ostream& err = context.console.err;
  if (!outcome.existing.empty()) {
    err << Paint(context.console.err_style).red("retouch:") << " nothing was written, because "
        << (outcome.existing.size() == 1 ? "this file exists" : "these files exist")
        << " already and export overwrites none:\n";
    for (const std::string& path : outcome.existing) err << "  " << printable(path) << '\n';
    co_return reconcile::exit_error;
  }
  if (outcome.error) {
    const int code = complain(context, *outcome.error);
    err << outcome.written << " of " << counted(files.size(), "file", "files") << " had been written before.\n";
    co_return code;
  }
  err << "Wrote " << counted(files.size(), "file", "files") << " into " << printable(directory) << ".\n";
  co_return reconcile::exit_ok;
}

}  // namespace retouch::cli
