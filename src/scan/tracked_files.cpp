#include "scan/tracked_files.h"

#include "scan/git_library.h"

namespace latchkey::scan {

struct TrackedFiles::Index {
  git::Repository repository;
  git::Index index;
};

TrackedFiles::TrackedFiles(const std::string& top) {
  auto repository = git::open(top);
  if (!repository) return;
  auto index = git::take<git::Index>(git_repository_index, repository->get());
  if (index) index_ = std::make_unique<Index>(Index{std::move(*repository), std::move(index)});
}

TrackedFiles::TrackedFiles(TrackedFiles&&) noexcept = default;
TrackedFiles::~TrackedFiles() = default;

bool TrackedFiles::has(const std::string& path) const {
  return index_ && git_index_get_bypath(index_->index.get(), path.c_str(), 0) != nullptr;
}

bool TrackedFiles::has_below(const std::string& folder) const {
  return index_ && git_index_find_prefix(nullptr, index_->index.get(), folder.c_str()) == 0;
}

}  // namespace latchkey::scan
