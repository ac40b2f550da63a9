#include "kernels.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/parser.h>

#include <array>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "image_decoder.hpp"
#include "retouch/auth/signing.hpp"
#include "retouch/core/limiter.hpp"
#include "retouch/core/manifest.hpp"
#include "retouch/core/planner.hpp"
#include "retouch/providers/tables.hpp"

namespace retouch::kernels {
namespace {

using Work = std::function<void()>;

void expect(bool right, const char* what) {
  if (!right) throw std::runtime_error(what);
}

// A page of Glance's list, 1,000 images of some 900 bytes, in the pieces that a socket brings.
Work decode() {
  auto page = std::make_shared<std::string>(R"({"images": [)");
  for (int n = 0; n < 1000; ++n) {
    *page += fmt::format(
        R"({}{{"id":"bc6bed6e-ba3a-4447-afcc-{:012}","name":"image-{}","status":"active","visibility":"private",)"
        R"("min_ram":2048,"min_disk":100,"owner":"1bed856811654c1cb661a6ca845ebc77","protected":false,"tags":["a","b"],)"
        R"("disk_format":"qcow2","container_format":"bare","created_at":"2026-09-06T14:03:27Z",)"
        R"("updated_at":"2026-09-06T15:17:33Z","size":734003200,"virtual_size":null,"os_hidden":false,)"
        R"("checksum":"d41d8cd98f00b204e9800998ecf8427e","os_hash_algo":"sha512","os_distro":"ubuntu",)"
        R"("os_version":"24.04","hw_firmware_type":"bios","hw_disk_bus":"virtio","file":"/v2/images/bc6bed6e/file",)"
        R"("self":"/v2/images/bc6bed6e","schema":"/v2/schemas/image"}})",
        n == 0 ? "" : ",", n, n);
  }
  *page += R"(],"schema":"/v2/schemas/images","first":"/v2/images"})";
  return [page] {
    int seen = 0;
    providers::ImageDecoder decoder(providers::ImageDecoder::Document::list, {},
                                    [&](const core::Image& image) { seen += image.attributes.size() == 24 ? 1 : 0; });
    for (std::size_t at = 0; at < page->size(); at += 16384) {
      expect(decoder.data(std::string_view(*page).substr(at, 16384)).has_value(), "the page is not valid");
    }
    expect(decoder.finish().has_value() && seen == 1000, "not every image was seen whole");
  };
}

// 1,000 entries, each of which selects one image by name and changes two of its fields.
Work plan() {
  struct Input {
    std::vector<core::DesiredEntry> wanted;
    std::vector<core::Image> images;
  };
  auto input = std::make_shared<Input>();
  for (int n = 0; n < 1000; ++n) {
    core::DesiredEntry entry{.name = fmt::format("entry-{}", n)};
    entry.select.criteria = {{.attribute = "name", .any_of = {fmt::format("image-{}", n)}}};
    entry.fields = {{.name = "hw_firmware_type", .value = core::Value("uefi")},
                    {.name = "min_ram", .value = core::Value(std::int64_t{1024})}};
    input->wanted.push_back(std::move(entry));
    input->images.push_back({.id = fmt::format("bc6bed6e-ba3a-4447-afcc-{:012}", n),
                             .attributes = {{"name", core::Value(fmt::format("image-{}", n))},
                                            {"status", core::Value("active")},
                                            {"hw_firmware_type", core::Value("bios")},
                                            {"min_ram", core::Value(std::int64_t{512})}}});
  }
  return [input] {
    core::Selection selection(input->wanted);
    for (const core::Image& one : input->images) selection.offer(one);
    const core::CloudPlan plan = core::plan_cloud({.cloud = "lab",
                                                   .table = &providers::glance_table(),
                                                   .entries = input->wanted,
                                                   .selection = &selection,
                                                   .images_seen = 1000});
    expect(plan.changes.size() == 1000, "not every entry became a change");
  };
}

Work load(int entries) {
  auto files = std::make_shared<std::vector<core::ManifestFile>>();
  files->push_back({.source = "site", .name = "all.yaml", .text = manifest(entries)});
  return [files, entries] {
    Diagnostics diagnostics;
    const core::Manifests manifests = core::parse_manifests(*files, diagnostics);
    const std::array clouds{core::CloudShape{.name = "lab", .table = &providers::glance_table()}};
    const auto resolved = core::resolve(manifests, clouds, {}, Wall{} + std::chrono::hours(24 * 365 * 56), diagnostics);
    expect(!diagnostics.has_errors() && resolved.size() == 1, "the manifest is not valid");
    expect(std::ssize(resolved.front().entries) == entries, "not every entry is there");
  };
}

// Whoever reads YAML with yaml-cpp has at least this to do.
class Nothing final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override { ++seen; }
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override { ++seen; }
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override { ++seen; }
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
  int seen = 0;
};

Work events(int entries) {
  auto text = std::make_shared<std::string>(manifest(entries));
  return [text, entries] {
    std::istringstream stream(*text);
    YAML::Parser parser(stream);
    Nothing handler;
    expect(parser.HandleNextDocument(handler) && handler.seen > entries, "yaml-cpp saw no document");
  };
}

// A second of an account at 10,000 requests a second, reads and writes in turn, each of which has to wait.
Work limit() {
  return [] {
    core::Limiter limiter({.requests = 10'000, .reads = 10'000, .writes = 10'000, .burst = 10});
    Mono now{};
    now += std::chrono::hours(1);
    const Mono begin = now;
    for (int n = 0; n < 10'000; ++n) {
      const auto cls = n % 2 == 0 ? core::RateClass::read : core::RateClass::write;
      const Mono asked = now;
      now = limiter.earliest(cls, now);
      limiter.depart(cls, now, asked);
      limiter.accepted(now, now);
    }
    const auto took = now - begin;
    expect(took > std::chrono::milliseconds(990) && took < std::chrono::milliseconds(1010), "not 10,000 a second");
  };
}

Work sign() {
  return [] {
    const auth::AkskLogin keys{.access_key = "AccessKey",
                               .secret_key = Secret("not-a-real-secret-of-anybody-anywhere")};
    const Wall now = Wall{} + std::chrono::hours(24 * 365 * 56);
    for (int n = 0; n < 100; ++n) {
      http::Request request{
          .method = "PATCH",
          .url = http::parse_url(fmt::format("https://ims.eu-de.otc.t-systems.com/v2/cloudimages/{:036}", n)).value(),
          .body = R"([{"op":"replace","path":"/min_ram","value":1024}])"};
      request.headers.set("Content-Type", "application/json");
      auth::sign(request, keys, "1bed856811654c1cb661a6ca845ebc77", now + std::chrono::seconds(n));
      expect(request.headers.get("Authorization").has_value(), "it is not signed");
    }
  };
}

const std::array kernels{
    Kernel{"decode", decode},
    Kernel{"plan", plan},
    Kernel{"manifests", [] { return load(1000); }},
    Kernel{"limiter", limit},
    Kernel{"sign", sign},
    Kernel{"load-10000", [] { return load(10'000); }},
    Kernel{"events-10000", [] { return events(10'000); }},
};

}  // namespace

std::span<const Kernel> all() { return kernels; }

std::string manifest(int entries) {
  std::string text =
      "apiVersion: retouch/v1\nkind: ImageSet\nmetadata: {name: all}\nspec:\n  clouds: [lab]\n  images:\n";
  for (int n = 0; n < entries; ++n) {
    text += fmt::format(
        "    - name: image-{0}\n      select: {{name: image-{0}}}\n"
        "      attributes: {{hw_firmware_type: uefi, min_ram: 1024, os_version: \"24.04\", tags: [a, b]}}\n",
        n);
  }
  return text;
}

}  // namespace retouch::kernels
