// Which files the index of a repository has. Empty if it can't be read, or if there is none.
#pragma once
#include <memory>
#include <string>

namespace latchkey::scan {

class TrackedFiles {
 public:
  // `top`: of a working tree.
  explicit TrackedFiles(const std::string& top);
  TrackedFiles(TrackedFiles&&) noexcept;
  ~TrackedFiles();

  bool has(const std::string& path) const;
  // `folder`: with a slash at the end.
  bool has_below(const std::string& folder) const;

 private:
  struct Index;
  std::unique_ptr<Index> index_;
};

}  // namespace latchkey::scan
