// The objects of a repository: packs by libgit2, loose ones by a reader of our own, because libgit2 1.5 never ends on a loose
// object that is cut off.
#pragma once
#include "scan/git_library.h"

namespace latchkey::scan::git {

// With those of its alternates, which `git clone --shared` borrows from. Also makes the repository itself read by it.
Result<Odb> open_objects(git_repository* repository);

}  // namespace latchkey::scan::git
