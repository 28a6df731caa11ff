#include "scan/history.h"

#include <climits>
#include <cstdlib>

#include "scan/content.h"
#include "scan/object_places.h"
#include "scan/object_store.h"

namespace latchkey::scan {
namespace {

// Neighbours in a pack are made from one another, so a thread takes some at once.
constexpr std::size_t kTaken = 256;
// Whoever makes a repository can make each of its objects costly to fail at.
constexpr std::size_t kMaxUnreadable = 100;

std::string real_path(const char* path) {
  const std::unique_ptr<char, git::Freer<std::free>> real(::realpath(path, nullptr));
  return real ? real.get() : "";
}

bool lies_in(std::string_view path, std::string_view folder) {
  return path == folder ||
         (path.starts_with(folder) && (folder.ends_with('/') || path.substr(folder.size()).starts_with('/')));
}

ReadBytes reading(std::string_view bytes) {
  return [bytes](char* to, std::size_t most) mutable {
    const std::size_t size = std::min(most, bytes.size());
    std::memcpy(to, bytes.data(), size);
    bytes.remove_prefix(size);
    return static_cast<std::int64_t>(size);
  };
}

struct Key {
  std::size_t secret;
  std::uint64_t at;
};

// The keys in one object, with their lines if it is a blob.
std::vector<Spot> spots_in(std::string_view bytes, bool blob, const Finder& finder, ContentBuffer& buffer,
                           Collector& collector) {
  std::vector<Key> keys;
  Content(buffer, reading(bytes), bytes.size()).find(finder, [&](std::string_view key, std::uint64_t at) {
    if (keys.size() < Collector::kMaxFindings) keys.push_back({collector.secret(key), at});
  });
  std::vector<Spot> spots;
  if (keys.empty()) return spots;
  std::vector<std::uint64_t> places;
  places.reserve(keys.size());
  for (const Key& key : keys) places.push_back(key.at);
  const auto lines =
      blob ? lines_of(Content(buffer, reading(bytes), bytes.size()), places) : std::vector<LineColumn>(places.size());
  for (std::size_t i = 0; i < keys.size(); ++i) spots.push_back({keys[i].secret, lines[i].line, lines[i].column});
  return spots;
}

class HistoryScan {
 public:
  HistoryScan(std::string path, const Finder& finder, const HistoryOptions& options, Collector& collector,
              Progress& progress)
      : path_(std::move(path)), finder_(finder), options_(options), collector_(collector), progress_(progress) {}

  void run(git_repository* repository) {
    if (!list(repository)) return;
    const unsigned threads =
        static_cast<unsigned>(std::min<std::size_t>(std::max(options_.threads, 1u),
                                                    std::max<std::size_t>(ids_.size() / kTaken, 1)));
    if (threads < 2) {
      read_all(repository);
    } else {
      std::vector<std::thread> workers;
      workers.reserve(threads);
      for (unsigned i = 0; i < threads; ++i) workers.emplace_back([this] { read_by_a_handle_of_its_own(); });
      for (std::thread& worker : workers) worker.join();
    }
    if (found_.empty()) return;
    ObjectPlaces(repository, path_, finder_, collector_).report(found_);
    tell_unreachable();
  }

 private:
  bool list(git_repository* repository) {
    files_ = git::object_files(repository);
    for (const std::string& trouble : files_.troubles) cannot_be_read(trouble);
    const auto odb = git::open_objects(repository, files_);
    const auto add = [](const git_oid* id, void* scan) {
      auto& self = *static_cast<HistoryScan*>(scan);
      if (self.known_.insert(*id).second) self.ids_.push_back(*id);
      return 0;
    };
    if (!odb || git_odb_foreach(odb->get(), add, this) < 0) {
      cannot_be_read(odb ? git::last_error() : odb.error().message);
      return false;
    }
    known_ = {};
    progress_.objects_known += ids_.size();
    return true;
  }

  void read_by_a_handle_of_its_own() {
    const auto repository = git::open(path_);
    if (repository) return read_all(repository->get());
    cannot_be_read(repository.error().message);
  }

  void cannot_be_read(const std::string& why) {
    collector_.error(fmt::format("{}: the history can't be read: {}.", path_, why));
  }

  void read_all(git_repository* repository) {
    const auto odb = git::open_objects(repository, files_);
    if (!odb) return cannot_be_read(odb.error().message);
    ContentBuffer buffer;
    for (std::size_t from = 0; (from = next_.fetch_add(kTaken)) < ids_.size();) {
      const std::size_t end = std::min(from + kTaken, ids_.size());
      for (std::size_t i = from; i < end && unreadable_ < kMaxUnreadable; ++i) read(odb->get(), ids_[i], buffer);
      progress_.objects_done += end - from;
    }
  }

  void read(git_odb* odb, const git_oid& id, ContentBuffer& buffer) {
    git_error_clear();
    const auto object = git::take<git::OdbObject>(git_odb_read, odb, &id);
    if (!object) {
      if (++unreadable_ == kMaxUnreadable) cannot_be_read("too much of it is damaged, and the rest was left alone");
      return collector_.error(fmt::format("{}: object {} can't be read: {}.", path_, git::hex(id), git::last_error()));
    }
    const std::string_view bytes(static_cast<const char*>(git_odb_object_data(object.get())),
                                 git_odb_object_size(object.get()));
    progress_.object_bytes += bytes.size();
    const git_object_t type = git_odb_object_type(object.get());
    auto spots = spots_in(bytes, type == GIT_OBJECT_BLOB, finder_, buffer, collector_);
    if (spots.empty()) return;
    const std::lock_guard lock(mutex_);
    found_.emplace(id, HoldingObject{type, std::move(spots)});
  }

  void tell_unreachable() {
    std::set<std::size_t> secrets;
    for (const auto& [id, object] : found_) {
      for (const Spot& spot : object.spots) {
        secrets.insert(spot.secret);
        if (options_.unreachable) {
          collector_.add(spot.secret,
                         {Origin::kUnreachable, Part::kContent, "", path_, git::hex(id), {}, spot.line, spot.column});
        }
      }
    }
    if (secrets.empty() || options_.unreachable) return;
    collector_.note(
        fmt::format("{}: {} more {} in objects that no ref leads to any more; --unreachable shows where, and `git gc` "
                    "removes them in time.",
                    path_, secrets.size(), secrets.size() == 1 ? "key is" : "keys are"));
  }

  const std::string path_;
  const Finder& finder_;
  const HistoryOptions& options_;
  Collector& collector_;
  Progress& progress_;
  git::ObjectFiles files_;
  std::vector<git_oid> ids_;
  std::unordered_set<git_oid, OidHash, OidEqual> known_;
  std::atomic<std::size_t> next_{0}, unreadable_{0};
  std::mutex mutex_;
  HoldingObjects found_;  // guarded by mutex_
};

bool is_partial(git_repository* repository) {
  git_config* raw = nullptr;
  if (git_repository_config_snapshot(&raw, repository) < 0) return false;
  const std::unique_ptr<git_config, git::Freer<git_config_free>> config(raw);
  const char* value = nullptr;
  return git_config_get_string(&value, config.get(), "extensions.partialclone") == 0;
}

}  // namespace

void scan_history(const std::string& path, const Finder& finder, const HistoryOptions& options,
                  std::set<std::string>& seen, Collector& collector, Progress& progress) {
  const auto repository = git::open(path);
  if (!repository) {
    return collector.error(fmt::format("{}: the git repository can't be read: {}.", path, repository.error().message));
  }
  const std::string store = real_path(git_repository_commondir(repository->get()));
  if (!options.within.empty() && !lies_in(store, options.within)) {
    return collector.note(fmt::format("{}: its history lies outside of what is scanned, and was left alone.", path));
  }
  if (!seen.insert(store).second) return;
  if (git_repository_is_shallow(repository->get()) == 1) {
    collector.note(fmt::format("{}: a shallow clone; what it lacks of the history was not scanned.", path));
  } else if (is_partial(repository->get())) {
    collector.note(fmt::format("{}: a partial clone; what it lacks of the history was not scanned.", path));
  }
  HistoryScan(path, finder, options, collector, progress).run(repository->get());
}

void scan_staged(const std::string& path, const std::string& index_file, const Finder& finder, Collector& collector,
                 Progress& progress) {
  const auto fail_with = [&](std::string_view what, const std::string& why) {
    collector.error(fmt::format("{}: {} can't be read: {}.", path, what, why));
  };
  const auto repository = git::open(path);
  if (!repository) return fail_with("the git repository", repository.error().message);
  const auto odb = git::open_objects(repository->get(), git::object_files(repository->get()));
  if (!odb) return fail_with("the objects", odb.error().message);
  const auto index = index_file.empty() ? git::take<git::Index>(git_repository_index, repository->get())
                                        : git::take<git::Index>(git_index_open, index_file.c_str());
  if (!index) return fail_with("the index", git::last_error());
  git::Tree tree;
  git_oid head;
  if (git_reference_name_to_id(&head, repository->get(), "HEAD") == 0) {
    const auto commit = git::take<git::Commit>(git_commit_lookup, repository->get(), &head);
    if (commit) tree = git::take<git::Tree>(git_commit_tree, commit.get());
    if (!tree) return fail_with("the last commit", git::last_error());
  }
  const auto diff = git::take<git::Diff>(git_diff_tree_to_index, repository->get(), tree.get(), index.get(), nullptr);
  if (!diff) return fail_with("the index", git::last_error());
  ContentBuffer buffer;
  progress.objects_known += git_diff_num_deltas(diff.get());
  for (std::size_t i = 0; i < git_diff_num_deltas(diff.get()); ++i) {
    const git_diff_file& file = git_diff_get_delta(diff.get(), i)->new_file;
    ++progress.objects_done;
    if (file.mode == GIT_FILEMODE_UNREADABLE || file.mode == GIT_FILEMODE_COMMIT) continue;  // deleted, a submodule
    const std::string name = file.path;
    finder.find(name, [&](Match match) {
      collector.add(std::string_view(name).substr(match.at, match.size), {Origin::kStaged, Part::kName, name, path});
    });
    const auto object = git::take<git::OdbObject>(git_odb_read, odb->get(), &file.id);
    if (!object) {
      fail_with("the staged " + name, git::last_error());
      continue;
    }
    const std::string_view bytes(static_cast<const char*>(git_odb_object_data(object.get())),
                                 git_odb_object_size(object.get()));
    progress.object_bytes += bytes.size();
    for (const Spot& spot : spots_in(bytes, true, finder, buffer, collector)) {
      collector.add(spot.secret, {Origin::kStaged, Part::kContent, name, path, "", {}, spot.line, spot.column});
    }
  }
}

}  // namespace latchkey::scan
