// What one image of a listing costs: decoding while it arrives.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <string>

#include "image_decoder.hpp"

namespace {

using namespace retouch;

// A page as IMS sends it, about 1 kB an image.
std::string page(std::int64_t images) {
  std::string text = R"({"images": [)";
  for (std::int64_t n = 0; n < images; ++n) {
    text += fmt::format(
        R"({}{{"id":"bc6bed6e-ba3a-4447-afcc-{:012}","name":"golden-{}","status":"active","visibility":"private","min_ram":2048,)"
        R"("min_disk":100,"owner":"1bed856811654c1cb661a6ca845ebc77","protected":true,"tags":[],"disk_format":"zvhd2",)"
        R"("container_format":"bare","created_at":"2018-09-06T14:03:27Z","updated_at":"2018-09-06T15:17:33Z","size":0,)"
        R"("virtual_size":null,"checksum":"d41d8cd98f00b204e9800998ecf8427e","__imagetype":"gold","__os_type":"Linux",)"
        R"("__os_bit":"64","__os_version":"CentOS 7.3 64bit","__platform":"CentOS","__isregistered":"true",)"
        R"("__image_source_type":"uds","virtual_env_type":"FusionCompute","hw_firmware_type":"bios",)"
        R"("__support_fc_inject":"true","file":"/v2/images/bc6bed6e/file","self":"/v2/images/bc6bed6e",)"
        R"("schema":"/v2/schemas/image"}})",
        n == 0 ? "" : ",", n, n);
  }
  return text + "]}";
}

void decode_listing(benchmark::State& state) {
  const std::string text = page(state.range(0));
  for (auto _ : state) {
    std::size_t seen = 0;
    providers::ImageDecoder decoder(providers::ImageDecoder::Document::list, {},
                                    [&](const core::Image& image) { seen += image.attributes.size(); });
    for (std::size_t at = 0; at < text.size(); at += 16384) {
      if (!decoder.data(std::string_view(text).substr(at, 16384))) state.SkipWithError("the page is not valid");
    }
    if (!decoder.finish()) state.SkipWithError("the page is not complete");
    benchmark::DoNotOptimize(seen);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(decode_listing)->Arg(1000)->Unit(benchmark::kMillisecond);

}  // namespace
