// How a daemon's documents look on a terminal.
#include "../../../src/cli/render_status.hpp"

#include <gmock/gmock.h>

namespace retouch::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

const Json status = Json::parse(R"({
  "version": "1.2.3", "pid": 42, "phase": "running", "now": "2026-11-28T12:00:00Z", "started_at": "2026-11-28T09:00:00Z",
  "configuration": {"file": "/etc/retouch/retouch.yaml", "loaded_at": "2026-11-28T11:59:30Z", "error": "unknown key `cluds`"},
  "clouds": [{"cloud": "lab", "mode": "enforce", "phase": "waiting", "last_run_at": "2026-11-28T11:55:00Z",
              "next_run_at": "2026-11-28T12:25:00Z", "result": "refused", "error": "boom\u001b[31m",
              "images": {"synced": 28, "drifted": 2, "failed": 0}, "suspended": null,
              "guards": [{"guard": "changed_images", "detail": "200 at most", "fingerprint": "sha256:ab", "since": "2026-11-28T11:00:00Z"}]}],
  "sources": [{"name": "images", "revision": "sha256:0123456789abcdef", "files": 3, "last_success_at": "2026-11-28T11:59:00Z",
               "location": "https://git.example/x", "error": "cannot resolve git.example",
               "stale": [{"file": "a.yaml", "problem": "a.yaml:1:1: no", "since": "2026-11-28T11:00:00Z", "left_out": false},
                         {"file": "b.yaml", "problem": "b.yaml:1:1: no", "since": "2026-11-28T11:00:00Z", "left_out": true}]}],
  "suspended": [{"what": "entry", "name": "ubuntu", "since": "2026-11-28T10:00:00Z", "by": "ann", "reason": "holidays"}],
  "held": [{"image_id": "3f0c", "field": "min_ram", "why": "contention", "since": "2026-11-28T10:00:00Z"}]})");

TEST(StatusAsText, ShowsCloudsWithTheirImagesAndTimes) {
  const std::string text = status_as_text(status, {});
  EXPECT_THAT(text, HasSubstr("retouch 1.2.3, pid 42, running, started 3h ago"));
  EXPECT_THAT(text, HasSubstr("28 synced, 2 drifted"));
  EXPECT_THAT(text, HasSubstr("5m ago"));
  EXPECT_THAT(text, HasSubstr("in 25m"));
  EXPECT_THAT(text, Not(HasSubstr("0 failed")));
}

TEST(StatusAsText, SaysHowToAcceptWhatAGuardRefused) {
  const std::string text = status_as_text(status, {});
  EXPECT_THAT(text, HasSubstr("changed_images refused 1h ago: 200 at most"));
  EXPECT_THAT(text, HasSubstr("retouch reconcile lab --accept sha256:ab"));
}

TEST(StatusAsText, TellsWhatStaysInForceFromWhatDoesNot) {
  const std::string text = status_as_text(status, {});
  EXPECT_THAT(text, HasSubstr("a.yaml: its last good content stays in force"));
  EXPECT_THAT(text, HasSubstr("b.yaml: nothing of it is in force"));
  EXPECT_THAT(text, HasSubstr("cannot resolve git.example; what it had stays in force"));
  EXPECT_THAT(text, HasSubstr("the old configuration stays in force: unknown key `cluds`"));
}

TEST(StatusAsText, ShowsWhatIsStoppedAndWhy) {
  const std::string text = status_as_text(status, {});
  EXPECT_THAT(text, HasSubstr("entry ubuntu: suspended 2h ago by ann: holidays"));
  EXPECT_THAT(text, HasSubstr("image 3f0c, min_ram: held 2h ago (contention)"));
}

TEST(StatusAsText, ForeignTextDoesNotSpeakToTheTerminal) {
  EXPECT_THAT(status_as_text(status, {}), Not(HasSubstr("\x1b")));
}

TEST(ReconciledAsText, SaysWhatCameOfEachCloud) {
  const Json document = Json::parse(R"({"clouds": [
    {"cloud": "lab", "result": "partial", "exit_code": 3, "changed": 4, "images": {"failed": 1}, "error": "forbidden"},
    {"cloud": "east", "triggered": true}]})");
  const std::string text = reconciled_as_text(document, {});
  EXPECT_THAT(text, HasSubstr("lab: partial, 4 images changed; now 1 failed\n  forbidden"));
  EXPECT_THAT(text, HasSubstr("east: a pass begins as soon as possible"));
}

}  // namespace
}  // namespace retouch::cli
