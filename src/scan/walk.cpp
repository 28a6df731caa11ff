#include "scan/walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "scan/ignore.h"
#include "scan/tracked_files.h"

namespace latchkey::scan {
namespace {

constexpr std::size_t kMaxIgnoreFile = 1024 * 1024;

// The rules of a folder and of those above it, up to the repository's.
struct IgnoreLevel {
  std::shared_ptr<const IgnoreLevel> above;
  std::string base;   // of the folder, from the walked one, with a slash at the end; "" for that one
  std::string outer;  // of folders above the walked one: the way from there to it, with a slash at the end
  IgnoreRules rules;
};
using Levels = std::shared_ptr<const IgnoreLevel>;

bool is_ignored(const Levels& levels, const std::string& path, bool directory) {
  for (const IgnoreLevel* level = levels.get(); level != nullptr; level = level->above.get()) {
    const std::string below = level->outer + path.substr(level->base.size());
    const auto verdict = level->rules.judge(below, directory);
    if (verdict != IgnoreRules::Verdict::kSilent) return verdict == IgnoreRules::Verdict::kIgnored;
  }
  return false;
}

std::string small_file(int root, const std::string& path) {
  const OpenFile file = open_below(root, path, O_RDONLY);
  struct stat status;
  std::string text;
  if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return text;
  text.resize(std::min(static_cast<std::size_t>(status.st_size), kMaxIgnoreFile));
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = ::read(file.get(), text.data() + size, text.size() - size);
    if (count <= 0) break;
    size += static_cast<std::size_t>(count);
  }
  text.resize(size);
  return text;
}

enum class Kind { kFile, kFolder, kOther };

Kind kind_of(int folder, const dirent& entry) {
  switch (entry.d_type) {
    case DT_REG: return Kind::kFile;
    case DT_DIR: return Kind::kFolder;
    case DT_UNKNOWN: {
      struct stat status;
      if (::fstatat(folder, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) return Kind::kOther;
      return S_ISREG(status.st_mode) ? Kind::kFile : S_ISDIR(status.st_mode) ? Kind::kFolder : Kind::kOther;
    }
    default: return Kind::kOther;
  }
}

struct Entry {
  std::string name;
  Kind kind;
};

// The repository that a folder is in.
struct Around {
  TrackedFiles tracked;
  std::string base;   // of its top, from the walked folder, with a slash at the end
  std::string outer;  // if its top is above the walked folder: the way from there to it, with a slash at the end
};

// A folder that is still to be read.
struct Pending {
  std::string path;  // from the walked one, with a slash at the end; "" for that one
  Levels levels;
  std::shared_ptr<const Around> around;
};

void add_rules(Levels& levels, const std::string& text, std::string base, std::string outer) {
  IgnoreRules rules = IgnoreRules::parse(text);
  if (rules.empty()) return;
  levels =
      std::make_shared<const IgnoreLevel>(IgnoreLevel{levels, std::move(base), std::move(outer), std::move(rules)});
}

class Walk {
 public:
  Walk(int root, const std::string& folder, const WalkOptions& options, const Visitor& visitor, Collector& collector)
      : root_(root), folder_(folder), options_(options), visitor_(visitor), collector_(collector) {}

  void run() {
    pending_.push_back(options_.ignore ? beginning() : Pending{});
    while (!pending_.empty()) {
      Pending next = std::move(pending_.back());
      pending_.pop_back();
      read(std::move(next));
    }
  }

 private:
  // With what holds above the walked folder, if that lies in a repository.
  Pending beginning() {
    Pending out;
    const std::string top = repository_around(folder_);
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(folder_.c_str(), nullptr), &std::free);
    if (top.empty() || !real || std::string_view(real.get()) == top) return out;
    const std::string way = std::string(real.get()).substr(top == "/" ? 1 : top.size() + 1) + "/";
    out.around = std::make_shared<const Around>(Around{TrackedFiles(top), "", way});
    const OpenFile root(::open(top.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    add_rules(out.levels, small_file(root.get(), ".git/info/exclude"), "", way);
    for (std::size_t at = 0; at < way.size(); at = way.find('/', at) + 1) {
      add_rules(out.levels, small_file(root.get(), way.substr(0, at) + ".gitignore"), "", way.substr(at));
    }
    return out;
  }

  void read(Pending folder) {
    std::vector<Entry> entries;
    if (!list(folder.path, entries)) return;
    bool git = false, rules = false;
    int bare = 0;
    for (const Entry& entry : entries) {
      git |= entry.name == ".git" && entry.kind != Kind::kOther;
      rules |= entry.name == ".gitignore" && entry.kind == Kind::kFile;
      bare += entry.name == "HEAD" || entry.name == "objects" || entry.name == "refs" ? 1 : 0;
    }
    if (git || bare == 3) {
      visitor_.repository(folder.path.empty() ? "" : folder.path.substr(0, folder.path.size() - 1));
      if (!git) return;
      // A repository follows its own rules alone.
      folder.levels = nullptr;
      if (options_.ignore) {
        folder.around =
            std::make_shared<const Around>(Around{TrackedFiles(folder_ + "/" + folder.path), folder.path, ""});
        add_rules(folder.levels, small_file(root_, folder.path + ".git/info/exclude"), folder.path, "");
      }
    }
    if (rules && options_.ignore)
      add_rules(folder.levels, small_file(root_, folder.path + ".gitignore"), folder.path, "");
    for (const Entry& entry : entries) visit(folder, entry);
  }

  bool list(const std::string& path, std::vector<Entry>& entries) {
    OpenFile folder = open_below(root_, path.empty() ? "." : path, O_RDONLY | O_DIRECTORY);
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(folder ? ::fdopendir(folder.get()) : nullptr, &::closedir);
    if (!stream) {
      if (errno != ENOENT) complain(path, errno);  // removed meanwhile: there is nothing to scan
      return false;
    }
    const int descriptor = folder.release();
    errno = 0;
    while (const dirent* const entry =
               ::readdir(stream.get())) {  // NOLINT(concurrency-mt-unsafe): the stream is this thread's
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") entries.push_back({std::string(name), kind_of(descriptor, *entry)});
      errno = 0;
    }
    if (errno != 0) complain(path, errno);
    return true;
  }

  void visit(const Pending& folder, const Entry& entry) {
    if (entry.kind == Kind::kOther || entry.name == ".git") return;
    std::string path = folder.path + entry.name;
    const bool is_folder = entry.kind == Kind::kFolder;
    if (is_ignored(folder.levels, path, is_folder) && !is_tracked(folder, path, is_folder)) return;
    if (is_folder) {
      visitor_.folder(path);
      pending_.push_back({path + "/", folder.levels, folder.around});
    } else {
      visitor_.file(std::move(path));
    }
  }

  static bool is_tracked(const Pending& folder, const std::string& path, bool is_folder) {
    if (!folder.around) return false;
    const Around& around = *folder.around;
    const std::string name = around.outer + path.substr(around.base.size());
    return is_folder ? around.tracked.has_below(name + "/") : around.tracked.has(name);
  }

  void complain(const std::string& path, int error) {
    collector_.error(fmt::format("{} can't be read: {}.", joined(folder_, path), reason(error)));
  }

  const int root_;
  const std::string& folder_;
  const WalkOptions& options_;
  const Visitor& visitor_;
  Collector& collector_;
  std::vector<Pending> pending_;
};

}  // namespace

OpenFile::~OpenFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

OpenFile open_below(int root, const std::string& path, int flags) {
  flags |= O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  if (root != AT_FDCWD) {
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags);
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
    const long descriptor = ::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how);
    // Kernels before 5.6 don't know it, and some containers don't let it through.
    if (descriptor >= 0 || (errno != ENOSYS && errno != EPERM)) return OpenFile(static_cast<int>(descriptor));
  }
  return OpenFile(::openat(root, path.c_str(), flags));
}

std::string reason(int error) { return std::generic_category().message(error); }

std::string joined(const std::string& folder, const std::string& path) {
  if (path.empty()) return folder;
  if (folder == ".") return path;
  return folder.ends_with('/') ? folder + path : folder + "/" + path;
}

std::string repository_around(const std::string& folder) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(folder.c_str(), nullptr), &std::free);
  if (!real) return "";
  for (std::string at = real.get(); !at.empty();) {
    struct stat status;
    if (::stat((at + "/.git").c_str(), &status) == 0) return at;
    if (at == "/") break;
    at.resize(std::max<std::size_t>(at.rfind('/'), 1));
  }
  return "";
}

void walk_folder(int root, const std::string& folder, const WalkOptions& options, const Visitor& visitor,
                 Collector& collector) {
  Walk(root, folder, options, visitor, collector).run();
}

}  // namespace latchkey::scan
