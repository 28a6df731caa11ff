#include "scan/git_library.h"

#include <git2/sys/alloc.h>

#include <cstdlib>

namespace latchkey::scan::git {
namespace {

// The sizes that a pack claims are asked for before anything is unpacked.
void* allocate(std::size_t size, const char*, int) {
  return size > kMaxObjectBytes + 64 ? nullptr : std::malloc(size == 0 ? 1 : size);
}

std::size_t product(std::size_t count, std::size_t size) {
  std::size_t out = 0;
  return __builtin_mul_overflow(count, size, &out) ? SIZE_MAX : out;
}

void* allocate_zeros(std::size_t count, std::size_t size, const char* file, int line) {
  const std::size_t bytes = product(count, size);
  void* const out = allocate(bytes, file, line);
  if (out != nullptr) std::memset(out, 0, bytes);
  return out;
}

void* reallocate(void* old, std::size_t size, const char*, int) {
  return size > kMaxObjectBytes + 64 ? nullptr : std::realloc(old, size == 0 ? 1 : size);
}

char* copy(const char* text, std::size_t size) {
  auto* const out = static_cast<char*>(allocate(size + 1, nullptr, 0));
  if (out == nullptr) return nullptr;
  std::memcpy(out, text, size);
  out[size] = '\0';
  return out;
}

git_allocator bounded_allocator() {
  git_allocator out{};
  out.gmalloc = allocate;
  out.gcalloc = allocate_zeros;
  out.gstrdup = [](const char* text, const char*, int) { return copy(text, std::strlen(text)); };
  out.gstrndup = [](const char* text, std::size_t most, const char*, int) { return copy(text, strnlen(text, most)); };
  out.gsubstrdup = [](const char* text, std::size_t size, const char*, int) { return copy(text, size); };
  out.grealloc = reallocate;
  out.greallocarray = [](void* old, std::size_t count, std::size_t size, const char* file, int line) {
    return reallocate(old, product(count, size), file, line);
  };
  out.gmallocarray = [](std::size_t count, std::size_t size, const char* file, int line) {
    return allocate(product(count, size), file, line);
  };
  out.gfree = [](void* old) { std::free(old); };
  return out;
}

void start() {
  static std::once_flag once;
  std::call_once(once, [] {
    static git_allocator allocator = bounded_allocator();
    git_libgit2_opts(GIT_OPT_SET_ALLOCATOR, &allocator);
    git_libgit2_init();
    // What is read is looked at, not built upon: zlib's own checksums tell of damage, and SHA-1 with collision detection
    // would cost more than all the rest.
    git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
    git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0);
    // That a folder is somebody else's, as a checkout in a container often is, endangers those who obey its configuration.
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    // Neither changes how objects are read.
    const char* extensions[] = {"partialclone", "worktreeconfig", "preciousobjects"};
    git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, std::size(extensions));
    // What holds is in the repository, not in the home of whoever scans it.
    for (const int level :
         {GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_GLOBAL, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_PROGRAMDATA}) {
      git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
    }
  });
}

}  // namespace

std::string last_error() {
  const git_error* const error = git_error_last();
  return error != nullptr && error->message != nullptr ? error->message : "it is damaged, or too large";
}

std::string hex(const git_oid& id) {
  std::string out(GIT_OID_HEXSZ, '0');
  git_oid_fmt(out.data(), &id);
  return out;
}

Result<Repository> open(const std::string& path) {
  start();
  auto repository = take<Repository>(git_repository_open_ext, path.c_str(), GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr);
  if (!repository) return fail(ErrorCode::kUnavailable, last_error());
  return repository;
}

}  // namespace latchkey::scan::git
