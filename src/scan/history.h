// All that git keeps: each object once, whether packed or loose, and for what is found the commit in which it was first seen.
//
//   scan_history(path, finder, options, collector, progress);
//
// First every object is looked at, in the order in which packs hold them, on all threads; only if something is found, the
// commits are walked, from every ref, to say where. Nothing in the repository is run or changed.
#pragma once
#include <set>
#include <string>

#include "scan/finder.h"
#include "scan/progress.h"
#include "scan/report.h"

namespace latchkey::scan {

struct HistoryOptions {
  unsigned threads = 1;
  bool unreachable = false;  // report what no ref leads to; otherwise it is only counted, in a note
  // If not empty: the git directory has to lie in this folder, which is without symbolic links.
  std::string within = {};
};

// `path`: a working tree, or a git directory. `seen` holds the object stores that were scanned before, and gets this one.
void scan_history(const std::string& path, const Finder& finder, const HistoryOptions& options,
                  std::set<std::string>& seen, Collector& collector, Progress& progress);

// What the index holds that the last commit does not have; `index_file` empty: the repository's own index.
void scan_staged(const std::string& path, const std::string& index_file, const Finder& finder, Collector& collector,
                 Progress& progress);

}  // namespace latchkey::scan
