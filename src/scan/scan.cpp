#include "scan/scan.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <set>

#include "scan/content.h"
#include "scan/history.h"
#include "scan/walk.h"
#include "scan/work_queue.h"

namespace latchkey::scan {
namespace {

struct FileJob {
  int root;
  std::string path;   // from there
  std::string shown;  // as the report has it
};

struct Key {
  std::size_t secret;
  std::uint64_t at;
};

ReadBytes reading(int descriptor, int& error) {
  return [descriptor, &error, at = off_t{0}](char* to, std::size_t most) mutable -> std::int64_t {
    for (;;) {
      const ssize_t count = ::pread(descriptor, to, most, at);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) error = errno;
      if (count > 0) at += count;
      return count;
    }
  };
}

class FileScan {
 public:
  FileScan(const Finder& finder, unsigned threads, Collector& collector, Progress& progress)
      : finder_(finder),
        collector_(collector),
        progress_(progress),
        buffers_(threads),
        queue_(threads, [this](unsigned worker, FileJob& job) { read(job, buffers_[worker]); }) {}

  void put(FileJob job) {
    ++progress_.files_known;
    queue_.put(std::move(job));
  }
  void finish() { queue_.finish(); }

 private:
  void read(const FileJob& job, ContentBuffer& buffer) {
    const OpenFile file = open_below(job.root, job.path, O_RDONLY);
    struct stat status;
    if (!file || ::fstat(file.get(), &status) != 0) {
      // Removed since it was listed, or made a link: there is nothing of it to scan.
      if (errno != ENOENT && errno != ELOOP) complain(job, errno);
      return;
    }
    if (!S_ISREG(status.st_mode)) return;
    const auto size = static_cast<std::uint64_t>(status.st_size);
    int error = 0;
    std::vector<Key> keys;
    Content content(buffer, reading(file.get(), error), size);
    const bool whole = content.find(finder_, [&](std::string_view key, std::uint64_t at) {
      if (keys.size() < Collector::kMaxFindings) keys.push_back({collector_.secret(key), at});
    });
    if (!whole) complain(job, error);
    tell(job, file.get(), size, keys, buffer);
    progress_.bytes_done += content.bytes_read();
    ++progress_.files_done;
  }

  void tell(const FileJob& job, int descriptor, std::uint64_t size, const std::vector<Key>& keys,
            ContentBuffer& buffer) {
    if (keys.empty()) return;
    std::vector<std::uint64_t> places;
    places.reserve(keys.size());
    for (const Key& key : keys) places.push_back(key.at);
    int error = 0;
    const auto lines = lines_of(Content(buffer, reading(descriptor, error), size), places);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      Place place{Origin::kFile, Part::kContent, job.shown};
      place.line = lines[i].line;
      place.column = lines[i].column;
      collector_.add(keys[i].secret, std::move(place));
    }
  }

  void complain(const FileJob& job, int error) {
    collector_.error(fmt::format("{} can't be read: {}.", job.shown, reason(error)));
  }

  const Finder& finder_;
  Collector& collector_;
  Progress& progress_;
  std::vector<ContentBuffer> buffers_;  // one for each thread
  WorkQueue<FileJob> queue_;
};

// `path`: of a file or folder. What the folders above it are called was told of them.
void find_in_name(const std::string& path, const Finder& finder, Collector& collector) {
  const std::string_view name = std::string_view(path).substr(path.rfind('/') + 1);
  finder.find(name, [&](Match match) {
    collector.add(name.substr(match.at, match.size), {Origin::kFile, Part::kName, path});
  });
}

// A folder, and the repositories in it once its files are read.
void scan_folder(const std::string& path, const Options& options, const Finder& finder, std::set<std::string>& seen,
                 Collector& collector, Progress& progress) {
  // The folder that was named may be a link; what lies in it may not lead out of it.
  const OpenFile root(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root) return collector.error(fmt::format("{} can't be read: {}.", path, reason(errno)));
  std::vector<std::string> repositories;
  FileScan files(finder, options.threads, collector, progress);
  const auto note_name = [&](const std::string& name) { find_in_name(joined(path, name), finder, collector); };
  const auto read_file = [&](std::string name) {
    if (!options.files) return;
    note_name(name);
    std::string shown = joined(path, name);
    files.put({root.get(), std::move(name), std::move(shown)});
  };
  const Visitor visitor{.file = read_file,
                        .folder =
                            [&](const std::string& name) {
                              if (options.files) note_name(name);
                            },
                        .repository = [&](const std::string& name) { repositories.push_back(name); }};
  walk_folder(root.get(), path, {options.ignore}, visitor, collector);
  progress.all_files_known = true;
  files.finish();
  if (!options.history) return;
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
  for (const std::string& repository : repositories) {
    HistoryOptions history{options.threads, options.unreachable};
    if (!repository.empty() && real) history.within = real.get();
    scan_history(joined(path, repository), finder, history, seen, collector, progress);
  }
}

}  // namespace

Report scan(const Options& options, const Finder& finder, Progress& progress) {
  Collector collector;
  std::set<std::string> seen;
  for (const std::string& path : options.paths) {
    struct stat status;
    if (options.staged) {
      const std::string top = repository_around(path);
      if (top.empty()) {
        collector.error(fmt::format("{} is in no git repository, so nothing is staged there.", path));
      } else {
        scan_staged(top, options.index_file, finder, collector, progress);
      }
    } else if (::stat(path.c_str(), &status) != 0) {
      collector.error(fmt::format("{} can't be read: {}.", path, reason(errno)));
    } else if (S_ISDIR(status.st_mode)) {
      scan_folder(path, options, finder, seen, collector, progress);
    } else if (!S_ISREG(status.st_mode)) {
      collector.error(fmt::format("{} is neither a file nor a folder.", path));
    } else if (options.files) {
      const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
      FileScan(finder, 1, collector, progress).put({AT_FDCWD, real ? real.get() : path, path});
    }
  }
  Report report = collector.finish();
  report.counts = {progress.files_done, progress.bytes_done, progress.objects_done, progress.object_bytes};
  return report;
}

}  // namespace latchkey::scan
