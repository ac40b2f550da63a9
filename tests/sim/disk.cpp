#include "disk.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace retouch::sim {

namespace {

constexpr std::size_t sector = 512;

std::set<Disk*>& all_disks() {
  static std::set<Disk*> disks;
  return disks;
}

void take_effect(std::string& content, const Disk::File::Write& write, std::size_t bytes = std::string::npos) {
  const auto offset = static_cast<std::size_t>(write.offset);
  if (!write.data) return content.resize(offset);
  const std::string_view data = std::string_view(*write.data).substr(0, bytes);
  if (content.size() < offset + data.size()) content.resize(offset + data.size());
  content.replace(offset, data.size(), data);
}

}  // namespace

Disk::Disk(std::string directory) : directory_(std::move(directory)) { all_disks().insert(this); }
Disk::~Disk() { all_disks().erase(this); }

Disk* Disk::of(const std::string& path) {
  for (Disk* disk : all_disks()) {
    if (path.starts_with(disk->directory_ + "/")) return disk;
  }
  return nullptr;
}

Disk::File& Disk::file(const std::string& path) {
  const auto [it, fresh] = files_.try_emplace(path);
  if (fresh) {
    std::ifstream in(path, std::ios::binary);
    it->second.durable.assign(std::istreambuf_iterator<char>(in), {});
  }
  return it->second;
}

bool Disk::powered() {
  if (!failed_ && left_ && (*left_)-- == 0) failed_ = true;
  return !failed_;
}

// The write during which the power fails may have reached the disk as well.
bool Disk::writes(File& file, File::Write write) {
  const bool before = failed_, now = powered();
  if (!before) file.pending.push_back(std::move(write));
  return now;
}

bool Disk::syncs(File& file) {
  if (!powered()) return false;
  for (const File::Write& write : file.pending) take_effect(file.durable, write);
  file.pending.clear();
  ++syncs_;
  return true;
}

void Disk::salvage(const std::string& directory, Random& random) const {
  std::filesystem::create_directories(directory);
  std::filesystem::permissions(directory, std::filesystem::perms::owner_all);
  const double kept = random.unit() < 0.3 ? 0 : random.unit();  // nothing at all, or some of it in any order
  for (const auto& [path, file] : files_) {
    std::string content = file.durable;
    for (const File::Write& write : file.pending) {
      if (random.unit() >= kept) continue;
      const bool torn = random.unit() < 0.2;
      const auto sectors = static_cast<std::size_t>(random.unit() * 8);
      take_effect(content, write, torn ? sectors * sector : std::string::npos);
    }
    const std::string name = directory + path.substr(directory_.size());
    std::ofstream(name, std::ios::binary) << content;
    using enum std::filesystem::perms;
    std::filesystem::permissions(name, owner_read | owner_write);
  }
}

}  // namespace retouch::sim
