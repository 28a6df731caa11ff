#include "store/sqlite/faulty_disk.h"

#include <sqlite3.h>

#include <filesystem>
#include <fstream>

#include "base/check.h"

namespace latchkey::store::sqlite {
namespace {

struct File {
  sqlite3_file base;
  FaultyDisk* disk;
  const char* path;  // SQLite keeps it while the file is open; null for temporary files
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

File* of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
sqlite3_file* real(sqlite3_file* file) { return of(file)->real(); }

std::string content_of(const std::string& path) {
  std::error_code missing;
  const auto size = std::filesystem::file_size(path, missing);
  std::string content(missing ? 0 : size, '\0');
  std::ifstream in(path, std::ios::binary);
  in.read(content.data(), static_cast<std::streamsize>(content.size()));
  content.resize(static_cast<std::size_t>(in.gcount()));
  return content;
}

}  // namespace

struct FaultyDisk::Vfs {
  explicit Vfs(FaultyDisk& disk) : under(sqlite3_vfs_find(nullptr)), vfs(*under) {
    vfs.zName = "faulty-disk";
    vfs.pNext = nullptr;
    vfs.pAppData = &disk;
    vfs.szOsFile = static_cast<int>(sizeof(File)) + under->szOsFile;
    vfs.xOpen = &Vfs::open;
    vfs.xDelete = &Vfs::remove;
  }

  static sqlite3_vfs* real_vfs(sqlite3_vfs* vfs) { return disk_of(vfs).vfs_->under; }
  static FaultyDisk& disk_of(sqlite3_vfs* vfs) { return *static_cast<FaultyDisk*>(vfs->pAppData); }

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
    File* mine = of(file);
    mine->base.pMethods = nullptr;
    mine->disk = &disk_of(vfs);
    mine->path = path;
    const int status = real_vfs(vfs)->xOpen(real_vfs(vfs), path, mine->real(), flags, out_flags);
    if (mine->real()->pMethods != nullptr) mine->base.pMethods = methods();
    return status;
  }
  static int remove(sqlite3_vfs* vfs, const char* path, int sync_directory) {
    disk_of(vfs).removed(path);
    return real_vfs(vfs)->xDelete(real_vfs(vfs), path, sync_directory);
  }

  static int read(sqlite3_file* f, void* to, int size, sqlite3_int64 at) {
    if (of(f)->disk->reads_fail) return SQLITE_IOERR_READ;
    return real(f)->pMethods->xRead(real(f), to, size, at);
  }
  static int write(sqlite3_file* f, const void* from, int size, sqlite3_int64 at) {
    if (of(f)->disk->full) return SQLITE_FULL;
    if (of(f)->disk->writes_fail) return SQLITE_IOERR_WRITE;
    return real(f)->pMethods->xWrite(real(f), from, size, at);
  }
  static int sync(sqlite3_file* f, int flags) {
    if (of(f)->disk->syncs_fail) return SQLITE_IOERR_FSYNC;
    if (of(f)->disk->next_syncs_fail > 0) {
      --of(f)->disk->next_syncs_fail;
      return SQLITE_IOERR_FSYNC;
    }
    if (of(f)->path != nullptr) of(f)->disk->synced(of(f)->path);
    return real(f)->pMethods->xSync(real(f), flags);
  }
  static int close(sqlite3_file* f) { return real(f)->pMethods->xClose(real(f)); }
  static int truncate(sqlite3_file* f, sqlite3_int64 size) { return real(f)->pMethods->xTruncate(real(f), size); }
  static int file_size(sqlite3_file* f, sqlite3_int64* size) { return real(f)->pMethods->xFileSize(real(f), size); }
  static int lock(sqlite3_file* f, int level) { return real(f)->pMethods->xLock(real(f), level); }
  static int unlock(sqlite3_file* f, int level) { return real(f)->pMethods->xUnlock(real(f), level); }
  static int is_reserved(sqlite3_file* f, int* out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); }
  static int control(sqlite3_file* f, int op, void* arg) { return real(f)->pMethods->xFileControl(real(f), op, arg); }
  static int sector_size(sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); }
  static int traits(sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); }
  static int shm_map(sqlite3_file* f, int page, int size, int extend, void volatile** out) {
    return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
  }
  static int shm_lock(sqlite3_file* f, int at, int n, int flags) {
    return real(f)->pMethods->xShmLock(real(f), at, n, flags);
  }
  static void shm_barrier(sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); }
  static int shm_unmap(sqlite3_file* f, int remove_it) { return real(f)->pMethods->xShmUnmap(real(f), remove_it); }

  static const sqlite3_io_methods* methods() {
    // Version 2: without memory-mapped reads, which would go past read().
    static const sqlite3_io_methods kMethods{
        2,       close,       read,   write,   truncate, sync,        file_size, lock,    unlock, is_reserved,
        control, sector_size, traits, shm_map, shm_lock, shm_barrier, shm_unmap, nullptr, nullptr};
    return &kMethods;
  }

  sqlite3_vfs* under;
  sqlite3_vfs vfs;
};

FaultyDisk::FaultyDisk() : vfs_(std::make_unique<Vfs>(*this)) {
  LK_CHECK(sqlite3_vfs_register(&vfs_->vfs, 1) == SQLITE_OK);
}

FaultyDisk::~FaultyDisk() {
  sqlite3_vfs_unregister(&vfs_->vfs);
  sqlite3_vfs_register(vfs_->under, 1);
}

void FaultyDisk::synced(const std::string& path) {
  std::string content = content_of(path);
  const std::lock_guard lock(mutex_);
  synced_[path] = std::move(content);
}

void FaultyDisk::removed(const std::string& path) {
  const std::lock_guard lock(mutex_);
  synced_.erase(path);
}

void FaultyDisk::power_cut(const std::string& from, const std::string& to, bool torn) {
  const std::lock_guard lock(mutex_);
  for (const auto& [path, content] : synced_) {
    if (!path.starts_with(from + "/")) continue;
    std::string left = content;
    if (torn && path.ends_with("-wal")) {
      const std::string now = content_of(path);
      if (now.size() > left.size()) left += now.substr(left.size(), (now.size() - left.size()) / 2);
    }
    std::ofstream(to + path.substr(from.size()), std::ios::binary) << left;
  }
}

}  // namespace latchkey::store::sqlite
