// Where objects stand that hold keys: the first commit that has them, by its time, and the path there.
#pragma once
#include <map>
#include <set>
#include <unordered_set>
#include <vector>

#include "scan/finder.h"
#include "scan/git_library.h"
#include "scan/report.h"

namespace latchkey::scan {

struct OidLess {
  bool operator()(const git_oid& a, const git_oid& b) const { return git_oid_cmp(&a, &b) < 0; }
};
struct OidHash {
  std::size_t operator()(const git_oid& id) const {
    std::size_t out;
    std::memcpy(&out, id.id, sizeof out);
    return out;
  }
};
struct OidEqual {
  bool operator()(const git_oid& a, const git_oid& b) const { return git_oid_equal(&a, &b) != 0; }
};

struct Spot {
  std::size_t secret = 0;
  std::uint64_t line = 0, column = 0;
};
struct HoldingObject {
  git_object_t type = GIT_OBJECT_BLOB;
  std::vector<Spot> spots;
};
using HoldingObjects = std::map<git_oid, HoldingObject, OidLess>;

class ObjectPlaces {
 public:
  ObjectPlaces(git_repository* repository, std::string name, const Finder& finder, Collector& collector)
      : repository_(repository), name_(std::move(name)), finder_(finder), collector_(collector) {}

  // Reports what refs lead to, then what the index has, and takes it out of `objects`.
  void report(HoldingObjects& objects);

 private:
  struct Root {
    git_oid id;
    git_time_t time = 0;
    std::size_t order = 0;  // ancestors before descendants
  };

  void take_refs(HoldingObjects& objects);
  void take_target(git_oid id, const std::string& ref, HoldingObjects& objects);
  void take_stashes(HoldingObjects& objects);
  void take_ancestors();
  void walk_commit(const Root& commit, HoldingObjects& objects);
  void walk_tree(const git_oid& root, const Place& place, HoldingObjects& objects);
  void take_index(HoldingObjects& objects);
  void tell_names(git_tree* tree, const std::string& folder, const Place& place);
  // Each secret once at each path: later versions of a file add nothing.
  void tell(HoldingObjects::iterator at, Place place, HoldingObjects& objects);
  void add(std::size_t secret, Place place);

  git_repository* const repository_;
  const std::string name_;
  const Finder& finder_;
  Collector& collector_;
  bool shallow_ = false;
  std::vector<Root> commits_;
  std::unordered_set<git_oid, OidHash, OidEqual> known_;  // commits that are in commits_, trees that were walked
  std::set<std::tuple<std::size_t, Part, std::string>> told_;
};

}  // namespace latchkey::scan
