// SQLite's side of the disk (https://www.sqlite.org/vfs.html): every call goes on to the system's VFS, and the disk is
// told of what is written, cut off, synced and deleted.
#include <sqlite3.h>

#include <cstring>
#include <new>

#include "disk.hpp"

namespace retouch::sim {

namespace {

sqlite3_vfs* system_vfs = nullptr;

// The system's own file lies behind it, in the memory that SQLite gives us.
struct Handle {
  sqlite3_file base;
  Disk* disk;
  Disk::File* file;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
Handle& handle(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file); }
sqlite3_file* real(sqlite3_file* file) { return handle(file).real(); }

int close(sqlite3_file* f) { return real(f)->pMethods->xClose(real(f)); }
int read(sqlite3_file* f, void* to, int size, sqlite3_int64 at) {
  return real(f)->pMethods->xRead(real(f), to, size, at);
}
int write(sqlite3_file* f, const void* from, int size, sqlite3_int64 at) {
  Handle& h = handle(f);
  std::string data(static_cast<const char*>(from), static_cast<std::size_t>(size));
  if (!h.disk->writes(*h.file, {.offset = at, .data = std::move(data)})) return SQLITE_IOERR_WRITE;
  return real(f)->pMethods->xWrite(real(f), from, size, at);
}
int truncate(sqlite3_file* f, sqlite3_int64 size) {
  Handle& h = handle(f);
  if (!h.disk->writes(*h.file, {.offset = size})) return SQLITE_IOERR_TRUNCATE;
  return real(f)->pMethods->xTruncate(real(f), size);
}
int sync(sqlite3_file* f, int) { return handle(f).disk->syncs(*handle(f).file) ? SQLITE_OK : SQLITE_IOERR_FSYNC; }
int size(sqlite3_file* f, sqlite3_int64* out) { return real(f)->pMethods->xFileSize(real(f), out); }
int lock(sqlite3_file* f, int level) { return real(f)->pMethods->xLock(real(f), level); }
int unlock(sqlite3_file* f, int level) { return real(f)->pMethods->xUnlock(real(f), level); }
int reserved(sqlite3_file* f, int* out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); }
int control(sqlite3_file* f, int op, void* arg) { return real(f)->pMethods->xFileControl(real(f), op, arg); }
int sector_size(sqlite3_file*) { return 512; }
int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }
int shm_map(sqlite3_file* f, int page, int size, int extend, void volatile** out) {
  return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
}
int shm_lock(sqlite3_file* f, int offset, int n, int flags) {
  return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
}
void shm_barrier(sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); }
int shm_unmap(sqlite3_file* f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); }

const sqlite3_io_methods methods{
    2,           close,           read,    write,    truncate,    sync,      size,    lock,   unlock, reserved, control,
    sector_size, characteristics, shm_map, shm_lock, shm_barrier, shm_unmap, nullptr, nullptr};

// A file of no disk (a temporary one, or a state that nobody simulates) is the system's alone.
int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
  Disk* disk = name == nullptr ? nullptr : Disk::of(name);
  if (disk == nullptr) return system_vfs->xOpen(system_vfs, name, file, flags, out);
  Handle& h = *new (file) Handle{};
  const int code = system_vfs->xOpen(system_vfs, name, h.real(), flags, out);
  if (h.real()->pMethods == nullptr) return code;
  h.base.pMethods = &methods;
  h.disk = disk;
  h.file = &disk->file(name);
  return code;
}
int remove(sqlite3_vfs*, const char* name, int sync_directory) {
  if (Disk* disk = Disk::of(name)) {
    if (disk->failed()) return SQLITE_IOERR_DELETE;
    disk->removed(name);
  }
  return system_vfs->xDelete(system_vfs, name, sync_directory);
}

}  // namespace

void install_disks() {
  if (system_vfs != nullptr) return;
  system_vfs = sqlite3_vfs_find(nullptr);
  static sqlite3_vfs ours = *system_vfs;
  ours.zName = "simulated";
  ours.szOsFile = static_cast<int>(sizeof(Handle)) + system_vfs->szOsFile;
  ours.xOpen = open;
  ours.xDelete = remove;
  sqlite3_vfs_register(&ours, 1);
}

}  // namespace retouch::sim
