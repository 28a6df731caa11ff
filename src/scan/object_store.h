// The objects of a repository: packs by libgit2, loose ones by a reader of our own, because libgit2 1.5 never ends on a loose
// object that is cut off. Indexes of packs are looked at before it sees them (pack_index.h), and what only makes git faster, as
// the index over many packs does, is not read at all.
#pragma once
#include "scan/git_library.h"

namespace latchkey::scan::git {

// Where a repository keeps its objects. Only what can be read safely is in it.
struct ObjectFiles {
  std::vector<std::string> folders;   // its own, and those of alternates, which `git clone --shared` borrows from
  std::vector<std::string> packs;     // their indexes
  std::vector<std::string> troubles;  // packs that were left out, a sentence each, without the full stop
};
ObjectFiles object_files(git_repository* repository);

// Also makes the repository itself read by it. For one thread; each takes its own.
Result<Odb> open_objects(git_repository* repository, const ObjectFiles& files);

}  // namespace latchkey::scan::git
