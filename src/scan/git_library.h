// libgit2 as the rest of this room uses it: started once, handles that free themselves, and failures as sentences. It runs
// no hook, no filter and no program that a configuration names; it reads files.
#pragma once
#include <git2.h>

#include <memory>
#include <string>

#include "base/error.h"

namespace latchkey::scan::git {

// No object is taken into memory that claims to be larger, whatever a repository says.
inline constexpr std::size_t kMaxObjectBytes = std::size_t{1} << 30;

template <auto kFree>
struct Freer {
  template <class T>
  void operator()(T* handle) const {
    kFree(handle);
  }
};
using Repository = std::unique_ptr<git_repository, Freer<git_repository_free>>;
using Odb = std::unique_ptr<git_odb, Freer<git_odb_free>>;
using OdbObject = std::unique_ptr<git_odb_object, Freer<git_odb_object_free>>;
using Index = std::unique_ptr<git_index, Freer<git_index_free>>;
using Commit = std::unique_ptr<git_commit, Freer<git_commit_free>>;
using Tree = std::unique_ptr<git_tree, Freer<git_tree_free>>;
using Tag = std::unique_ptr<git_tag, Freer<git_tag_free>>;
using Object = std::unique_ptr<git_object, Freer<git_object_free>>;
using Diff = std::unique_ptr<git_diff, Freer<git_diff_free>>;
using Reference = std::unique_ptr<git_reference, Freer<git_reference_free>>;
using ReferenceIterator = std::unique_ptr<git_reference_iterator, Freer<git_reference_iterator_free>>;
using Reflog = std::unique_ptr<git_reflog, Freer<git_reflog_free>>;

// A handle from a function that gives it by its first parameter: take<Tree>(git_tree_lookup, repository, &id). Null: failed.
template <class Handle, class Make, class... Args>
Handle take(Make* make, Args&&... args) {
  typename Handle::pointer raw = nullptr;
  return make(&raw, std::forward<Args>(args)...) < 0 ? Handle() : Handle(raw);
}

// Whose working tree or git directory this path is; folders above are not looked at.
Result<Repository> open(const std::string& path);
// Why the last call of this thread failed.
std::string last_error();
std::string hex(const git_oid& id);

}  // namespace latchkey::scan::git
