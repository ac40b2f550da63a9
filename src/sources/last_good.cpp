#include "retouch/sources/last_good.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace retouch::sources {
namespace {

using core::ManifestFile;
using Complaints = std::map<std::string, std::string>;
using Texts = std::map<std::string, std::string>;  // by file name

Texts texts_of(const std::vector<ManifestFile>& files) {
  Texts texts;
  for (const ManifestFile& file : files) texts.emplace(file.name, file.text);
  return texts;
}

// One file of one source that is another than it was: the choice is between its two contents.
struct Change {
  std::size_t source = 0;
  std::string file;
};

class Choice {
 public:
  Choice(std::vector<Renewal> sources, const Judge& judge, Wall now)
      : sources_(std::move(sources)), judge_(judge), now_(now) {
    for (const Renewal& source : sources_) {
      last_.push_back(texts_of(source.last.files));
      fresh_.push_back(source.fresh ? texts_of(source.fresh->files) : last_.back());
      force_.push_back(fresh_.back());
    }
  }

  std::vector<LastGood> make() {
    hold_back_what_is_wrong_itself();
    if (!complaints_.empty()) settle_what_does_not_go_together();
    std::vector<LastGood> result;
    for (std::size_t i = 0; i < sources_.size(); ++i) result.push_back(result_of(i));
    return result;
  }

 private:
  const Complaints& judge() {
    std::vector<ManifestFile> files;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      for (const auto& [name, text] : force_[i]) files.push_back({sources_[i].last.source, name, text});
    }
    return complaints_ = judge_(files);
  }

  bool is_fresh(std::size_t i, const std::string& file) const {
    const auto before = last_[i].find(file), in_force = force_[i].find(file);
    return in_force != force_[i].end() && (before == last_[i].end() || before->second != in_force->second);
  }

  void hold_back(std::size_t i, const std::string& file, const std::string& why) {
    why_.try_emplace({i, file}, why);
    if (const auto before = last_[i].find(file); before != last_[i].end()) {
      force_[i][file] = before->second;
    } else {
      force_[i].erase(file);
    }
  }

  // As long as a fresh content is complained of, it is held back. Each round holds back at least one.
  void hold_back_what_is_wrong_itself() {
    for (bool again = true; again;) {
      again = false;
      const Complaints found = judge();
      for (std::size_t i = 0; i < sources_.size(); ++i) {
        for (const auto& [file, complaint] : found) {
          if (!is_fresh(i, file)) continue;
          hold_back(i, file, complaint);
          again = true;
        }
      }
    }
  }

  // What is left are complaints of files that were good before.
  void settle_what_does_not_go_together() {
    std::vector<Change> changes;
    const std::string first = complaints_.begin()->second;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      for (const auto& [file, text] : Texts(force_[i])) {
        if (!is_fresh(i, file)) continue;
        changes.push_back({i, file});
        hold_back(i, file, "does not go together with the other files: " + first);
      }
    }
    judge();
    if (!complaints_.empty()) bring_back_what_was_removed();
    leave_out_until_good();
    take_in(changes);
  }

  // The last resort before files are left out: everything as it was.
  void bring_back_what_was_removed() {
    const auto without = force_;
    const Complaints found = complaints_;
    force_ = last_;
    if (judge().empty()) {
      for (std::size_t i = 0; i < sources_.size(); ++i) {
        for (const auto& [file, text] : last_[i]) {
          if (!fresh_[i].contains(file)) why_.try_emplace({i, file}, "was removed, and without it others are in error");
        }
      }
      return;
    }
    force_ = without;
    complaints_ = found;
  }

  // Even the last good content is none any more: the configuration has changed.
  void leave_out_until_good() {
    while (!complaints_.empty()) {
      const Complaints found = complaints_;
      bool any = false;
      for (std::size_t i = 0; i < sources_.size(); ++i) {
        for (const auto& [file, complaint] : found) {
          if (force_[i].erase(file) == 0) continue;
          why_.try_emplace({i, file}, complaint);
          any = true;
        }
      }
      if (!any) break;  // complaints of no file that there is: not one that leaving out files could settle
      judge();
    }
  }

  // As many of the changes as go together with what is in force; halves where they do not all.
  void take_in(std::span<const Change> changes) {
    if (changes.empty()) return;
    const auto before = force_;
    for (const Change& change : changes) force_[change.source][change.file] = fresh_[change.source].at(change.file);
    if (judge().empty()) {
      for (const Change& change : changes) why_.erase({change.source, change.file});
      return;
    }
    force_ = before;
    complaints_.clear();
    if (changes.size() == 1) return;
    take_in(changes.first(changes.size() / 2));
    take_in(changes.subspan(changes.size() / 2));
  }

  LastGood result_of(std::size_t i) const {
    const Renewal& source = sources_[i];
    LastGood result{.source = source.last.source,
                    .origin = source.last.origin,
                    .revision = source.last.revision,
                    .read_at = source.last.read_at};
    if (source.fresh) {
      result.revision = source.fresh->revision;
      result.read_at = now_;
    }
    for (const auto& [name, text] : force_[i]) result.files.push_back({result.source, name, text});
    std::map<std::string, StaleFile> before;
    for (const StaleFile& stale : source.last.stale) before.emplace(stale.file, stale);
    for (const auto& [key, complaint] : why_) {
      if (key.first != i) continue;
      const auto known = before.find(key.second);
      result.stale.push_back({.file = key.second,
                              .since = known == before.end() ? now_ : known->second.since,
                              .complaint = complaint,
                              .left_out = !force_[i].contains(key.second)});
    }
    // Without a fresh snapshot, what was stale is so still: its newest content is not here to be looked at.
    for (const auto& [file, stale] : before) {
      if (!source.fresh && !why_.contains({i, file})) result.stale.push_back(stale);
    }
    std::ranges::sort(result.stale, {}, &StaleFile::file);
    return result;
  }

  std::vector<Renewal> sources_;
  const Judge& judge_;
  Wall now_;
  std::vector<Texts> last_, fresh_, force_;  // by source; force_: the contents that are chosen
  Complaints complaints_;
  std::map<std::pair<std::size_t, std::string>, std::string> why_;  // what is held back or left out
};

}  // namespace

std::vector<LastGood> renew(std::vector<Renewal> sources, const Judge& judge, Wall now) {
  return Choice(std::move(sources), judge, now).make();
}

}  // namespace retouch::sources
