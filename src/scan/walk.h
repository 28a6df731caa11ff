// Goes through a folder: every regular file that .gitignore does not leave out, and every git repository that lies in it.
// Symbolic links are not followed, and nothing is waited for (pipes, devices). `.git` itself is no part of the files.
//
//   walk_folder(descriptor, path, {.ignore = true}, visitor, collector);
//
// In a repository, files that git tracks are visited even if .gitignore leaves them out.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "scan/report.h"

namespace latchkey::scan {

// A descriptor that closes itself.
class OpenFile {
 public:
  OpenFile() = default;
  explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
  OpenFile(OpenFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  OpenFile& operator=(OpenFile&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~OpenFile();
  explicit operator bool() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }
  int release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_ = -1;
};

// Below `root` (AT_FDCWD: anywhere), without following a link and without waiting. errno says what failed.
OpenFile open_below(int root, const std::string& path, int flags);

struct WalkOptions {
  bool ignore = true;
};

// Paths are from the walked folder.
struct Visitor {
  std::function<void(std::string path)> file;
  std::function<void(const std::string& path)> folder;
  // A working tree or a git directory; "" if it is the walked folder itself.
  std::function<void(const std::string& path)> repository;
};

// `root` is open on the folder, and `folder` is its name for people.
void walk_folder(int root, const std::string& folder, const WalkOptions& options, const Visitor& visitor,
                 Collector& collector);

// "Permission denied"
std::string reason(int error);

// "src" and "a.c" are "src/a.c"; in "." they are what they are.
std::string joined(const std::string& folder, const std::string& path);

// The folder itself or the nearest one above it that holds `.git`; empty: there is none.
std::string repository_around(const std::string& folder);

}  // namespace latchkey::scan
