// Where benchmarks of the store keep their files, and what they need to be a Latchkey: a catalog, peppers, a feed.
#pragma once
#include <sys/statfs.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "catalog/load.h"
#include "credential/digest.h"
#include "lifecycle/feed.h"
#include "lifecycle/seal.h"
#include "registry/follower.h"

namespace latchkey::bench {

using Steady = std::chrono::steady_clock;

inline double seconds_since(Steady::time_point start) {
  return std::chrono::duration<double>(Steady::now() - start).count();
}

[[noreturn]] inline void give_up(const Error& error) {
  std::fprintf(stderr, "%s %s\n", error.message.c_str(), error.detail.c_str());
  std::exit(1);
}

template <class T>
T must(Result<T> result) {
  if (!result) give_up(result.error());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// Gone with this. Nothing is measured on a file system in memory, whose fsync does nothing.
class Place {
 public:
  explicit Place(const std::string& name)
      : path_(std::filesystem::temp_directory_path() /
              fmt::format("latchkey-bench-{}-{}", name, Steady::now().time_since_epoch().count())) {
    std::filesystem::create_directory(path_);
    constexpr long kTmpfs = 0x01021994;
    struct statfs about{};
    if (::statfs(path_.c_str(), &about) == 0 && about.f_type == kTmpfs) {
      std::fprintf(stderr, "%s is memory; set TMPDIR to a directory on a disk.\n", path_.c_str());
      std::filesystem::remove_all(path_);
      std::exit(2);
    }
  }
  ~Place() { std::filesystem::remove_all(path_); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  const std::filesystem::path path_;
};

inline catalog::LoadResult shipped_catalog() {
  catalog::LoadResult loaded = catalog::load_catalog_file(LATCHKEY_SOURCE_DIR "/catalogs/optimove.yaml");
  if (!loaded.catalog) give_up({ErrorCode::kInvalidArgument, "The shipped catalog can't be loaded.", {}});
  return loaded;
}

// The same in every run, so that a database that is kept stays genuine.
inline credential::Peppers bench_peppers() {
  std::vector<credential::Peppers::Pepper> peppers;
  peppers.push_back({1, Secret(std::string(32, 'b'))});
  return must(credential::Peppers::make(std::move(peppers)));
}

inline registry::Follower::Genuine genuine_by(const credential::Peppers& peppers) {
  return {.record = [&peppers](const store::KeyRecord& record) { return lifecycle::seal_is_valid(record, peppers); },
          .rows =
              [&peppers] {
                return [seals = lifecycle::RowSeals(peppers)](const store::KeyRow& row) mutable {
                  return seals.valid(row);
                };
              }};
}

class FollowerFeed final : public lifecycle::Feed {
 public:
  explicit FollowerFeed(registry::Follower& follower) : follower_(follower) {}
  Result<void> follow_to(store::Sequence sequence) override { return follower_.follow_to(sequence); }

 private:
  registry::Follower& follower_;
};

}  // namespace latchkey::bench
